"""The second wall around case data: row-level security on every table, from the first day.

Conditions on the big tables are inline ``EXISTS (… OFFSET 0)`` over what the reader holds, so that the planner keeps them
as probes (docs/permissions.md has the figures). Functions stand only where a condition must see past the wall to be safe
(a ``NOT EXISTS`` under a policy is true of what is hidden) and on acts that touch one row.
"""

from django.db import migrations

from samverkan.grants import APP
from samverkan.walls import wall

FUNCTIONS = """
-- Cases in which the reader is seated now and which the unit where they work leads.
CREATE FUNCTION reader_led_case_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(c.id), '{{}}')
    FROM interventions_case c JOIN interventions_seat s ON s.case_id = c.id
    WHERE c.lead_unit_id = (SELECT reader_unit()) AND s.user_id = (SELECT reader_id())
      AND s.unit_id = (SELECT reader_unit()) AND s.valid_from <= statement_timestamp()
      AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())
$$;

CREATE FUNCTION reader_is_seated(case_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM interventions_seat s
        WHERE s.case_id = $1 AND s.user_id = (SELECT reader_id()) AND s.unit_id = (SELECT reader_unit())
          AND s.valid_from <= statement_timestamp()
          AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())
    )
$$;

CREATE FUNCTION reader_leads(case_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT reader_is_seated($1)
        AND EXISTS (SELECT 1 FROM interventions_case c WHERE c.id = $1 AND c.lead_unit_id = (SELECT reader_unit()))
$$;

-- Social services lead social intervention groups.
CREATE FUNCTION reader_may_lead() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM groups_unit WHERE id = (SELECT reader_unit()) AND branch = 'social')
$$;

-- Whether a person works at this unit today, and it is an authority's.
CREATE FUNCTION works_at_authority(user_id bigint, unit_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_employment e JOIN groups_unit u ON u.id = e.unit_id
        WHERE e.user_id = $1 AND e.unit_id = $2 AND u.branch <> 'none'
          AND e.valid_from <= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date
          AND (e.valid_to IS NULL OR e.valid_to >= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date)
    )
$$;

-- May the reader give somebody a seat? The lead unit's seated staff may, in an open case, to somebody who works at an
-- authority, for the unit where they work. A case that is not yet born may be entered by the one who is about to write
-- it, for themselves alone: the seat comes first, since reading back what one inserts needs it.
CREATE FUNCTION reader_may_seat(case_id uuid, user_id bigint, unit_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_case interventions_case;
BEGIN
    SELECT * INTO found_case FROM interventions_case c WHERE c.id = $1;
    IF NOT FOUND THEN
        RETURN $2 = reader_id() AND $3 = reader_unit() AND reader_may_lead()
            AND NOT EXISTS (SELECT 1 FROM interventions_seat s WHERE s.case_id = $1);
    END IF;
    RETURN found_case.lead_unit_id = reader_unit() AND found_case.status = 'active' AND reader_is_seated($1)
        AND works_at_authority($2, $3);
END $$;

-- May the reader give this unit's group this record? Their own unit at its birth, in a case in which they sit;
-- afterwards the owning unit's seated staff, and only as a disclosure that names both says.
CREATE FUNCTION reader_may_grant(
    record_id uuid, case_id uuid, group_id integer, disclosure_id uuid, valid_until timestamptz
) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_record interventions_record;
BEGIN
    SELECT * INTO found_record FROM interventions_record r WHERE r.id = $1;
    IF NOT FOUND THEN
        RETURN $4 IS NULL AND $5 IS NULL AND $3 = (SELECT at_work.group_id FROM reader_at_work() at_work) AND reader_is_seated($2)
            AND NOT EXISTS (SELECT 1 FROM interventions_recordgrant g WHERE g.content_object_id = $1);
    END IF;
    RETURN found_record.owner_unit_id = reader_unit() AND found_record.case_id = $2 AND reader_is_seated($2)
        AND grant_rests_on_disclosure($1, $3, $4, $5);
END $$;

-- Whether a disclosure in force tells this record to the unit whose group this is, for no longer than it says.
CREATE FUNCTION grant_rests_on_disclosure(
    record_id uuid, group_id integer, disclosure_id uuid, valid_until timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM interventions_disclosure d
        JOIN interventions_disclosedrecord dr ON dr.disclosure_id = d.id AND dr.record_id = $1
        JOIN interventions_record r ON r.id = dr.record_id
        JOIN groups_unit u ON u.id = d.to_unit_id
        WHERE d.id = $3 AND d.revoked_at IS NULL AND u.group_id = $2
          AND d.from_unit_id = r.owner_unit_id AND d.case_id = r.case_id
          AND d.valid_until IS NOT DISTINCT FROM $4
    )
$$;

-- Whether the reader's unit owns a record; past the wall, for the policy on grants.
CREATE FUNCTION reader_owns_record(record_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM interventions_record r
        WHERE r.id = $1 AND r.owner_unit_id = (SELECT reader_unit()) AND reader_is_seated(r.case_id)
    )
$$;

-- Whether the reader is making this disclosure of a case's record in this very transaction.
CREATE FUNCTION reader_is_deciding(disclosure_id uuid, record_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM interventions_disclosure d JOIN interventions_record r ON r.id = $2 AND r.case_id = d.case_id
        WHERE d.id = $1 AND d.made_in = pg_current_xact_id()::text::bigint AND d.revoked_at IS NULL
          AND d.decided_by_id = (SELECT reader_id()) AND d.from_unit_id = (SELECT reader_unit())
    )
$$;

-- Whether anybody sits in the reader's case for that unit; a disclosure needs somebody to read it.
CREATE FUNCTION unit_is_seated(case_id uuid, unit_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT reader_is_seated($1) AND EXISTS (
        SELECT 1 FROM interventions_seat s
        WHERE s.case_id = $1 AND s.unit_id = $2 AND s.valid_from <= statement_timestamp()
          AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())
    )
$$;
"""

