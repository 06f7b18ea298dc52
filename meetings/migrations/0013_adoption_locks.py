"""An adoption is written once, and no programme counts as adopted without the decision that adopted it."""

from django.db import migrations

LOCKS = """
CREATE TRIGGER adopted_once BEFORE UPDATE OR DELETE ON meetings_adoption
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_what_stays('an adoption is written once');

CREATE FUNCTION adopted_by_a_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM groups_actionprogramme p WHERE p.id = NEW.id AND p.adopted_on IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM meetings_adoption a WHERE a.programme_id = NEW.id) THEN
        RAISE EXCEPTION 'a programme is adopted by a decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adopted_by_a_decision AFTER INSERT OR UPDATE OF adopted_on ON groups_actionprogramme
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.adopted_on IS NOT NULL)
    EXECUTE FUNCTION adopted_by_a_decision();
"""

UNDO = """
DROP TRIGGER adopted_by_a_decision ON groups_actionprogramme;
DROP FUNCTION adopted_by_a_decision();
DROP TRIGGER adopted_once ON meetings_adoption;
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0012_adoptions"), ("groups", "0012_programme_locks")]

    operations = [migrations.RunSQL(LOCKS, UNDO)]
