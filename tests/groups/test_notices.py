"""Mail that is not about a meeting: once, in time, to somebody who may have it, and nothing but a link."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.accounts import mail_link, tell_of_change
from groups.models import Notice, User
from groups.notices import OUTBOX, Kind, kind_of, notify, remove_old
from groups.seats import look_up
from samverkan.outbox import TRIES, claim
from tests.conftest import acting
from tests.factories import make_user
from tests.post import Postbox
from tests.scan import mailed, scan

#: A kind for these tests: wanted by the chair and by whoever sits in a body, unless it is about something over.
ONLY_MEMBERS = Kind(
    is_wanted=lambda notice: notice.subject != "over" and notice.recipient.in_structure,
)


@pytest.fixture(autouse=True)
def kinds(settings):
    """The words of another kind, the rules of ours."""
    settings.NOTICE_KINDS = settings.NOTICE_KINDS | {
        "account_changed": "tests.groups.test_notices.ONLY_MEMBERS"
    }


def tell(user: User, key: str = "12:2026-12-01", **more: object) -> None:
    notify("account_changed", user, key=key, path="/agreement/12/", about="RK 2020/196", **more)


def states() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("subject", "state"))


def test_it_goes_once_with_a_link_on_our_own_address(cast, postbox: Postbox, settings):
    tell(cast.police)
    tell(cast.police)

    [letter] = mailed(postbox)

    assert letter["To"] == cast.police.email
    assert f"{settings.BASE_URL}/agreement/12/" in letter.get_body(("plain",)).get_content()
    assert letter["Message-ID"].startswith(f"<account_changed.12.2026-12-01.{cast.police.pk}@")
    assert scan() == {}


def test_it_waits_until_it_is_due(cast, postbox: Postbox):
    tell(cast.police, due_at=timezone.now() + timedelta(minutes=1))

    assert mailed(postbox) == []
    assert states() == [("12:2026-12-01", "due")]


def test_the_kind_says_whether_it_is_still_wanted(cast, postbox: Postbox):
    for user in (cast.police, cast.stranger):
        tell(user)
    tell(cast.chair, key="over")

    assert [letter["To"] for letter in mailed(postbox)] == [cast.police.email]
    assert states() == [("12:2026-12-01", "sent"), ("12:2026-12-01", "cancelled"), ("over", "cancelled")]


def test_closed_account_gets_nothing(cast, postbox: Postbox):
    tell(cast.police)
    User.objects.filter(pk=cast.police.pk).update(is_active=False)

    assert mailed(postbox) == []


def test_right_is_asked_when_it_is_sent(cast, postbox: Postbox):
    tell(cast.police)
    cast.police.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))

    assert scan() == {"cancelled": 1}


def test_it_is_written_with_what_it_tells_of_or_not_at_all(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(cast.police)
        1 / 0  # noqa: B018 - what it tells of fails

    assert not Notice.objects.exists()


def test_refused_mail_waits_and_is_given_up_in_sight(cast, postbox: Postbox, signed_in):
    postbox.refuses = {cast.police.email}
    tell(cast.police)
    for _try in range(TRIES):
        Notice.objects.update(due_at=timezone.now())
        scan()

    page = signed_in(cast.administrator).get("/admin/groups/notice/?state__exact=failed").content.decode()

    assert states() == [("12:2026-12-01", "failed")]
    assert "SMTPRecipientsRefused 550" in page
    assert "RK 2020/196" not in page


def test_one_that_cannot_be_read_does_not_stop_the_rest(cast, postbox: Postbox):
    tell(cast.police)
    tell(cast.chair)
    Notice.objects.filter(recipient=cast.chair).update(kind="forgotten")

    assert scan() == {"sent": 1, "due": 1}
    assert Notice.objects.get(recipient=cast.chair).last_error == "KeyError"


def test_claimed_row_is_nobody_elses(cast):
    tell(cast.police)

    assert [len(claim(OUTBOX)), len(claim(OUTBOX))] == [1, 0]


def test_a_batch_is_read_in_the_same_statements_however_many(cast, postbox: Postbox):
    counts = []
    for number in (1, 3):
        for _n in range(number):
            tell(make_user(unit=cast.youth_unit))
        rows = claim(OUTBOX)
        with CaptureQueriesContext(connection) as queries:
            OUTBOX.wanted(rows)
        counts.append((len(rows), len(queries)))

    assert counts == [(1, 3), (3, 3)]


def test_looked_up_people_know_what_they_would_ask_for(cast):
    people = look_up([user.pk for user in cast.everyone().values()])

    for user in cast.everyone().values():
        found, fresh = people[user.pk], User.objects.get(pk=user.pk)
        assert (found.employment, found.functions) == (fresh.employment, fresh.functions)
        assert found.bodies() == fresh.bodies()


@pytest.mark.parametrize("name", sorted(settings.NOTICE_KINDS))
def test_every_kind_has_its_words(name):
    folder = Path(settings.BASE_DIR) / "templates" / "mail"

    assert isinstance(kind_of(name), Kind)
    for ending in ("subject.txt", "txt", "html"):
        assert (folder / f"notice_{name}.{ending}").is_file()


@pytest.mark.parametrize("key", ["", "a b", "a..b", ".a", "a\n", "a@b", "å"])
def test_key_that_no_message_id_can_carry_is_refused(cast, key):
    with pytest.raises(ValueError, match="Message-ID"):
        tell(cast.police, key=key)


def test_unknown_kind_is_refused(cast):
    with pytest.raises(KeyError):
        notify("forgotten", cast.police, key="1", path="/")


def test_former_address_hears_of_the_new_one(cast, postbox: Postbox, settings):
    settings.NOTICE_KINDS = settings.NOTICE_KINDS | {"account_changed": "groups.accounts.CHANGED"}
    tell_of_change(cast.police, "address", address="former@example.org")
    User.objects.filter(pk=cast.police.pk).update(is_active=False)

    [letter] = mailed(postbox)

    assert letter["To"] == "former@example.org"
    assert "En administratör har ändrat" in letter.get_body(("plain",)).get_content()


def test_administrators_link_goes_where_the_person_signs_in_now(cast, postbox: Postbox):
    mail_link(cast.police)
    User.objects.filter(pk=cast.police.pk).update(email="new@example.org")

    assert [letter["To"] for letter in mailed(postbox)] == ["new@example.org"]


def test_many_wake_a_worker_once(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for user in cast.everyone().values():
            tell(user)

    assert len(callbacks) == 1


def test_message_id_stands_on_one_line(cast, postbox: Postbox):
    tell(cast.police, key="a" * 100)

    [content] = [*(scan() and postbox.contents)]

    [line] = [line for line in content.splitlines() if line.lower().startswith(b"message-id")]
    assert line.startswith(b"Message-ID: <account_changed.")
    assert len(line) <= 78


# Removing


@pytest.fixture
def long_ago(cast, settings, postbox):
    """One notice of each sort that ended a day too long ago, and the same that ended a day later."""
    settings.NOTICE_KINDS = settings.NOTICE_KINDS | {"account_changed": "groups.accounts.CHANGED"}
    for days in (settings.NOTICE_DAYS + 1, settings.NOTICE_DAYS - 1):
        moment = timezone.now() - timedelta(days=days)
        for state in ("sent", "failed", "cancelled", "due"):
            for kind in ("password_reset", "plan_due"):
                Notice.objects.create(
                    key=f"{kind}:{state}:{days}",
                    kind=kind,
                    state=state,
                    address="nobody@example.org",
                    due_at=moment,
                    sent_at=moment if state == "sent" else None,
                )


def test_old_notices_go_and_so_does_each_typed_address(long_ago):
    with acting(None):
        assert remove_old() == 3
        assert remove_old() == 0

    left = set(Notice.objects.values_list("kind", "state", "address"))
    old = {row for row in left if row[2] == ""}
    assert old == {("plan_due", state, "") for state in ("sent", "failed", "cancelled")}
    assert Notice.objects.exclude(address="").count() == 8 + 2


def test_a_notice_that_a_task_plans_again_is_not_sent_again(cast, postbox: Postbox, settings):
    settings.NOTICE_KINDS = settings.NOTICE_KINDS | {
        "account_changed": "tests.groups.test_notices.ONLY_MEMBERS"
    }
    tell(cast.police)
    assert len(mailed(postbox)) == 1
    Notice.objects.update(sent_at=timezone.now() - timedelta(days=settings.NOTICE_DAYS + 1))

    call_command("remove_old_notices")
    tell(cast.police)

    assert scan() == {}
