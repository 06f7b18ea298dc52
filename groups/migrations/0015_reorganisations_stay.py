"""What a reorganisation did is written once: it, its pairings and its lines are left alone by everybody afterwards."""

from django.db import migrations

TRIGGERS = """
CREATE FUNCTION reorganisation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'groups_reorganisation' THEN
        IF OLD.state <> 'carried_out' THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    ELSIF TG_TABLE_NAME <> 'groups_reorganisationline' AND NOT EXISTS (
        SELECT 1 FROM groups_reorganisation r
        WHERE r.state = 'carried_out'
          AND r.id IN ((to_jsonb(OLD) ->> 'reorganisation_id')::bigint, (to_jsonb(NEW) ->> 'reorganisation_id')::bigint)
    ) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'a reorganisation that is carried out stays as it is' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON groups_reorganisation
    FOR EACH ROW EXECUTE FUNCTION reorganisation_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON groups_reorganisationline
    FOR EACH ROW EXECUTE FUNCTION reorganisation_stays();
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON groups_unitpairing
    FOR EACH ROW EXECUTE FUNCTION reorganisation_stays();
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON groups_reorganisation_agencies
    FOR EACH ROW EXECUTE FUNCTION reorganisation_stays();
"""

UNDO = """
DROP TRIGGER stays ON groups_reorganisation_agencies;
DROP TRIGGER stays ON groups_unitpairing;
DROP TRIGGER stays ON groups_reorganisationline;
DROP TRIGGER stays ON groups_reorganisation;
DROP FUNCTION reorganisation_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0014_reorganisations")]

    operations = [migrations.RunSQL(TRIGGERS, UNDO)]