#: What the app role may call: the functions that its policies name.
CALLED = (
    "reader_led_case_ids()",
    "reader_is_seated(uuid)",
    "reader_leads(uuid)",
    "reader_may_lead()",
    "reader_may_seat(uuid, bigint, bigint)",
    "reader_may_grant(uuid, uuid, integer, uuid, timestamptz)",
    "reader_owns_record(uuid)",
    "reader_is_deciding(uuid, uuid)",
    "unit_is_seated(uuid, bigint)",
)
#: What only the owner's functions call: they would answer questions about cases that are not the reader's.
INNER = ("works_at_authority(bigint, bigint)", "grant_rests_on_disclosure(uuid, integer, uuid, timestamptz)")

COLUMNS = """
-- The transaction that made a disclosure; the app role may not name it, so it is always the true one.
ALTER TABLE interventions_disclosure
    ADD COLUMN made_in bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);

-- A grant carries the case and the date of its record, a seat the date of its case: they are the same by these keys.
ALTER TABLE interventions_record ADD CONSTRAINT record_as_granted UNIQUE (id, case_id, created_at);
ALTER TABLE interventions_recordgrant ADD CONSTRAINT grant_as_recorded
    FOREIGN KEY (content_object_id, case_id, record_created_at)
    REFERENCES interventions_record (id, case_id, created_at) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE interventions_case ADD CONSTRAINT case_as_seated UNIQUE (id, opened_at);
ALTER TABLE interventions_seat ADD CONSTRAINT seat_as_opened
    FOREIGN KEY (case_id, case_opened_at) REFERENCES interventions_case (id, opened_at)
    DEFERRABLE INITIALLY DEFERRED;
"""

UNDO_COLUMNS = """
ALTER TABLE interventions_seat DROP CONSTRAINT seat_as_opened;
ALTER TABLE interventions_case DROP CONSTRAINT case_as_seated;
ALTER TABLE interventions_recordgrant DROP CONSTRAINT grant_as_recorded;
ALTER TABLE interventions_record DROP CONSTRAINT record_as_granted;
ALTER TABLE interventions_disclosure DROP COLUMN made_in;
"""

DISCLOSURE_COLUMNS = (
    "id, case_id, from_unit_id, to_unit_id, ground_id, statute_reference, statements, reasoning, reservation,"
    " decided_by_id, decided_at, valid_until, revoked_at, revoked_by_id, revocation_reason"
)

#: The functions behind django-pghistory's triggers (migration 0001). They write as the owner, so that the app role
#: needs no right to, and cannot hang them on a table of its own.
HISTORY_FUNCTIONS = (
    "pgtrigger_insert_insert_dbb8b()",
    "pgtrigger_update_update_51da7()",
    "pgtrigger_insert_insert_6169e()",
    "pgtrigger_update_update_37a81()",
)
HISTORY = "; ".join(
    f"ALTER FUNCTION {name} SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;"
    f" REVOKE ALL ON FUNCTION {name} FROM PUBLIC"
    for name in HISTORY_FUNCTIONS
)
UNDO_HISTORY = "; ".join(
    f"ALTER FUNCTION {name} SECURITY INVOKER RESET search_path; GRANT EXECUTE ON FUNCTION {name} TO PUBLIC"
    for name in HISTORY_FUNCTIONS
)

