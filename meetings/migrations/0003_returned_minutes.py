"""Why minutes were sent back; and no file, and no unit on an item, comes to minutes that are approved already."""

from django.db import migrations, models

LOCKS = """
CREATE FUNCTION files_come_before_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.id = NEW.minutes_id AND m.status = 'approved') THEN
        RAISE EXCEPTION 'the minutes are approved and locked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER before_approval BEFORE INSERT ON meetings_minutesfile
    FOR EACH ROW EXECUTE FUNCTION files_come_before_approval();

CREATE FUNCTION units_of_locked_items_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM meetings_agendaitem i
        WHERE meeting_is_locked(i.meeting_id)
          AND (TG_OP <> 'INSERT' AND i.id = OLD.agendaitem_id OR TG_OP <> 'DELETE' AND i.id = NEW.agendaitem_id)
    ) THEN
        RAISE EXCEPTION 'the minutes are approved and locked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON meetings_agendaitem_units
    FOR EACH ROW EXECUTE FUNCTION units_of_locked_items_stay();
"""

UNDO = """
DROP TRIGGER locked ON meetings_agendaitem_units;
DROP TRIGGER before_approval ON meetings_minutesfile;
DROP FUNCTION units_of_locked_items_stay();
DROP FUNCTION files_come_before_approval();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_locks")]

    operations = [
        migrations.AddField(
            model_name="minutes",
            name="returned_because",
            field=models.TextField(blank=True, editable=False, verbose_name="to be changed"),
        ),
        migrations.AddConstraint(
            model_name="minutesfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["pdf", "docx"])), name="file_format_known"
            ),
        ),
        migrations.RunSQL(LOCKS, UNDO),
    ]
