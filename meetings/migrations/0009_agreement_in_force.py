"""A meeting is called under an agreement in force on its day, or with a reason."""

from django.db import migrations

GUARD = """
CREATE FUNCTION meeting_rests_on_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF btrim(NEW.reason_without_agreement) = '' AND agreement_state(
        NEW.agreement_id, (NEW.starts_at AT TIME ZONE 'Europe/Stockholm')::date
    ) IS DISTINCT FROM 'in_force' THEN
        RAISE EXCEPTION 'no agreement is in force on the day of the meeting, and no reason is given'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreement_when_called BEFORE UPDATE OF status, starts_at, agreement_id, reason_without_agreement
    ON meetings_meeting FOR EACH ROW
    WHEN (NEW.status = 'called' AND (OLD.status, OLD.starts_at, OLD.agreement_id, OLD.reason_without_agreement)
        IS DISTINCT FROM (NEW.status, NEW.starts_at, NEW.agreement_id, NEW.reason_without_agreement))
    EXECUTE FUNCTION meeting_rests_on_agreement();
CREATE TRIGGER agreement_when_made BEFORE INSERT ON meetings_meeting FOR EACH ROW WHEN (NEW.status = 'called')
    EXECUTE FUNCTION meeting_rests_on_agreement();
"""

UNDO = """
DROP TRIGGER agreement_when_made ON meetings_meeting;
DROP TRIGGER agreement_when_called ON meetings_meeting;
DROP FUNCTION meeting_rests_on_agreement();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_agreement"), ("groups", "0008_agreement_state")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
