"""How an agreement stands, computed in the database as in groups.models.agreements; and what is signed stays."""

from django.db import migrations

STATE = """
CREATE FUNCTION agreement_begins(agreement bigint) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN a.original_kept <> '' THEN COALESCE(a.valid_from, DATE '0001-01-01')
        WHEN a.sent_on IS NOT NULL AND p.parties > 0 AND p.parties = p.signatures
            THEN GREATEST(a.valid_from, p.last_signature)
    END
    FROM groups_agreement a, LATERAL (
        SELECT count(*) AS parties, count(signed_on) AS signatures, max(signed_on) AS last_signature
        FROM groups_agreementparty WHERE agreement_id = a.id
    ) p
    WHERE a.id = $1
$$;

CREATE FUNCTION agreement_state(agreement bigint, day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN b.begins IS NULL THEN CASE WHEN a.sent_on IS NULL THEN 'draft' ELSE 'signing' END
        WHEN agreement_begins(n.id) <= $2 THEN 'replaced'
        WHEN a.last_day < $2 THEN 'terminated'
        WHEN a.valid_to < $2 THEN 'expired'
        WHEN b.begins > $2 THEN 'signed'
        ELSE 'in_force'
    END
    FROM groups_agreement a
    CROSS JOIN LATERAL (SELECT agreement_begins(a.id) AS begins) b
    LEFT JOIN groups_agreement n ON n.replaces_id = a.id
    WHERE a.id = $1
$$;

CREATE FUNCTION agreement_has_signature(agreement bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM groups_agreementparty WHERE agreement_id = $1 AND signed_on IS NOT NULL)
$$;
"""

FROZEN = """
CREATE FUNCTION signed_agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF agreement_has_signature(OLD.id) THEN
        RAISE EXCEPTION 'what is signed cannot be changed; make a new version' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER signed BEFORE DELETE ON groups_agreement
    FOR EACH ROW EXECUTE FUNCTION signed_agreement_stays();
CREATE TRIGGER signed_content BEFORE UPDATE ON groups_agreement
    FOR EACH ROW WHEN ((OLD.title, OLD.parent_id, OLD.purposes, OLD.areas, OLD.geographic_areas, OLD.valid_from,
        OLD.valid_to, OLD.version, OLD.replaces_id, OLD.first_id, OLD.original_kept, OLD.sent_on)
        IS DISTINCT FROM (NEW.title, NEW.parent_id, NEW.purposes, NEW.areas, NEW.geographic_areas, NEW.valid_from,
        NEW.valid_to, NEW.version, NEW.replaces_id, NEW.first_id, NEW.original_kept, NEW.sent_on))
    EXECUTE FUNCTION signed_agreement_stays();

CREATE FUNCTION termination_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the agreement is terminated' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER terminated_once BEFORE UPDATE ON groups_agreement
    FOR EACH ROW WHEN (OLD.terminated_on IS NOT NULL AND
        (OLD.terminated_on, OLD.terminated_by_id, OLD.termination_reason, OLD.last_day)
        IS DISTINCT FROM (NEW.terminated_on, NEW.terminated_by_id, NEW.termination_reason, NEW.last_day))
    EXECUTE FUNCTION termination_stays();

-- The parties are content; a signature is put in once, on an agreement that was sent for signing, and stays.
CREATE FUNCTION signatures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sent date;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.signed_on IS NOT NULL THEN
        RAISE EXCEPTION 'what is signed cannot be changed; make a new version' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'UPDATE' OR (OLD.agency_id, OLD.agreement_id) IS DISTINCT FROM (NEW.agency_id, NEW.agreement_id) THEN
        IF (TG_OP <> 'INSERT' AND agreement_has_signature(OLD.agreement_id))
            OR (TG_OP <> 'DELETE' AND agreement_has_signature(NEW.agreement_id)) THEN
            RAISE EXCEPTION 'what is signed cannot be changed; make a new version' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.signed_on IS NOT NULL THEN
        SELECT sent_on INTO sent FROM groups_agreement WHERE id = NEW.agreement_id FOR NO KEY UPDATE;
        IF sent IS NULL THEN
            RAISE EXCEPTION 'the agreement is not sent for signing' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed BEFORE INSERT OR UPDATE OR DELETE ON groups_agreementparty
    FOR EACH ROW EXECUTE FUNCTION signatures_stay();

CREATE FUNCTION signed_copies_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a signed copy is kept as it was received' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON groups_signedcopy
    FOR EACH ROW EXECUTE FUNCTION signed_copies_stay();

-- No agreement frames itself by way of others, and versions follow one another. One at a time, so that two people
-- cannot close a circle from both ends.
CREATE FUNCTION agreements_go_round_nowhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('groups_agreement.parent'));
        IF EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT NEW.parent_id
                UNION SELECT a.parent_id FROM groups_agreement a JOIN above ON a.id = above.id WHERE a.parent_id IS NOT NULL
            ) SELECT 1 FROM above WHERE id = NEW.id
        ) THEN
            RAISE EXCEPTION 'agreements frame each other in a circle' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM groups_agreement a
        WHERE a.id = NEW.replaces_id AND a.version = NEW.version - 1 AND COALESCE(a.first_id, a.id) = NEW.first_id
    ) THEN
        RAISE EXCEPTION 'a version follows the one before it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_circle BEFORE INSERT OR UPDATE OF parent_id, replaces_id, first_id, version ON groups_agreement
    FOR EACH ROW EXECUTE FUNCTION agreements_go_round_nowhere();
"""

UNDO = """
DROP TRIGGER no_circle ON groups_agreement;
DROP FUNCTION agreements_go_round_nowhere();
DROP TRIGGER kept ON groups_signedcopy;
DROP FUNCTION signed_copies_stay();
DROP TRIGGER signed ON groups_agreementparty;
DROP FUNCTION signatures_stay();
DROP TRIGGER terminated_once ON groups_agreement;
DROP FUNCTION termination_stays();
DROP TRIGGER signed_content ON groups_agreement;
DROP TRIGGER signed ON groups_agreement;
DROP FUNCTION signed_agreement_stays();
DROP FUNCTION agreement_has_signature(bigint);
DROP FUNCTION agreement_state(bigint, date);
DROP FUNCTION agreement_begins(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0007_recorded_afterwards")]

    operations = [
        migrations.RemoveField(model_name="agreement", name="reported_to_board"),
        migrations.RunSQL(STATE + FROZEN, UNDO),
    ]
