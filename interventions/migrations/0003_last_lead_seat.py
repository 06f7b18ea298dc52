"""A case keeps somebody who can open it: the lead unit's last seat in force cannot be ended, by two at once either."""

from django.db import migrations

TRIGGER = """
-- Whoever ends a seat holds the case meanwhile, so that of two who end the last two the second sees what the first did.
-- A holder who has left, or whose account is closed, keeps nobody in: that seat may always be ended.
CREATE FUNCTION lead_unit_keeps_a_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lead bigint;
    holders bigint[];
BEGIN
    SELECT c.lead_unit_id INTO lead FROM interventions_case c WHERE c.id = OLD.case_id FOR NO KEY UPDATE;
    IF OLD.unit_id IS DISTINCT FROM lead THEN
        RETURN NEW;
    END IF;
    SELECT array_agg(s.user_id) INTO holders
    FROM interventions_seat s JOIN groups_user u ON u.id = s.user_id AND u.is_active
    WHERE s.case_id = OLD.case_id AND s.unit_id = lead AND works_at_authority(s.user_id, s.unit_id)
      AND s.valid_from <= statement_timestamp()
      AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp());
    IF holders = ARRAY[OLD.user_id] THEN
        RAISE EXCEPTION 'the lead unit keeps a seat' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keeps_a_seat BEFORE UPDATE OF valid_until ON interventions_seat FOR EACH ROW
    WHEN (OLD.valid_until IS DISTINCT FROM NEW.valid_until) EXECUTE FUNCTION lead_unit_keeps_a_seat();
REVOKE ALL ON FUNCTION lead_unit_keeps_a_seat() FROM PUBLIC;
"""

UNDO = """
DROP TRIGGER keeps_a_seat ON interventions_seat;
DROP FUNCTION lead_unit_keeps_a_seat();
"""


class Migration(migrations.Migration):
    dependencies = [("interventions", "0002_walls")]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]
