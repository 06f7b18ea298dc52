"""Mail when the two years of 2023:196 § 6 run out."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from groups.models import Notice
from groups.programme import review
from groups.programme_notices import notify_running_out
from groups.tasks import remind_of_plans
from tests.factories_programme import adopt_on, make_programme, make_report
from tests.post import Postbox
from tests.scan import mailed

CANARY = "Kanariefågel"


def adopted(cast, months: float):
    """A report published and a programme adopted so many months ago."""
    since = timezone.now() - timedelta(days=months * 30.5)
    version = make_report(agreement=cast.agreement, by=cast.coordinator, published_at=since, title=CANARY)
    programme = make_programme(version=version, by=cast.coordinator, title=CANARY)
    adopt_on(since.date(), programme, body=cast.steering, by=cast.secretary)
    return programme


def subjects(letters, address: str) -> list[str]:
    return sorted(str(letter["Subject"]).strip() for letter in letters if letter["To"] == address)


@pytest.mark.parametrize(
    ("months", "first", "stage"),
    [
        (10, None, None),
        (19, "Följ upp åtgärdsplanen", "six"),
        (22, "Följ upp åtgärdsplanen", "three"),
        (25, "Åtgärdsplanen skulle ha följts upp", "overdue"),
    ],
)
def test_those_who_lead_are_told_once_at_each_stage(months, first, stage, cast, postbox: Postbox, settings):
    programme = adopted(cast, months)

    for _turn in range(2):
        notify_running_out()
    letters = mailed(postbox)

    if stage is None:
        assert letters == []
        return
    told = {letter["To"] for letter in letters}
    assert told == {cast.chair.email, cast.coordinator.email}
    assert len(letters) == 4
    found = subjects(letters, cast.coordinator.email)
    assert any(subject.startswith(first) for subject in found), found
    texts = [letter.get_body(("plain",)).get_content() for letter in letters]
    assert any(f"{settings.BASE_URL}/plan/programmes/{programme.pk}/" in text for text in texts)
    assert not any(CANARY in text for text in [*texts, *found])
    assert {notice.subject.rsplit(":", 1)[1] for notice in Notice.objects.all()} == {stage}


def test_what_is_done_before_it_is_sent_is_not_sent(cast, postbox: Postbox):
    programme = adopted(cast, 22)
    call_command("remind_of_plans", verbosity=0)

    review(programme, day=timezone.localdate(), text="Uppföljd", by=cast.coordinator)

    assert len(subjects(mailed(postbox), cast.coordinator.email)) == 1


def test_who_has_left_is_not_told(cast, postbox: Postbox):
    adopted(cast, 22)
    remind_of_plans()

    cast.coordinator.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))

    assert {letter["To"] for letter in mailed(postbox)} == {cast.chair.email}
