"""Agreements recorded before signatures were: they were signed somewhere else, which is said and not made up."""

import re

from django.db import migrations

KEPT = "Inte antecknat; överenskommelsen registrerades i efterhand"
DAY_OR_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")


def forwards(apps, schema_editor):
    # As the owner: the default connection is the app role's, which may not touch the tables yet.
    owner = schema_editor.connection.alias
    agreements = apps.get_model("groups", "Agreement").objects.using(owner)
    reports = apps.get_model("groups", "BoardReport").objects.using(owner)
    agreements.filter(original_kept="").update(original_kept=KEPT)
    for agreement in agreements.exclude(reported_to_board=""):
        said = agreement.reported_to_board.strip()
        known = bool(DAY_OR_MONTH.fullmatch(said))
        reports.create(agreement=agreement, board="" if known else said, reported=said if known else "")


def backwards(apps, schema_editor):
    owner = schema_editor.connection.alias
    agreements = apps.get_model("groups", "Agreement").objects.using(owner)
    for report in apps.get_model("groups", "BoardReport").objects.using(owner).order_by("-pk"):
        agreements.filter(pk=report.agreement_id).update(
            reported_to_board=(report.reported or report.board)[:30]
        )


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_agreements")]

    operations = [migrations.RunPython(forwards, backwards)]
