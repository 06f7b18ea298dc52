"""Whether case data keeps a unit where it is, asked when agencies become another by people who see no case."""

from django.db import migrations

from samverkan.grants import APP

# The answer is one bit of one unit: a case that it leads is open, or somebody sits for it in one.
FUNCTION = f"""
CREATE FUNCTION unit_must_stay(unit_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM interventions_case c WHERE c.lead_unit_id = $1 AND c.status = 'active')
        OR EXISTS (
            SELECT 1 FROM interventions_seat s JOIN interventions_case c ON c.id = s.case_id AND c.status = 'active'
            WHERE s.unit_id = $1 AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())
        )
$$;
REVOKE ALL ON FUNCTION unit_must_stay(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unit_must_stay(bigint) TO {APP};
"""


class Migration(migrations.Migration):
    dependencies = [("interventions", "0003_last_lead_seat")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION unit_must_stay(bigint)")]
