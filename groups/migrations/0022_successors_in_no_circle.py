"""No agency becomes, by way of others, one that has become it. Successors are written one at a time, since two that each
see no circle could make one together. Beside it, the words of a reorganisation whose units have not all followed."""

from django.db import migrations, models

RULE = """
CREATE FUNCTION agencies_succeed_in_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    becomes bigint := NEW.successor_id;
    steps int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('groups_agency.successor_id'));
    WHILE becomes IS NOT NULL AND steps < 1000 LOOP
        IF becomes = NEW.id THEN
            RAISE EXCEPTION 'agencies succeed each other in a circle'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agency_no_circle';
        END IF;
        SELECT successor_id INTO becomes FROM groups_agency WHERE id = becomes;
        steps := steps + 1;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER no_circle BEFORE INSERT OR UPDATE OF successor_id ON groups_agency
    FOR EACH ROW WHEN (NEW.successor_id IS NOT NULL) EXECUTE FUNCTION agencies_succeed_in_no_circle();
"""

UNDO = """
DROP TRIGGER no_circle ON groups_agency;
DROP FUNCTION agencies_succeed_in_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0021_staff_of_authorities")]

    operations = [
        migrations.RunSQL(RULE, UNDO),
        migrations.AlterField(
            model_name="reorganisationline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agency", "Agencies"),
                    ("unit", "Units"),
                    ("employment", "Employments"),
                    ("membership", "Seats in groups"),
                    ("required", "Agencies that must take part"),
                    ("premises", "Premises kept"),
                    ("duty", "Duties of the year"),
                    ("booking", "Coming bookings of rooms"),
                    ("shift", "Hours of presence"),
                    ("contact", "Contact points"),
                    ("measure", "Measures under way"),
                    ("substitute", "Substitutes for anyone from the agency"),
                    ("party", "Parties to agreements"),
                    ("commitment", "Commitments"),
                    ("attendance", "Attendance in minutes being written"),
                    ("item", "Agenda items kept to named units"),
                    ("invitation", "Invitations to coming meetings"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="reorganisationline",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("with_person", "Follows the person, who is shown under the successor from that day"),
                    ("signed", "An agreement names those who signed it; the successor is shown beside"),
                    ("chosen", "The unit stays for now, with its people"),
                    ("unit", "The agency goes on until the unit that stays has followed"),
                    ("locked", "Stands in approved minutes, which never change"),
                    ("already", "The successor is there already; the two become one"),
                ],
                max_length=20,
                verbose_name="why",
            ),
        ),
    ]
