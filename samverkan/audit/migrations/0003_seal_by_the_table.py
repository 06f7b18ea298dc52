"""Sealing waits for nobody but another sealing: a lock that any login can take by its number could stop it unseen."""

from django.db import migrations

SEAL = """
CREATE OR REPLACE FUNCTION seal_access_log() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last audit_seal;
    this bigint;
    sealed bigint;
BEGIN
    {lock}
    IF NOT EXISTS (SELECT 1 FROM audit_accessevent e WHERE e.seal IS NULL) THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;
    this := coalesce(last.number, 0) + 1;
    UPDATE audit_accessevent SET seal = this WHERE seal IS NULL;
    INSERT INTO audit_seal (number, sealed_at, rows, digest)
    SELECT this, clock_timestamp(), d.rows, d.digest FROM access_log_digest(coalesce(last.digest, ''), this) d
    RETURNING rows INTO sealed;
    RETURN sealed;
END $$;
"""
BY_THE_TABLE = """BEGIN
        LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN
        RETURN 0;
    END;"""
BY_NUMBER = """IF NOT pg_try_advisory_xact_lock(hashtext('seal_access_log')) THEN
        RETURN 0;
    END IF;"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_reader_and_log")]

    operations = [migrations.RunSQL(SEAL.format(lock=BY_THE_TABLE), SEAL.format(lock=BY_NUMBER))]