TRIGGERS = """
-- What the walls compare may not change hands: with two units' numbers or groups exchanged, one would read as the other.
CREATE FUNCTION identity_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its number and its group', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keeps_its_identity BEFORE UPDATE ON groups_unit FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.group_id IS DISTINCT FROM NEW.group_id)
    EXECUTE FUNCTION identity_stays();
-- Nor by being taken away and made anew: foreign keys are asked only when the transaction ends.
CREATE FUNCTION unit_of_cases_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM interventions_seat s WHERE s.unit_id = OLD.id)
        OR EXISTS (SELECT 1 FROM interventions_record r WHERE r.owner_unit_id = OLD.id)
        OR EXISTS (SELECT 1 FROM interventions_recordgrant g WHERE g.group_id = OLD.group_id)
    THEN
        RAISE EXCEPTION 'case data rests on this unit' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER stays BEFORE DELETE ON groups_unit FOR EACH ROW EXECUTE FUNCTION unit_of_cases_stays();
CREATE TRIGGER keeps_its_identity BEFORE UPDATE ON groups_user FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION identity_stays();

CREATE FUNCTION case_data_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER written_once BEFORE UPDATE ON interventions_record
    FOR EACH ROW EXECUTE FUNCTION case_data_is_written_once();
CREATE TRIGGER written_once BEFORE UPDATE ON interventions_note
    FOR EACH ROW EXECUTE FUNCTION case_data_is_written_once();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON interventions_disclosedrecord
    FOR EACH ROW EXECUTE FUNCTION case_data_is_written_once();

-- The ledger: a disclosure may be revoked, once, and nothing else about it may change.
CREATE FUNCTION disclosure_is_a_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
        AND (to_jsonb(OLD) - ARRAY['revoked_at', 'revoked_by_id', 'revocation_reason'])
          = (to_jsonb(NEW) - ARRAY['revoked_at', 'revoked_by_id', 'revocation_reason'])
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a disclosure is written once and revoked once' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger BEFORE UPDATE OR DELETE ON interventions_disclosure
    FOR EACH ROW EXECUTE FUNCTION disclosure_is_a_ledger();

CREATE FUNCTION record_needs_an_open_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM interventions_case c WHERE c.id = NEW.case_id AND c.status = 'closed') THEN
        RAISE EXCEPTION 'the case is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER open_case BEFORE INSERT ON interventions_record
    FOR EACH ROW EXECUTE FUNCTION record_needs_an_open_case();

-- Asked when the transaction ends, of everybody, the owner too: a grant is the owning unit's, or rests on a disclosure.
CREATE FUNCTION grant_rests_on_something() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.disclosure_id IS NULL AND NEW.valid_until IS NULL AND EXISTS (
        SELECT 1 FROM interventions_record r JOIN groups_unit u ON u.id = r.owner_unit_id
        WHERE r.id = NEW.content_object_id AND u.group_id = NEW.group_id
    ) THEN
        RETURN NULL;
    END IF;
    IF NEW.disclosure_id IS NOT NULL AND (
        grant_rests_on_disclosure(NEW.content_object_id, NEW.group_id, NEW.disclosure_id, NEW.valid_until)
        OR NOT EXISTS (SELECT 1 FROM interventions_recordgrant g WHERE g.id = NEW.id)
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a grant rests on ownership or on a disclosure' USING ERRCODE = 'check_violation';
END $$;
CREATE CONSTRAINT TRIGGER rests_on_something AFTER INSERT OR UPDATE ON interventions_recordgrant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grant_rests_on_something();

CREATE FUNCTION revocation_leaves_no_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM interventions_recordgrant g WHERE g.disclosure_id = NEW.id) THEN
        RAISE EXCEPTION 'a revoked disclosure leaves no grant' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leaves_no_grant AFTER UPDATE OF revoked_at ON interventions_disclosure
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revocation_leaves_no_grant();

REVOKE ALL ON FUNCTION identity_stays(), unit_of_cases_stays(), case_data_is_written_once(), disclosure_is_a_ledger(),
    record_needs_an_open_case(), grant_rests_on_something(), revocation_leaves_no_grant() FROM PUBLIC;
"""

