"""Evidence is withdrawn and never changed or deleted; a judgement is added and never changed."""

from django.db import migrations

LOCKS = """
CREATE TRIGGER evidence_stays BEFORE DELETE ON meetings_demandevidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_what_stays('evidence is withdrawn and not deleted');
CREATE TRIGGER evidence_is_withdrawn_once BEFORE UPDATE ON meetings_demandevidence
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL
        OR (OLD.demand, OLD.day, OLD.note, OLD.link, OLD.meeting_id, OLD.decision_id, OLD.added_by_id, OLD.added_at)
        IS DISTINCT FROM
        (NEW.demand, NEW.day, NEW.note, NEW.link, NEW.meeting_id, NEW.decision_id, NEW.added_by_id, NEW.added_at))
    EXECUTE FUNCTION refuse_change_of_what_stays('evidence is withdrawn and not changed');
CREATE TRIGGER judgement_stays BEFORE UPDATE OR DELETE ON meetings_demandjudgement
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_what_stays('a judgement is not changed');
"""

UNDO = """
DROP TRIGGER judgement_stays ON meetings_demandjudgement;
DROP TRIGGER evidence_is_withdrawn_once ON meetings_demandevidence;
DROP TRIGGER evidence_stays ON meetings_demandevidence;
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0017_evidence_stays"), ("groups", "0012_programme_locks")]

    operations = [migrations.RunSQL(LOCKS, UNDO)]
