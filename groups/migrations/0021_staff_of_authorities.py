"""Who is at an authority: a unit's branch fits its agency, and a case group seats staff of authorities alone."""

from django.db import migrations

RULES = """
-- What an association's unit writes is under no rule of secrecy, whatever somebody calls it (2018:218 3 kap. 8 §).
CREATE FUNCTION branch_fits_the_agency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.branch <> 'none' AND NOT EXISTS (
        SELECT 1 FROM groups_agency a
        WHERE a.id = NEW.agency_id AND a.kind IN ('district_administration', 'police', 'education', 'authority')
    ) THEN
        RAISE EXCEPTION 'only an authority has units of a branch'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_branch_fits_agency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fits_the_agency BEFORE INSERT OR UPDATE OF branch, agency_id ON groups_unit
    FOR EACH ROW EXECUTE FUNCTION branch_fits_the_agency();

CREATE FUNCTION units_fit_the_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind NOT IN ('district_administration', 'police', 'education', 'authority')
        AND EXISTS (SELECT 1 FROM groups_unit u WHERE u.agency_id = NEW.id AND u.branch <> 'none') THEN
        RAISE EXCEPTION 'the agency has units of a branch'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_branch_fits_agency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER units_fit_the_kind BEFORE UPDATE OF kind ON groups_agency
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION units_fit_the_kind();

-- As for a seat in a case: staff of an authority, and nobody who administers the program or reviews its log.
CREATE FUNCTION case_group_seats_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM groups_body b WHERE b.id = NEW.body_id AND b.kind = 'case') AND NOT EXISTS (
        SELECT 1 FROM groups_employment e
            JOIN groups_unit u ON u.id = e.unit_id AND u.branch <> 'none'
            JOIN groups_user p ON p.id = e.user_id AND NOT (p.is_staff OR p.is_superuser OR p.is_log_reviewer)
        WHERE e.user_id = NEW.user_id
          AND daterange(e.valid_from, e.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
    ) THEN
        RAISE EXCEPTION 'a case group seats staff of authorities'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_case_staff';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_group_seats_staff BEFORE INSERT OR UPDATE OF user_id, body_id ON groups_membership
    FOR EACH ROW EXECUTE FUNCTION case_group_seats_staff();
"""

UNDO = """
DROP TRIGGER case_group_seats_staff ON groups_membership;
DROP FUNCTION case_group_seats_staff();
DROP TRIGGER units_fit_the_kind ON groups_agency;
DROP FUNCTION units_fit_the_kind();
DROP TRIGGER fits_the_agency ON groups_unit;
DROP FUNCTION branch_fits_the_agency();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0020_corrected_values")]

    operations = [migrations.RunSQL(RULES, UNDO)]
