"""Bodies: the tree they stand in, how they are made and changed, and whether they still meet."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from groups.bodies import RESERVED, add_body, change_body
from groups.cadence import longest_gap
from groups.models import Body
from groups.structure import tree
from tests.conftest import acting
from tests.factories import make_body, make_meeting, make_membership

LONG_AGO = date(2024, 1, 1)


def facts(**changed: object) -> dict[str, object]:
    return {
        "name": "Ny grupp",
        "kind": Body.Kind.WORKING,
        "mandate": "",
        "commits": "unsaid",
        "commits_within": "",
        "cadence": "",
        "origin": "unsaid",
        "found_in": "",
        "valid_from": None,
    } | changed


def complaints(verb, *arguments, **named) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        verb(*arguments, **named)
    return list(refused.value.error_dict)


def test_new_body_stands_below_its_parent_under_the_same_agreement(cast):
    made = add_body(
        cast.steering, by=cast.chair, **facts(name="Åtgärdsgruppen"), required_agencies=[cast.school]
    )

    assert (made.key, made.parent, made.agreement) == ("atgardsgruppen", cast.steering, cast.agreement)
    assert list(made.required_agencies.all()) == [cast.school]


def test_same_name_in_two_places_gives_two_keys_and_no_page_is_hidden(cast):
    keys = [
        add_body(parent, by=cast.chair, **facts(name=name)).key
        for parent, name in ((cast.steering, "Ny"), (cast.recruitment, "Ny"), (cast.steering, "Inventory"))
    ]

    assert keys == ["ny", "ny-2", "inventory-2"]


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    """Every address of the program, as it is written in the tables of contents."""
    found = []
    for each in patterns:
        written = before + str(each.pattern)
        found += addresses(each.url_patterns, written) if isinstance(each, URLResolver) else [written]
    return found


def test_every_page_beside_the_groups_is_reserved():
    first = {
        address.split("/")[1]
        for address in addresses(get_resolver().url_patterns, "")
        if address.startswith("groups/")
    }
    words = {word for word in first if word and "<" not in word and "." not in word}

    assert words <= RESERVED, f"Add to RESERVED in groups/bodies.py: {sorted(words - RESERVED)}"
    assert sorted(RESERVED - words) == ["contacts", "new"]  # kept for what may come


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cadence": "each week"}, "cadence"),
        ({"commits": "within"}, "commits_within"),
        ({"found_in": "Kartläggning", "origin": "new"}, "found_in"),
    ],
)
def test_wrong_facts_are_told_at_their_field(wrong, field, cast):
    assert complaints(add_body, cast.steering, by=cast.chair, **facts(**wrong)) == [field]
    assert Body.objects.filter(name="Ny grupp").count() == 0


def test_body_cannot_report_to_itself_by_way_of_another(cast):
    wrong = facts(name="Styrgruppen", kind="steering", parent=cast.places)

    assert complaints(change_body, cast.steering, required_agencies=[], by=cast.chair, **wrong) == ["parent"]
    with pytest.raises(IntegrityError, match="circle"), transaction.atomic():
        Body.objects.filter(pk=cast.steering.pk).update(parent=cast.places)


def test_levels_end_where_the_picture_does(cast):
    bodies = [cast.steering]
    for _level in range(Body.LEVELS - 1):
        bodies.append(make_body(parent=bodies[-1], agreement=cast.agreement))

    assert complaints(add_body, bodies[-1], by=cast.chair, **facts()) == ["parent"]
    top = make_body(agreement=cast.agreement)
    with pytest.raises(IntegrityError, match="levels"), transaction.atomic():
        Body.objects.filter(pk=cast.steering.pk).update(parent=top)


def test_tree_holds_everyone_once(cast):
    [top] = tree(list(Body.objects.all()))

    assert top.body == cast.steering
    assert {group.body for group in top.below} == {cast.recruitment, cast.places}


@pytest.mark.parametrize("over", ["place", "case"])
def test_case_group_is_not_linked_to_places_nor_has_groups(over, cast):
    parent = make_body(kind=over, agreement=cast.agreement)

    with pytest.raises(IntegrityError, match="case group"), transaction.atomic():
        make_body(parent=parent, kind="case" if over == "place" else "working", agreement=cast.agreement)


def test_group_neither_becomes_nor_ceases_to_be_about_a_case(cast):
    with pytest.raises(IntegrityError, match="about a case"), transaction.atomic():
        Body.objects.filter(pk=cast.recruitment.pk).update(kind="case")


def test_meeting_of_a_case_group_is_never_opened_to_the_structure(cast):
    body = make_body(kind="case", agreement=cast.agreement)
    meeting = make_meeting(body=body)

    with pytest.raises(IntegrityError, match="members only"), transaction.atomic():
        type(meeting).objects.filter(pk=meeting.pk).update(audience="structure")


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", 7),
        ("FREQ=WEEKLY;BYDAY=MO,TH", 4),
        ("FREQ=MONTHLY;INTERVAL=3", 92),
        ("FREQ=YEARLY", 366),
    ],
)
def test_longest_gap_of_a_rhythm(rule, days):
    assert longest_gap(rule) == timedelta(days=days)


def test_body_is_stale_a_week_after_its_rhythm_is_broken(cast):
    Body.objects.filter(pk=cast.steering.pk).update(cadence="FREQ=WEEKLY")

    def stale_after(days: int) -> bool:
        then = timezone.now() - timedelta(days=days)
        cast.steering.meetings.all().delete()
        make_meeting(body=cast.steering, status="held", starts_at=then, ends_at=then + timedelta(hours=1))
        return Body.objects.with_last_meeting().get(pk=cast.steering.pk).is_stale

    assert (stale_after(14), stale_after(15)) == (False, True)


def test_body_that_never_met_is_judged_from_its_first_day_only(cast):
    Body.objects.filter(pk=cast.steering.pk).update(cadence="FREQ=WEEKLY")
    assert not Body.objects.with_last_meeting().get(pk=cast.steering.pk).is_stale

    Body.objects.filter(pk=cast.steering.pk).update(valid_from=LONG_AGO)
    assert Body.objects.with_last_meeting().get(pk=cast.steering.pk).is_stale


@pytest.mark.django_db(transaction=True)
def test_two_who_hang_bodies_below_each_other_make_no_circle():
    first, second = make_body(), make_body()
    ready, refused = Barrier(2), []

    def hang(body: Body, parent: Body) -> None:
        try:
            with transaction.atomic():
                ready.wait(10)
                Body.objects.filter(pk=body.pk).update(parent=parent)
        except IntegrityError:
            refused.append(body)
        finally:
            connection.close()

    threads = [Thread(target=hang, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 1
    assert Body.objects.exclude(parent=None).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"parent": None}, "parent"), ({"kind": "steering"}, "kind"), ({"parent": "beside"}, "parent")],
)
def test_nobody_raises_their_own_group_to_the_top(wrong, field, cast):
    """Who manages the top reaches every agency's employments, the agreement and the reorganisations."""
    beside = make_body(key="bredvid", parent=cast.steering, agreement=cast.agreement)
    for body in (cast.places, beside):
        make_membership(body=body, user=cast.unseated_police, function="chair")
    moved = wrong | ({"parent": beside} if wrong.get("parent") == "beside" else {})
    told = facts(name=cast.places.name, kind=cast.places.kind, parent=cast.places.parent) | moved
    with acting(cast.unseated_police) as by:
        assert complaints(change_body, cast.places, required_agencies=[], by=by, **told) == [field]
        assert not by.manages_the_top

    with acting(cast.chair) as by:
        change_body(cast.places, required_agencies=[], by=by, **told)


def test_a_group_that_leads_none_is_no_top(cast):
    make_membership(
        body=make_body(key="ensam", parent=None, agreement=cast.agreement, kind="working"),
        user=cast.traffic,
        function="chair",
    )
    with acting(cast.traffic) as user:
        assert not user.manages_the_top
    with acting(cast.chair) as user:
        assert user.manages_the_top


def test_a_case_group_gets_its_lead_from_social_services(cast):
    """Nobody outside it could seat anybody afterwards, so whoever makes it names who leads it."""
    case = facts(name="SIG 1", kind="case")
    with acting(cast.chair) as by:
        assert complaints(add_body, cast.recruitment, by=by, **case) == ["lead"]
        assert complaints(add_body, cast.recruitment, lead=cast.police, by=by, **case) == ["lead"]
        assert complaints(add_body, cast.recruitment, lead=cast.case_worker, by=by, **facts()) == ["lead"]
        made = add_body(cast.recruitment, lead=cast.case_worker, by=by, **case)
        assert not Body.objects.visible_to(by).filter(pk=made.pk).exists()
        assert "sig" not in made.key, "an address tells neither the name nor that there is such a group"
    with acting(cast.case_worker) as lead:
        assert "manage" in made.acts_of(lead)