UNDO_TRIGGERS = """
DROP TRIGGER keeps_its_identity ON groups_user;
DROP TRIGGER stays ON groups_unit;
DROP TRIGGER keeps_its_identity ON groups_unit;
DROP TRIGGER leaves_no_grant ON interventions_disclosure;
DROP TRIGGER rests_on_something ON interventions_recordgrant;
DROP TRIGGER open_case ON interventions_record;
DROP TRIGGER ledger ON interventions_disclosure;
DROP TRIGGER written_once ON interventions_disclosedrecord;
DROP TRIGGER written_once ON interventions_note;
DROP TRIGGER written_once ON interventions_record;
DROP FUNCTION revocation_leaves_no_grant();
DROP FUNCTION grant_rests_on_something();
DROP FUNCTION record_needs_an_open_case();
DROP FUNCTION disclosure_is_a_ledger();
DROP FUNCTION case_data_is_written_once();
DROP FUNCTION identity_stays();
DROP FUNCTION unit_of_cases_stays();
"""

# The log as its readers see it. The view runs as its owner on purpose (the app role cannot read the table); what it
# gives is decided by the signed reader, and security_barrier keeps a caller's own functions from seeing other rows.
VIEW = f"""
CREATE VIEW interventions_visible_accessevent WITH (security_barrier) AS
    SELECT id, at, actor_id, unit_id, act, case_id, object_type, object_ids, reason FROM audit_accessevent
    WHERE (SELECT reader_is_log_reviewer()) OR case_id = ANY ((SELECT reader_led_case_ids())::uuid[]);
REVOKE ALL ON interventions_visible_accessevent FROM PUBLIC;
GRANT SELECT ON interventions_visible_accessevent TO {APP};
"""


# What the reader holds, once for all policies. The views run as their owner, so that a policy asks the tables and not
# the policies on them; they tell nobody more than what is theirs.
LIVE = "{0}.valid_from <= statement_timestamp() AND ({0}.valid_until IS NULL OR {0}.valid_until > statement_timestamp())"
HELD = f"""
CREATE VIEW reader_seat WITH (security_barrier) AS
    SELECT s.case_id, at_work.group_id
    FROM reader_at_work() at_work
    JOIN interventions_seat s ON s.user_id = at_work.user_id AND s.unit_id = at_work.unit_id
    WHERE {LIVE.format("s")};
CREATE VIEW reader_grant WITH (security_barrier) AS
    SELECT g.content_object_id AS record_id
    FROM reader_at_work() at_work JOIN interventions_recordgrant g ON g.group_id = at_work.group_id
    WHERE g.valid_until IS NULL OR g.valid_until > statement_timestamp();
REVOKE ALL ON reader_seat, reader_grant FROM PUBLIC;
GRANT SELECT ON reader_seat, reader_grant TO {APP};
-- Where a person works follows from who it is; without this the planner takes the two for unrelated.
CREATE STATISTICS seat_person_and_unit (dependencies) ON user_id, unit_id FROM interventions_seat;
"""

UNDO_HELD = """
DROP STATISTICS seat_person_and_unit;
DROP VIEW reader_grant;
DROP VIEW reader_seat;
"""


def seated(case_column: str) -> str:
    """The reader holds a live seat in the case that this column names."""
    return f"EXISTS (SELECT 1 FROM reader_seat held WHERE held.case_id = {case_column} OFFSET 0)"


LEADS = "lead_unit_id = (SELECT reader_unit()) AND reader_is_seated(id)"


