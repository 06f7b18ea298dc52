"""The pages of the structure: what they show, to whom, and what they cost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation

from groups.memberships import add_member
from groups.models import Body, Membership, RegistryReference
from groups.structure import finding
from tests.factories import make_agency, make_agreement, make_body, make_membership, make_unit, make_user

STRUCTURE = reverse("structure")


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def address(name: str, body: Body) -> str:
    return reverse(name, kwargs={"key": body.key})


def posted(user, **fields: object) -> dict[str, object]:
    return {
        "user": user.pk,
        "function": "member",
        "valid_from": "2026-01-01",
        "valid_to": "",
        "mandate": "",
    } | fields


def test_structure_shows_every_group_twice(cast, signed_in):
    RegistryReference.objects.create(agreement=cast.agreement, agency=cast.district, reference="RK 2020/196")

    response = signed_in(cast.association).get(STRUCTURE)

    text = text_of(response)
    assert response.status_code == 200
    assert 'role="img"' in text
    for body in (cast.steering, cast.recruitment, cast.places):
        assert text.count(body.name) >= 2
        assert address("body", body) in text
    assert "RK 2020/196" in text


def test_finding_is_counted(cast):
    bodies = list(Body.objects.in_order())
    RegistryReference.objects.create(agreement=cast.agreement, agency=cast.district, reference="RK 2020/196")

    with translation.override("en"):
        assert finding(cast.agreement, bodies) == (
            "Styrgruppen and two groups work under the agreement RK 2020/196"
        )
        assert finding(cast.agreement, bodies[1:]) == "Two groups work under the agreement RK 2020/196"
        assert finding(cast.agreement, []) == "No group works under the agreement RK 2020/196 yet"
    with translation.override("sv"):
        assert finding(cast.agreement, bodies) == (
            "Styrgruppen och två grupper arbetar under överenskommelsen RK 2020/196"
        )


def test_successor_of_a_party_is_told(cast, signed_in):
    cast.district.successor = make_agency(name="Järva", valid_from="2023-07-01")
    cast.district.save()

    text = text_of(signed_in(cast.police).get(STRUCTURE))

    assert "Järva" in text
    assert "2023-07-01" in text


@pytest.mark.parametrize("part", ["stranger", "administrator", "log_reviewer"])
def test_those_outside_see_an_empty_page_and_no_group(part, cast, signed_in):
    browser = signed_in(getattr(cast, part))

    response = browser.get(STRUCTURE)

    assert response.status_code == 200
    assert cast.steering.name not in text_of(response)
    for name in ("body", "member_add"):
        assert browser.get(address(name, cast.steering)).status_code == 404


def test_group_that_is_not_there_is_not_found(cast, signed_in):
    browser = signed_in(cast.coordinator)

    assert browser.get("/groups/nowhere/").status_code == 404
    assert browser.get("/groups/nowhere/members/add/").status_code == 404


def test_body_shows_members_and_what_it_lacks(cast, signed_in):
    cast.places.required_agencies.set([cast.police_agency, cast.traffic_office])
    Membership.objects.filter(body=cast.places, user=cast.traffic).update(mandate="Mindre åtgärder")
    Body.objects.filter(pk=cast.places.pk).update(mandate="Veckans läge", cadence="FREQ=WEEKLY;BYDAY=TH")

    response = signed_in(cast.association).get(address("body", cast.places))

    text = text_of(response)
    assert [member.user for member in response.context["body"].members] == [
        cast.coordinator,
        cast.traffic,
        cast.association,
    ]
    assert response.context["body"].lacking == [cast.police_agency]
    for shown in (
        "Mindre åtgärder",
        "Veckans läge",
        "Varje torsdag",
        "Trafikplanerare",
        cast.coordinator.email,
    ):
        assert shown in text


def test_former_coming_and_closed_members_are_not_among_todays(cast, signed_in):
    today = timezone.localdate()
    former = Membership.objects.get(body=cast.places, user=cast.traffic)
    former.valid_to = today - timedelta(days=1)
    former.save()
    coming = make_membership(body=cast.places, user=cast.police, valid_from=today + timedelta(days=1))
    type(cast.association).objects.filter(pk=cast.association.pk).update(is_active=False)

    context = signed_in(cast.coordinator).get(address("body", cast.places)).context

    assert [member.user for member in context["body"].members] == [cast.coordinator]
    assert list(context["coming"]) == [coming]
    assert list(context["former"]) == [former]


def test_buttons_follow_what_the_function_allows(cast, signed_in):
    add, call = address("member_add", cast.steering), f"{reverse('meeting_new')}?body={cast.steering.pk}"
    seen = {}
    for part in ("coordinator", "secretary", "police"):
        text = text_of(signed_in(getattr(cast, part)).get(address("body", cast.steering)))
        seen[part] = (add in text, call in text)

    assert seen == {"coordinator": (True, True), "secretary": (False, True), "police": (False, False)}


def test_member_is_added(cast, signed_in):
    response = signed_in(cast.coordinator).post(
        address("member_add", cast.places),
        posted(cast.police, function="substitute", mandate=" Företräder LPO "),
    )

    assert response.status_code == 302
    added = Membership.objects.get(body=cast.places, user=cast.police)
    assert (added.function, added.valid_from.isoformat(), added.valid_to, added.mandate) == (
        "substitute",
        "2026-01-01",
        None,
        "Företräder LPO",
    )


@pytest.mark.parametrize("part", ["traffic", "association"])
def test_members_may_not_add_members(part, cast, signed_in):
    browser = signed_in(getattr(cast, part))

    assert browser.get(address("member_add", cast.places)).status_code == 403
    assert browser.post(address("member_add", cast.places), posted(cast.police)).status_code == 403
    assert not Membership.objects.filter(body=cast.places, user=cast.police).exists()


def test_overlap_is_said_beside_the_person_and_in_the_summary(cast, signed_in):
    response = signed_in(cast.coordinator).post(
        address("member_add", cast.places), posted(cast.traffic, mandate="Skrivet")
    )

    text = text_of(response)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["user"]
    assert 'href="#id_user"' in text
    assert "Skrivet" in text
    assert Membership.objects.filter(body=cast.places, user=cast.traffic).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"user": ""}, "user"),
        ({"user": 10**9}, "user"),
        ({"user": "x"}, "user"),
        ({"function": "king"}, "function"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "12/25/2026"}, "valid_from"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_to": "2025-12-31"}, "valid_to"),
        ({"mandate": "x" * 2001}, "mandate"),
    ],
)
def test_bad_input_is_told_at_its_field(wrong, field, cast, signed_in):
    before = Membership.objects.count()

    response = signed_in(cast.coordinator).post(
        address("member_add", cast.places), posted(cast.police) | wrong
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in text_of(response)
    assert Membership.objects.count() == before


def test_only_those_who_work_in_the_structure_can_be_chosen(cast, signed_in):
    nobody = make_user(part="without-work")

    form = signed_in(cast.coordinator).get(address("member_add", cast.places)).context["form"]

    assert cast.stranger in form.fields["user"].queryset
    assert nobody not in form.fields["user"].queryset


def test_seat_can_follow_upon_another(cast):
    held = Membership.objects.get(body=cast.places, user=cast.traffic)
    held.valid_to = timezone.localdate()
    held.save()

    add_member(cast.places, cast.traffic, function="chair", valid_from=held.valid_to + timedelta(days=1))

    assert Membership.objects.filter(body=cast.places, user=cast.traffic).count() == 2


def test_database_refuses_what_slips_past(cast):
    with pytest.raises(IntegrityError):
        make_membership(body=cast.places, user=cast.traffic)


def _grow(cast, count: int) -> None:
    """One more body with a member of an agency of its own, so many times."""
    for _index in range(count):
        agreement = make_agreement(parties=[make_agency()])
        body = make_body(parent=cast.steering, agreement=cast.agreement)
        make_body(agreement=agreement)
        body.required_agencies.set([make_agency()])
        for target in (body, cast.places):
            make_membership(body=target, user=make_user(unit=make_unit()))


@pytest.mark.parametrize(("page", "queries"), [("structure", 19), ("body", 18), ("member_add", 16)])
def test_pages_ask_as_often_with_one_row_as_with_three(
    page, queries, cast, signed_in, django_assert_num_queries
):
    browser = signed_in(cast.coordinator)
    where = STRUCTURE if page == "structure" else address(page, cast.places)
    browser.get(where)
    for more in (1, 2):
        _grow(cast, more)
        with django_assert_num_queries(queries):
            browser.get(where)
