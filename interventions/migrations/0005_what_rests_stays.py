"""What the walls rest on stays what it was: who may sit, where a unit belongs, what a ground said, and that an end is one."""

from django.db import migrations

STAFF = """
-- Nobody is above the second rule of access: who administers the program or reviews its log sits in no case.
CREATE OR REPLACE FUNCTION works_at_authority(user_id bigint, unit_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_employment e JOIN groups_unit u ON u.id = e.unit_id
            JOIN groups_user p ON p.id = e.user_id AND NOT (p.is_staff OR p.is_superuser OR p.is_log_reviewer)
        WHERE e.user_id = $1 AND e.unit_id = $2 AND u.branch <> 'none'
          AND e.valid_from <= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date
          AND (e.valid_to IS NULL OR e.valid_to >= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date)
    )
$$;
CREATE OR REPLACE FUNCTION reader_may_lead() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM groups_unit WHERE id = (SELECT reader_unit()) AND branch = 'social')
        AND works_at_authority((SELECT reader_id()), (SELECT reader_unit()))
$$;
"""

UNDO_STAFF = """
CREATE OR REPLACE FUNCTION works_at_authority(user_id bigint, unit_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_employment e JOIN groups_unit u ON u.id = e.unit_id
        WHERE e.user_id = $1 AND e.unit_id = $2 AND u.branch <> 'none'
          AND e.valid_from <= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date
          AND (e.valid_to IS NULL OR e.valid_to >= (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date)
    )
$$;
CREATE OR REPLACE FUNCTION reader_may_lead() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM groups_unit WHERE id = (SELECT reader_unit()) AND branch = 'social')
$$;
"""

TRIGGERS = """
-- A unit on which case data rests keeps its branch, by which grounds fit, and the kind of agency it belongs to; it may
-- follow its agency to a successor of the same kind.
CREATE FUNCTION unit_of_cases_keeps_its_branch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.branch = OLD.branch AND (SELECT count(DISTINCT kind) FROM groups_agency WHERE id IN (OLD.agency_id, NEW.agency_id)) = 1
    THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM interventions_seat s WHERE s.unit_id = OLD.id)
        OR EXISTS (SELECT 1 FROM interventions_record r WHERE r.owner_unit_id = OLD.id)
        OR EXISTS (SELECT 1 FROM interventions_recordgrant g WHERE g.group_id = OLD.group_id)
    THEN
        RAISE EXCEPTION 'case data rests on this unit'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_of_cases_keeps_its_branch';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keeps_its_branch BEFORE UPDATE ON groups_unit FOR EACH ROW
    WHEN (OLD.branch IS DISTINCT FROM NEW.branch OR OLD.agency_id IS DISTINCT FROM NEW.agency_id)
    EXECUTE FUNCTION unit_of_cases_keeps_its_branch();

-- The ledger names its ground: one that a disclosure rests on says what it said, and may only get a last day.
CREATE FUNCTION ground_in_the_ledger_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (to_jsonb(OLD) - 'valid_to' - 'position') <> (to_jsonb(NEW) - 'valid_to' - 'position')
        AND EXISTS (SELECT 1 FROM interventions_disclosure d WHERE d.ground_id = OLD.id)
    THEN
        RAISE EXCEPTION 'a disclosure rests on this ground'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ground_in_the_ledger_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_as_told BEFORE UPDATE ON interventions_legalground FOR EACH ROW
    EXECUTE FUNCTION ground_in_the_ledger_stays();

-- Whoever comes back to a unit does not find old seats open: the lead unit decides anew. The lead unit's own last seat
-- stays, since nobody else could open the case. A row that is written while an earlier one still holds is a new title.
CREATE FUNCTION seats_end_where_work_began_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (statement_timestamp() AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.valid_to IS NULL OR OLD.valid_to >= today OR (NEW.valid_to IS NOT NULL AND NEW.valid_to <= OLD.valid_to) THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (
        SELECT 1 FROM groups_employment e
        WHERE e.user_id = NEW.user_id AND e.unit_id = NEW.unit_id AND e.valid_from <= today
          AND (e.valid_to IS NULL OR e.valid_to >= today)
    ) THEN
        RETURN NEW;
    END IF;
    UPDATE interventions_seat s SET valid_until = greatest(statement_timestamp(), s.valid_from)
    FROM interventions_case c
    WHERE s.user_id = NEW.user_id AND s.unit_id = NEW.unit_id AND c.id = s.case_id
      AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())
      AND (c.lead_unit_id <> s.unit_id OR EXISTS (
          SELECT 1 FROM interventions_seat other JOIN groups_user u ON u.id = other.user_id AND u.is_active
          WHERE other.case_id = s.case_id AND other.unit_id = s.unit_id AND other.user_id <> s.user_id
            AND works_at_authority(other.user_id, other.unit_id) AND other.valid_from <= statement_timestamp()
            AND (other.valid_until IS NULL OR other.valid_until > statement_timestamp())
      ));
    RETURN NEW;
END $$;
CREATE TRIGGER ends_old_seats BEFORE INSERT OR UPDATE OF valid_to ON groups_employment FOR EACH ROW
    EXECUTE FUNCTION seats_end_where_work_began_again();
REVOKE ALL ON FUNCTION unit_of_cases_keeps_its_branch(), ground_in_the_ledger_stays(), seats_end_where_work_began_again()
    FROM PUBLIC;
"""

UNDO_TRIGGERS = """
DROP TRIGGER ends_old_seats ON groups_employment;
DROP TRIGGER stays_as_told ON interventions_legalground;
DROP TRIGGER keeps_its_branch ON groups_unit;
DROP FUNCTION seats_end_where_work_began_again();
DROP FUNCTION ground_in_the_ledger_stays();
DROP FUNCTION unit_of_cases_keeps_its_branch();
"""


class Migration(migrations.Migration):
    dependencies = [("interventions", "0004_units_that_stay"), ("groups", "0001_initial")]

    operations = [migrations.RunSQL(STAFF, UNDO_STAFF), migrations.RunSQL(TRIGGERS, UNDO_TRIGGERS)]
