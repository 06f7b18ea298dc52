"""What is published stays, what is adopted stays but for its follow-up, and a measure's goal is one of its problem's."""

from django.db import migrations

LOCKS = """
CREATE FUNCTION refuse_change_of_what_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$;

-- A published version of a situation report, and the links and files it was published with.
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON groups_reportversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change_of_what_stays('a published situation report is not changed');

CREATE FUNCTION links_of_published_report_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM groups_reportversion v
        WHERE v.published_at IS NOT NULL
          AND (TG_OP <> 'INSERT' AND v.id = OLD.version_id OR TG_OP <> 'DELETE' AND v.id = NEW.version_id)
    ) THEN
        RAISE EXCEPTION 'a published situation report is not changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER published_stays BEFORE INSERT OR UPDATE OR DELETE ON groups_reportlink
    FOR EACH ROW EXECUTE FUNCTION links_of_published_report_stay();
CREATE TRIGGER published_stays BEFORE INSERT OR UPDATE OR DELETE ON groups_reportfile
    FOR EACH ROW EXECUTE FUNCTION links_of_published_report_stay();

-- An adopted programme, and what its measures say that they will do. Which agency answers is left out: a successor
-- takes over in a reorganisation.
CREATE TRIGGER adopted_stays BEFORE DELETE OR UPDATE OF version_id, title, summary, valid_from, valid_to, adopted_on
    ON groups_actionprogramme FOR EACH ROW WHEN (OLD.adopted_on IS NOT NULL)
    EXECUTE FUNCTION refuse_change_of_what_stays('an adopted programme is not changed');

CREATE FUNCTION programme_is_adopted(programme_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM groups_actionprogramme p WHERE p.id = $1 AND p.adopted_on IS NOT NULL)
$$;

CREATE FUNCTION adopted_measures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND programme_is_adopted(OLD.programme_id)
       OR TG_OP <> 'DELETE' AND programme_is_adopted(NEW.programme_id) THEN
        RAISE EXCEPTION 'the measures of an adopted programme are not changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER adopted_stays BEFORE INSERT OR DELETE OR UPDATE OF programme_id, problem_id, goal_id, title,
    description, cause, purpose, method_id, valid_from, valid_to ON groups_measure
    FOR EACH ROW EXECUTE FUNCTION adopted_measures_stay();

-- Problems, goals and indicators that an adopted programme rests on.
CREATE FUNCTION problem_is_adopted(problem_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM groups_measure m JOIN groups_actionprogramme p ON p.id = m.programme_id
        WHERE m.problem_id = $1 AND p.adopted_on IS NOT NULL
    )
$$;

CREATE FUNCTION ground_of_adopted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    problem bigint;
BEGIN
    problem := CASE TG_TABLE_NAME
        WHEN 'groups_problem' THEN OLD.id
        WHEN 'groups_goal' THEN (to_jsonb(OLD) ->> 'problem_id')::bigint
        ELSE (SELECT g.problem_id FROM groups_goal g WHERE g.id = (to_jsonb(OLD) ->> 'goal_id')::bigint)
    END;
    IF problem_is_adopted(problem) THEN
        RAISE EXCEPTION 'an adopted programme rests on this' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER adopted_stays BEFORE DELETE OR UPDATE OF report_id, title, area ON groups_problem
    FOR EACH ROW EXECUTE FUNCTION ground_of_adopted_stays();
CREATE TRIGGER adopted_stays BEFORE DELETE OR UPDATE OF problem_id, text, due ON groups_goal
    FOR EACH ROW EXECUTE FUNCTION ground_of_adopted_stays();
CREATE TRIGGER adopted_stays BEFORE DELETE OR UPDATE OF goal_id, name, unit, direction, baseline, baseline_day, target
    ON groups_indicator FOR EACH ROW EXECUTE FUNCTION ground_of_adopted_stays();

-- What was said of a measure or a programme on a day.
CREATE TRIGGER said_stays BEFORE UPDATE OR DELETE ON groups_followup
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_what_stays('a follow-up is not changed');
CREATE TRIGGER said_stays BEFORE UPDATE OR DELETE ON groups_programmereview
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_what_stays('a follow-up is not changed');

-- A measure serves a goal of its own problem.
ALTER TABLE groups_goal ADD CONSTRAINT goal_of_problem UNIQUE (id, problem_id);
ALTER TABLE groups_measure ADD CONSTRAINT measure_goal_of_its_problem
    FOREIGN KEY (goal_id, problem_id) REFERENCES groups_goal (id, problem_id) DEFERRABLE INITIALLY IMMEDIATE;
"""

UNDO = """
ALTER TABLE groups_measure DROP CONSTRAINT measure_goal_of_its_problem;
ALTER TABLE groups_goal DROP CONSTRAINT goal_of_problem;
DROP TRIGGER said_stays ON groups_programmereview;
DROP TRIGGER said_stays ON groups_followup;
DROP TRIGGER adopted_stays ON groups_indicator;
DROP TRIGGER adopted_stays ON groups_goal;
DROP TRIGGER adopted_stays ON groups_problem;
DROP TRIGGER adopted_stays ON groups_measure;
DROP TRIGGER adopted_stays ON groups_actionprogramme;
DROP TRIGGER published_stays ON groups_reportfile;
DROP TRIGGER published_stays ON groups_reportlink;
DROP TRIGGER published_stays ON groups_reportversion;
DROP FUNCTION ground_of_adopted_stays();
DROP FUNCTION problem_is_adopted(bigint);
DROP FUNCTION adopted_measures_stay();
DROP FUNCTION programme_is_adopted(bigint);
DROP FUNCTION links_of_published_report_stay();
DROP FUNCTION refuse_change_of_what_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0011_action_programme")]

    operations = [migrations.RunSQL(LOCKS, UNDO)]
