"""Approved minutes are read-only in the database: the meeting's items, decisions, attendance and what was agreed."""

from django.db import migrations

LOCKS = """
CREATE FUNCTION meeting_is_locked(meeting_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.meeting_id = $1 AND m.status = 'approved')
$$;

CREATE FUNCTION refuse_if_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Where the row was and where it is going: it may neither leave locked minutes nor enter them.
    touched jsonb[] := ARRAY[to_jsonb(OLD), to_jsonb(NEW)];
    entry jsonb;
    meeting bigint;
BEGIN
    FOREACH entry IN ARRAY touched LOOP
        CONTINUE WHEN entry IS NULL OR entry = 'null'::jsonb;
        IF entry ? 'item_id' THEN
            SELECT i.meeting_id INTO meeting FROM meetings_agendaitem i WHERE i.id = (entry ->> 'item_id')::bigint;
        ELSE
            meeting := (entry ->> 'meeting_id')::bigint;
        END IF;
        IF meeting_is_locked(meeting) THEN
            RAISE EXCEPTION 'the minutes are approved and locked' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON meetings_agendaitem
    FOR EACH ROW EXECUTE FUNCTION refuse_if_locked();
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON meetings_decision
    FOR EACH ROW EXECUTE FUNCTION refuse_if_locked();
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON meetings_attendance
    FOR EACH ROW EXECUTE FUNCTION refuse_if_locked();
-- An action item lives on after the meeting: it may be done, but what was agreed may not be rewritten.
CREATE TRIGGER locked BEFORE INSERT OR DELETE OR UPDATE OF item_id, text, responsible_agency_id,
    responsible_person_id, due ON meetings_actionitem
    FOR EACH ROW EXECUTE FUNCTION refuse_if_locked();

CREATE FUNCTION approved_minutes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'approved' THEN
        RAISE EXCEPTION 'the minutes are approved and locked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON meetings_minutes
    FOR EACH ROW EXECUTE FUNCTION approved_minutes_stay();

CREATE FUNCTION files_of_minutes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'files of approved minutes are made once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER made_once BEFORE UPDATE OR DELETE ON meetings_minutesfile
    FOR EACH ROW EXECUTE FUNCTION files_of_minutes_stay();

CREATE FUNCTION facts_of_a_held_meeting_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF meeting_is_locked(OLD.id) THEN
        RAISE EXCEPTION 'the minutes are approved and locked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked BEFORE DELETE OR UPDATE OF body_id, title, starts_at, ends_at, room_id, link, year, number
    ON meetings_meeting FOR EACH ROW EXECUTE FUNCTION facts_of_a_held_meeting_stay();
"""

UNDO = """
DROP TRIGGER locked ON meetings_meeting;
DROP TRIGGER made_once ON meetings_minutesfile;
DROP TRIGGER locked ON meetings_minutes;
DROP TRIGGER locked ON meetings_actionitem;
DROP TRIGGER locked ON meetings_attendance;
DROP TRIGGER locked ON meetings_decision;
DROP TRIGGER locked ON meetings_agendaitem;
DROP FUNCTION facts_of_a_held_meeting_stay();
DROP FUNCTION files_of_minutes_stay();
DROP FUNCTION approved_minutes_stay();
DROP FUNCTION refuse_if_locked();
DROP FUNCTION meeting_is_locked(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunSQL(LOCKS, UNDO)]
