"""Who reads, as the database sees it; and the log's own walls and seals.

The functions are SECURITY DEFINER: they run as the owner, who is not bound by policies, and give away only what
concerns the signed reader. Each is called once a statement, as ``(SELECT reader_id())``. Their search path names
``pg_temp`` last: unnamed it comes first, and a caller's temporary table would stand in for ours.
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
-- keys can be changed without a stop; what is signed was written by the program and needs no other look. A forged or stale value is an error and never another reader.
CREATE FUNCTION reader_id() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    token text := current_setting('samverkan.reader', true);
    claim text;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    claim := left(token, -65);
    IF NOT EXISTS (
        SELECT 1 FROM samverkan_reader_key k
        WHERE encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(claim, 'UTF8'))), 'hex')
            = right(token, 64)
    ) THEN
        RAISE EXCEPTION 'the reader is not signed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF split_part(token, '.', 2)::bigint < extract(epoch FROM clock_timestamp()) THEN
        RAISE EXCEPTION 'the reader has expired' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN split_part(token, '.', 1)::bigint;
END $$;

-- Who reads, where they work today in Sweden, and the auth group that carries that unit's grants; nulls for nobody, and
-- for a person whose account is closed. All at once, so that the signature is checked once; PL/pgSQL keeps its plan.
CREATE FUNCTION reader_at_work(OUT user_id bigint, OUT unit_id bigint, OUT group_id integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reader CONSTANT bigint := reader_id();
    today CONSTANT date := (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
    SELECT e.user_id, e.unit_id, n.group_id
    INTO reader_at_work.user_id, reader_at_work.unit_id, reader_at_work.group_id
    FROM groups_employment e JOIN groups_user u ON u.id = e.user_id JOIN groups_unit n ON n.id = e.unit_id
    WHERE e.user_id = reader AND u.is_active
      AND e.valid_from <= today AND (e.valid_to IS NULL OR e.valid_to >= today);
END $$;

CREATE FUNCTION reader_unit() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT unit_id FROM reader_at_work()
$$;

CREATE FUNCTION reader_is_log_reviewer() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_user
        WHERE id = (SELECT reader_id()) AND is_active AND is_log_reviewer AND NOT is_staff AND NOT is_superuser
    )
$$;

REVOKE ALL ON FUNCTION reader_id(), reader_at_work(), reader_unit(), reader_is_log_reviewer() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reader_id(), reader_at_work(), reader_unit(), reader_is_log_reviewer() TO {APP};
"""

LOG = f"""
ALTER TABLE audit_accessevent ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_accessevent ADD COLUMN seal bigint REFERENCES audit_seal (number)
    DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX audit_accessevent_sealed ON audit_accessevent (seal, seq);

-- A row gets its seal, once, and is otherwise left alone by everybody, the owner too.
CREATE FUNCTION access_log_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_accessevent' THEN
        IF OLD.seal IS NULL AND NEW.seal IS NOT NULL AND to_jsonb(OLD) - 'seal' = to_jsonb(NEW) - 'seal' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the access log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_accessevent
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();

-- The digest of the rows that carry this seal, after the digest of the seal before it. Fields are told apart by JSON.
CREATE FUNCTION access_log_digest(earlier bytea, seal bigint, OUT rows bigint, OUT digest bytea)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT count(*), sha256(earlier || convert_to(coalesce(string_agg(
        jsonb_build_array(e.seq, e.id, e.at, e.actor_id, e.unit_id, e.act, e.case_id, e.object_type, e.object_ids,
            e.reason)::text, E'\\n' ORDER BY e.seq), ''), 'UTF8'))
    FROM audit_accessevent e WHERE e.seal = $2
$$;

-- Seals what is committed and not yet sealed; returns how many rows. A row that is committed late is sealed later.
CREATE FUNCTION seal_access_log() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last audit_seal;
    this bigint;
    sealed bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('seal_access_log')) THEN
        RETURN 0;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM audit_accessevent e WHERE e.seal IS NULL) THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;
    this := coalesce(last.number, 0) + 1;
    UPDATE audit_accessevent SET seal = this WHERE seal IS NULL;
    INSERT INTO audit_seal (number, sealed_at, rows, digest)
    SELECT this, clock_timestamp(), d.rows, d.digest FROM access_log_digest(coalesce(last.digest, ''), this) d
    RETURNING rows INTO sealed;
    RETURN sealed;
END $$;

-- Numbers of the seals that no longer fit the log: a changed byte, a missing row, one too many, a missing seal.
CREATE FUNCTION broken_seals() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.number
    FROM (
        SELECT *, coalesce(lag(digest) OVER (ORDER BY number), ''::bytea) AS earlier,
            row_number() OVER (ORDER BY number) AS place
        FROM audit_seal
    ) s
    CROSS JOIN LATERAL access_log_digest(s.earlier, s.number) d
    WHERE d.digest <> s.digest OR d.rows <> s.rows OR s.number <> s.place
    ORDER BY s.number
$$;

REVOKE ALL ON FUNCTION access_log_is_append_only(), seal_access_log(), broken_seals(),
    access_log_digest(bytea, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_access_log(), broken_seals() TO {APP};
"""

UNDO_LOG = """
DROP FUNCTION broken_seals();
DROP FUNCTION seal_access_log();
DROP FUNCTION access_log_digest(bytea, bigint);
DROP TRIGGER append_only ON audit_seal;
DROP TRIGGER append_only ON audit_accessevent;
DROP FUNCTION access_log_is_append_only();
ALTER TABLE audit_accessevent DROP COLUMN seq, DROP COLUMN seal;
"""

UNDO_READER = """
DROP FUNCTION reader_is_log_reviewer();
DROP FUNCTION reader_unit();
DROP FUNCTION reader_at_work();
DROP FUNCTION reader_id();
DROP TABLE samverkan_reader_key;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("groups", "0001_initial")]

    operations = [
        migrations.RunSQL(READER, UNDO_READER),
        migrations.RunSQL(LOG, UNDO_LOG),
        # Insert and nothing else; in one's own name, from where one works and when it happens (the clocks of two
        # machines may differ a little); UUID keys are made by the program, so no INSERT … RETURNING asks to read.
        wall(
            "audit_accessevent",
            rights="INSERT (id, at, actor_id, unit_id, act, case_id, object_type, object_ids, reason)",
            insert="actor_id = (SELECT reader_id()) AND unit_id IS NOT DISTINCT FROM (SELECT reader_unit())"
            " AND at BETWEEN statement_timestamp() - interval '5 minutes' AND statement_timestamp() + interval '5 minutes'",
        ),
        wall("audit_seal"),
    ]
