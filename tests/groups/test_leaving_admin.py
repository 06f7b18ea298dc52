"""The administration ends employments, seats and accounts by the same road as the pages."""

from datetime import timedelta

from django.utils import timezone

from groups.models import Employment, HandOver, User
from tests.groups.test_admin import person, rows, url
from tests.groups.test_leaving import seat_of, work_of

TODAY = timezone.localdate()


def stored_work(work: Employment, **fields: object) -> dict[str, object]:
    return {
        "id": work.pk,
        "user": work.user_id,
        "unit": work.unit_id,
        "title": work.title,
        "valid_from": work.valid_from.isoformat(),
        "valid_to": "",
    } | fields


def saved_by_admin(signed_in, cast, user: User, *work: dict[str, object], **fields: object):
    seats = [
        {
            "id": seat.pk,
            "user": user.pk,
            "body": seat.body_id,
            "function": seat.function,
            "valid_from": seat.valid_from.isoformat(),
            "valid_to": "",
            "commits": seat.commits,
            "mandate": "",
        }
        for seat in user.memberships.order_by("pk")
    ]
    initial = user.employments.count()
    data = person(
        name=user.name,
        email=user.email,
        **rows("employments", *work, initial=initial),
        **rows("memberships", *seats, initial=len(seats)),
    )
    return signed_in(cast.administrator).post(url("groups.user", "change", user.pk), data | fields)


def test_admin_ends_an_employment_by_the_same_road(cast, signed_in):
    work = stored_work(work_of(cast.traffic), valid_to=TODAY.isoformat())

    response = saved_by_admin(signed_in, cast, cast.traffic, work)

    assert response.status_code == 302
    made = HandOver.objects.get()
    assert (made.why, made.user, made.created_by) == ("employment", cast.traffic, cast.administrator)
    assert made.items.count() == 2


def test_admin_moves_somebody_within_the_agency_and_nothing_is_left(cast, signed_in):
    day = TODAY + timedelta(days=1)
    former = stored_work(work_of(cast.chair), valid_to=TODAY.isoformat())
    new = {
        "user": cast.chair.pk,
        "unit": cast.social_unit.pk,
        "title": "Chef",
        "valid_from": day.isoformat(),
        "valid_to": "",
    }

    response = saved_by_admin(signed_in, cast, cast.chair, former, new)

    assert response.status_code == 302
    assert not HandOver.objects.exists()
    assert seat_of(cast.chair, cast.steering).valid_to is None
    assert cast.chair.employments.count() == 2


def test_admin_closes_an_account_by_the_same_road(cast, signed_in):
    work = stored_work(work_of(cast.traffic))

    response = saved_by_admin(signed_in, cast, cast.traffic, work, is_active="")

    assert response.status_code == 302
    cast.traffic.refresh_from_db()
    assert not cast.traffic.is_active
    assert HandOver.objects.get().why == "account"
