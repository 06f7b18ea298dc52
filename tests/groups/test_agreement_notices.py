"""Mail about agreements that near their end: once for each threshold, and asked again before it is sent."""

import pytest
from django.core.management import call_command

from groups import tasks
from groups.agreement_notices import warn_of_ends
from groups.models import Agreement, Notice
from samverkan.outbox import send_due
from tests.conftest import acting
from tests.factories_agreements import in_days, make_signed_agreement, make_version


def make_ending(cast, *, days: int) -> Agreement:
    agreement = make_signed_agreement(valid_to=in_days(days))
    cast.steering.agreement = agreement
    cast.steering.save()
    return agreement


@pytest.fixture
def ending(cast) -> Agreement:
    return make_ending(cast, days=80)


def told() -> set[str]:
    return set(Notice.objects.filter(kind="agreement_ends").values_list("recipient__email", flat=True))


def test_those_who_manage_the_top_group_are_told_once(cast, ending, mailoutbox):
    tasks.warn_of_agreements()
    call_command("warn_of_agreements")
    with acting(None):
        send_due()

    assert told() == {cast.coordinator.email, cast.chair.email}
    assert len(mailoutbox) == 2
    assert f"/groups/agreements/{ending.key}/" in mailoutbox[0].body
    assert str(ending.valid_to) in mailoutbox[0].body


def test_only_the_nearest_threshold_is_told_of_after_days_without_a_worker(cast):
    ending = make_ending(cast, days=10)
    warn_of_ends()

    assert {notice.subject for notice in Notice.objects.all()} == {f"{ending.pk}:{in_days(10)}:30"}


def test_nobody_is_told_while_there_is_time_or_where_the_next_version_is_signed(cast, ending):
    make_version(ending, valid_from=in_days(81), valid_to=in_days(900))
    assert warn_of_ends() == 0
    assert told() == set()


def test_mail_is_cancelled_where_it_is_true_no_more(cast, ending, mailoutbox):
    warn_of_ends()
    make_version(ending, valid_from=in_days(81), valid_to=in_days(900))
    with acting(None):
        send_due()

    assert mailoutbox == []
    assert {notice.state for notice in Notice.objects.all()} == {"cancelled"}


def test_who_has_left_the_group_meanwhile_is_not_told(cast, ending, mailoutbox):
    warn_of_ends()
    cast.steering.memberships.filter(user=cast.chair).update(valid_to=in_days(-1))
    with acting(None):
        send_due()

    assert [mail.to for mail in mailoutbox] == [[cast.coordinator.email]]
