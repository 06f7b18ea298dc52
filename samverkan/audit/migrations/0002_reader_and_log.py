"""Who reads, as the database sees it; and the log's own walls and seals.

The functions are SECURITY DEFINER: they run as the owner, who is not bound by policies, and give away only what
concerns the signed reader. Each is called once a statement, as ``(SELECT reader_id())``.
"""

from django.db import migrations

from samverkan.grants import APP
from samverkan.walls import wall

READER = f"""
CREATE TABLE samverkan_reader_key (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inner_pad bytea NOT NULL UNIQUE CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64),
    added_at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON samverkan_reader_key FROM PUBLIC, {APP};

-- The signed reader of this transaction; NULL for nobody. HMAC-SHA-256 (RFC 2104) with any key in the table, so that
-- keys can be changed without a stop. A forged or stale value is an error and never another reader.
CREATE FUNCTION reader_id() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    token text := current_setting('samverkan.reader', true);
    claim text;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    IF token !~ '^[0-9]{{1,18}}\\.[0-9]{{1,12}}\\.[0-9a-f]{{64}}$' THEN
        RAISE EXCEPTION 'the reader is not signed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    claim := substring(token FROM '^[0-9]+\\.[0-9]+');
    IF NOT EXISTS (
        SELECT 1 FROM samverkan_reader_key k
        WHERE sha256(k.outer_pad || sha256(k.inner_pad || convert_to(claim, 'UTF8')))
            = decode(split_part(token, '.', 3), 'hex')
    ) THEN
        RAISE EXCEPTION 'the reader is not signed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF split_part(token, '.', 2)::bigint < extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'the reader has expired' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN split_part(token, '.', 1)::bigint;
END $$;

-- Where the reader works today, in Sweden; a person whose account is closed works nowhere.
CREATE FUNCTION reader_unit() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.unit_id FROM groups_employment e JOIN groups_user u ON u.id = e.user_id
    WHERE e.user_id = (SELECT reader_id()) AND u.is_active
      AND e.valid_from <= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date
      AND (e.valid_to IS NULL OR e.valid_to >= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date)
$$;

-- The auth group that carries the grants of the reader's unit.
CREATE FUNCTION reader_group() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT group_id FROM groups_unit WHERE id = (SELECT reader_unit())
$$;

CREATE FUNCTION reader_is_log_reviewer() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_user
        WHERE id = (SELECT reader_id()) AND is_active AND is_log_reviewer AND NOT is_staff AND NOT is_superuser
    )
$$;

REVOKE ALL ON FUNCTION reader_id(), reader_unit(), reader_group(), reader_is_log_reviewer() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reader_id(), reader_unit(), reader_group(), reader_is_log_reviewer() TO {APP};
"""

LOG = f"""
ALTER TABLE audit_accessevent ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_accessevent ADD COLUMN xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
CREATE INDEX audit_accessevent_xid ON audit_accessevent (xid);

CREATE FUNCTION access_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_accessevent
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();

-- The digest of the rows written by the transactions from_xid (included) to to_xid (not), after an earlier digest.
CREATE FUNCTION access_log_digest(earlier bytea, from_xid bigint, to_xid bigint, OUT rows bigint, OUT digest bytea)
LANGUAGE sql STABLE SET search_path = pg_catalog, public SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT count(*), sha256(earlier || convert_to(coalesce(string_agg(
        concat_ws('|', e.seq, e.xid, e.id, e.at, coalesce(e.actor_id::text, '-'), coalesce(e.unit_id::text, '-'), e.act,
            coalesce(e.case_id::text, '-'), e.object_type, e.object_ids::text, e.reason),
        E'\\n' ORDER BY e.seq), ''), 'UTF8'))
    FROM audit_accessevent e WHERE e.xid >= $2 AND e.xid < $3
$$;

-- Seals what finished transactions have logged since the last seal; returns how many rows. Rows of a transaction that
-- is still open carry a later number than any that is sealed, so a late commit never falls into a sealed range.
CREATE FUNCTION seal_access_log() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last audit_seal;
    horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    sealed record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('seal_access_log')) THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;
    SELECT * INTO sealed FROM access_log_digest(coalesce(last.digest, ''::bytea), coalesce(last.to_xid, 0), horizon);
    IF sealed.rows > 0 THEN
        INSERT INTO audit_seal (sealed_at, from_xid, to_xid, rows, digest)
        VALUES (clock_timestamp(), coalesce(last.to_xid, 0), horizon, sealed.rows, sealed.digest);
    END IF;
    RETURN sealed.rows;
END $$;

-- Numbers of the seals that no longer fit the log: a changed byte, a missing row, a row that came later.
CREATE FUNCTION broken_seals() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT s.number
    FROM (SELECT *, coalesce(lag(digest) OVER (ORDER BY number), ''::bytea) AS earlier FROM audit_seal) s
    CROSS JOIN LATERAL access_log_digest(s.earlier, s.from_xid, s.to_xid) d
    WHERE d.digest <> s.digest OR d.rows <> s.rows
    ORDER BY s.number
$$;

REVOKE ALL ON FUNCTION seal_access_log(), broken_seals(), access_log_digest(bytea, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_access_log(), broken_seals() TO {APP};
"""

UNDO_LOG = """
DROP FUNCTION broken_seals();
DROP FUNCTION seal_access_log();
DROP FUNCTION access_log_digest(bytea, bigint, bigint);
DROP TRIGGER append_only ON audit_seal;
DROP TRIGGER append_only ON audit_accessevent;
DROP FUNCTION access_log_is_append_only();
ALTER TABLE audit_accessevent DROP COLUMN seq, DROP COLUMN xid;
"""

UNDO_READER = """
DROP FUNCTION reader_is_log_reviewer();
DROP FUNCTION reader_group();
DROP FUNCTION reader_unit();
DROP FUNCTION reader_id();
DROP TABLE samverkan_reader_key;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("groups", "0001_initial")]

    operations = [
        migrations.RunSQL(READER, UNDO_READER),
        migrations.RunSQL(LOG, UNDO_LOG),
        # Insert and nothing else; in one's own name and from where one works; UUID keys are made by the program, so
        # that no INSERT … RETURNING asks to read.
        wall(
            "audit_accessevent",
            rights="INSERT (id, at, actor_id, unit_id, act, case_id, object_type, object_ids, reason)",
            insert="actor_id = (SELECT reader_id()) AND unit_id IS NOT DISTINCT FROM (SELECT reader_unit())",
        ),
        wall("audit_seal"),
    ]
