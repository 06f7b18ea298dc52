"""A body that is closed has no meeting after its last day and none that is open; a case group's meetings are open to
its members only, so that nothing about a person is published to the structure."""

from django.db import migrations

RULES = """
CREATE FUNCTION meeting_suits_its_body() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    body record;
BEGIN
    SELECT kind, valid_to INTO body FROM groups_body WHERE id = NEW.body_id FOR SHARE;
    IF body.kind = 'case' AND NEW.audience <> 'body' THEN
        RAISE EXCEPTION 'a meeting about a case is open to the members only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_of_case_is_closed';
    END IF;
    IF NEW.status <> 'cancelled' AND body.valid_to < (NEW.starts_at AT TIME ZONE 'Europe/Stockholm')::date THEN
        RAISE EXCEPTION 'the body is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_body_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suits_its_body BEFORE INSERT OR UPDATE OF body_id, starts_at, audience ON meetings_meeting
    FOR EACH ROW EXECUTE FUNCTION meeting_suits_its_body();

CREATE FUNCTION body_closes_with_nothing_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.valid_to IS NOT NULL AND OLD.valid_to IS NULL AND EXISTS (
        SELECT 1 FROM meetings_meeting m WHERE m.body_id = NEW.id
        AND m.status IN ('draft', 'called', 'in_progress', 'held')
    ) THEN
        RAISE EXCEPTION 'a meeting of the body is open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_has_open_meetings';
    END IF;
    IF NEW.valid_to IS NOT NULL AND OLD.valid_to IS NULL AND EXISTS (
        SELECT 1 FROM meetings_actionitem a JOIN meetings_agendaitem i ON i.id = a.item_id
        JOIN meetings_meeting m ON m.id = i.meeting_id WHERE m.body_id = NEW.id AND a.done_at IS NULL
    ) THEN
        RAISE EXCEPTION 'what was agreed in the body is not done'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_has_open_actions';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closes_with_nothing_open BEFORE UPDATE OF valid_to ON groups_body
    FOR EACH ROW EXECUTE FUNCTION body_closes_with_nothing_open();
"""

UNDO = """
DROP TRIGGER closes_with_nothing_open ON groups_body;
DROP FUNCTION body_closes_with_nothing_open();
DROP TRIGGER suits_its_body ON meetings_meeting;
DROP FUNCTION meeting_suits_its_body();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0010_checklist"), ("groups", "0010_rules_of_bodies")]

    operations = [migrations.RunSQL(RULES, UNDO)]
