"""What constraints on one row cannot say of bodies, memberships and undertakings.

The way up from a body meets it nowhere again, and is no longer than the picture shows. One at a time may hang a body
under another, since two that each see no circle could make one together. Nothing reports to a case group, a
place-based group has no case group below it, and a group neither becomes nor ceases to be about a case. Nobody sits in
a closed body. A published undertaking and who has confirmed it stay as they were written."""

from django.db import migrations

RULES = """
CREATE FUNCTION body_stands_in_a_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NEW.parent_id;
    over text;
    levels int := 1;
    below int;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('groups_body.parent_id'));
    WHILE above IS NOT NULL LOOP
        IF above = NEW.id THEN
            RAISE EXCEPTION 'bodies report to each other in a circle'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'body_no_circle';
        END IF;
        SELECT parent_id INTO above FROM groups_body WHERE id = above;
        levels := levels + 1;
    END LOOP;
    WITH RECURSIVE tree(id, level) AS (
        SELECT id, 1 FROM groups_body WHERE parent_id = NEW.id
        UNION ALL SELECT b.id, t.level + 1 FROM groups_body b JOIN tree t ON b.parent_id = t.id WHERE t.level < 50
    ) SELECT coalesce(max(level), 0) INTO below FROM tree;
    IF levels + below > 6 THEN
        RAISE EXCEPTION 'bodies stand on more levels than the picture shows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_levels';
    END IF;
    SELECT kind INTO over FROM groups_body WHERE id = NEW.parent_id;
    IF over = 'case' OR (NEW.kind = 'case' AND over = 'place')
        OR (NEW.kind = 'case' AND EXISTS (SELECT 1 FROM groups_body WHERE parent_id = NEW.id))
        OR (NEW.kind = 'place' AND EXISTS (SELECT 1 FROM groups_body WHERE parent_id = NEW.id AND kind = 'case')) THEN
        RAISE EXCEPTION 'nothing reports to a case group, and no case group to a place-based one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_case_apart';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind AND 'case' IN (NEW.kind, OLD.kind) THEN
        RAISE EXCEPTION 'a body neither becomes nor ceases to be about a case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_case_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stands_in_a_tree BEFORE INSERT OR UPDATE OF parent_id, kind ON groups_body
    FOR EACH ROW EXECUTE FUNCTION body_stands_in_a_tree();

CREATE FUNCTION nobody_sits_in_a_closed_body() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_day date;
BEGIN
    SELECT valid_to INTO last_day FROM groups_body WHERE id = NEW.body_id FOR SHARE;
    IF last_day IS NOT NULL AND coalesce(NEW.valid_to, 'infinity'::date) > last_day THEN
        RAISE EXCEPTION 'the body is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_body_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER body_is_open BEFORE INSERT OR UPDATE OF body_id, valid_from, valid_to ON groups_membership
    FOR EACH ROW EXECUTE FUNCTION nobody_sits_in_a_closed_body();

CREATE FUNCTION seats_end_with_the_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.valid_to IS NOT NULL AND EXISTS (
        SELECT 1 FROM groups_membership m
        WHERE m.body_id = NEW.id AND coalesce(m.valid_to, 'infinity'::date) > NEW.valid_to
    ) THEN
        RAISE EXCEPTION 'somebody sits in the body after its last day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_body_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seats_end_first BEFORE UPDATE OF valid_to ON groups_body
    FOR EACH ROW EXECUTE FUNCTION seats_end_with_the_body();

CREATE FUNCTION undertakings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was published and confirmed stays' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON groups_undertakingtext
    FOR EACH ROW EXECUTE FUNCTION undertakings_stay();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON groups_undertaking
    FOR EACH ROW EXECUTE FUNCTION undertakings_stay();
"""

UNDO = """
DROP TRIGGER stays ON groups_undertaking;
DROP TRIGGER stays ON groups_undertakingtext;
DROP FUNCTION undertakings_stay();
DROP TRIGGER seats_end_first ON groups_body;
DROP FUNCTION seats_end_with_the_body();
DROP TRIGGER body_is_open ON groups_membership;
DROP FUNCTION nobody_sits_in_a_closed_body();
DROP TRIGGER stands_in_a_tree ON groups_body;
DROP FUNCTION body_stands_in_a_tree();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0009_bodies_and_people")]

    operations = [migrations.RunSQL(RULES, UNDO)]