class Migration(migrations.Migration):
    dependencies = [("interventions", "0001_initial"), ("audit", "0002_reader_and_log")]

    operations = [
        migrations.RunSQL(COLUMNS, UNDO_COLUMNS),
        migrations.RunSQL(
            [
                "SET LOCAL check_function_bodies = off",
                FUNCTIONS,
                f"REVOKE ALL ON FUNCTION {', '.join(CALLED + INNER)} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {', '.join(CALLED)} TO {APP}",
            ],
            "; ".join(f"DROP FUNCTION {name}" for name in (*reversed(CALLED), *INNER)),
        ),
        migrations.RunSQL(HELD, UNDO_HELD),
        wall(
            "interventions_case",
            rights="SELECT, INSERT, UPDATE (status, closed_at)",
            select=seated("interventions_case.id"),
            insert="lead_unit_id = (SELECT reader_unit()) AND created_by_id = (SELECT reader_id())"
            " AND status = 'active' AND (SELECT reader_may_lead()) AND reader_is_seated(id)",
            # Closed, and not opened again: reopening is a new episode.
            update=(
                f"status = 'active' AND {LEADS}",
                f"status = 'closed' AND {LEADS}",
            ),
        ),
        # One's own need no search for themselves. A seat is not backdated, and is ended at once or not at all: never revived, prolonged or ended in the past.
        wall(
            "interventions_seat",
            rights="SELECT, INSERT, UPDATE (valid_until)",
            select="CASE WHEN (user_id, unit_id) = (SELECT w.user_id, w.unit_id FROM reader_at_work() w) AND "
            + LIVE.format("interventions_seat")
            + f" THEN true ELSE {seated('interventions_seat.case_id')} END",
            insert="seated_by_id = (SELECT reader_id()) AND valid_from >= transaction_timestamp()"
            " AND reader_may_seat(case_id, user_id, unit_id)",
            update=(
                "reader_leads(case_id) AND (valid_until IS NULL OR valid_until > statement_timestamp())",
                "reader_leads(case_id)"
                " AND valid_until BETWEEN transaction_timestamp() AND statement_timestamp()",
            ),
        ),
        wall(
            "interventions_record",
            rights="SELECT, INSERT",
            # A live seat in the case and a live grant to the unit, both.
            select=f"{seated('interventions_record.case_id')} AND EXISTS (SELECT 1 FROM reader_grant held"
            " WHERE held.record_id = interventions_record.id OFFSET 0)",
            insert="owner_unit_id = (SELECT reader_unit()) AND created_by_id = (SELECT reader_id())"
            " AND reader_is_seated(case_id)",
        ),
        wall(
            "interventions_note",
            rights="SELECT, INSERT",
            select="EXISTS (SELECT 1 FROM interventions_record r WHERE r.id = interventions_note.record_id OFFSET 0)",
            insert="reader_owns_record(record_id)",
        ),
        wall(
            "interventions_recordgrant",
            rights="SELECT, INSERT, DELETE",
            # The unit's own, and where it owns the record, everyone's.
            select="EXISTS (SELECT 1 FROM reader_seat held WHERE held.case_id = interventions_recordgrant.case_id"
            " AND (held.group_id = interventions_recordgrant.group_id"
            " OR reader_owns_record(interventions_recordgrant.content_object_id)) OFFSET 0)",
            insert="reader_may_grant(content_object_id, case_id, group_id, disclosure_id, valid_until)",
            delete="disclosure_id IS NOT NULL AND reader_owns_record(content_object_id)",
        ),
        wall(
            "interventions_disclosure",
            rights=f"SELECT, INSERT ({DISCLOSURE_COLUMNS}), UPDATE (revoked_at, revoked_by_id, revocation_reason)",
            select="(from_unit_id = (SELECT reader_unit()) OR to_unit_id = (SELECT reader_unit()))"
            f" AND {seated('interventions_disclosure.case_id')}",
            insert="from_unit_id = (SELECT reader_unit()) AND decided_by_id = (SELECT reader_id())"
            " AND revoked_at IS NULL AND reader_is_seated(case_id) AND unit_is_seated(case_id, to_unit_id)",
            update=(
                f"from_unit_id = (SELECT reader_unit()) AND {seated('interventions_disclosure.case_id')}",
                f"from_unit_id = (SELECT reader_unit()) AND revoked_by_id = (SELECT reader_id())"
                f" AND {seated('interventions_disclosure.case_id')}",
            ),
        ),
        wall(
            "interventions_disclosedrecord",
            rights="SELECT, INSERT",
            select="EXISTS (SELECT 1 FROM interventions_disclosure d"
            " WHERE d.id = interventions_disclosedrecord.disclosure_id OFFSET 0)",
            # By the one who decides and in the transaction that decides: nothing is added to a decision afterwards.
            insert="reader_owns_record(record_id) AND reader_is_deciding(disclosure_id, record_id)",
        ),
        # History is written by triggers, as the owner; nobody else may.
        wall(
            "interventions_casehistory",
            rights="SELECT",
            select=seated("interventions_casehistory.pgh_obj_id"),
        ),
        wall(
            "interventions_seathistory",
            rights="SELECT",
            select=seated("interventions_seathistory.case_id"),
        ),
        migrations.RunSQL(HISTORY, UNDO_HISTORY),
        migrations.RunSQL(TRIGGERS, UNDO_TRIGGERS),
        migrations.RunSQL(VIEW, "DROP VIEW interventions_visible_accessevent"),
    ]
