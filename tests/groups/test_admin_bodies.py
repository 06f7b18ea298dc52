"""The administration of groups, their seats and the text of the undertaking: refusals stand beside their fields."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from groups.models import Body, Membership, UndertakingText
from tests.factories import make_body, make_membership
from tests.groups.test_admin import rows, url


@pytest.fixture
def desk(cast, signed_in):
    return signed_in(cast.administrator)


def body_data(
    body: Body, *members: dict[str, object], initial: int = 0, **fields: object
) -> dict[str, object]:
    return (
        {"name": body.name, "key": body.key, "kind": body.kind, "agreement": body.agreement_id}
        | {
            "parent": body.parent_id or "",
            "mandate": "",
            "cadence": "",
            "commits": "unsaid",
            "origin": "unsaid",
        }
        | rows("memberships", *members, initial=initial)
        | fields
    )


def seats(body: Body) -> list[dict[str, object]]:
    """The stored memberships as the page posts them."""
    return [
        {"id": row.pk, "body": body.pk, "user": row.user_id, "function": row.function, "commits": "unsaid"}
        | {"valid_from": row.valid_from.isoformat(), "valid_to": "", "mandate": ""}
        for row in body.memberships.order_by("pk")
    ]


def test_overlapping_membership_is_said_at_the_field(desk, cast):
    again = {
        "id": "",
        "body": cast.places.pk,
        "user": cast.traffic.pk,
        "function": "chair",
        "commits": "unsaid",
    }
    again |= {"valid_from": "2025-01-01", "valid_to": "", "mandate": ""}
    held = seats(cast.places)

    response = desk.post(
        url("groups.body", "change", cast.places.pk),
        body_data(cast.places, *held, again, initial=len(held)),
    )

    assert response.status_code == 200
    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert [list(found) for found in errors] == [[]] * len(held) + [["valid_from"]]
    assert Membership.objects.filter(body=cast.places, user=cast.traffic).count() == 1


def test_one_seat_can_end_as_another_begins(desk, cast):
    held = seats(cast.places)
    for row in held:
        row["valid_to"] = "2026-06-30"
    again = {
        "id": "",
        "body": cast.places.pk,
        "user": cast.traffic.pk,
        "function": "chair",
        "commits": "unsaid",
    }
    again |= {"valid_from": "2026-07-01", "valid_to": "", "mandate": ""}

    response = desk.post(
        url("groups.body", "change", cast.places.pk),
        body_data(cast.places, *held, again, initial=len(held)),
    )

    assert response.status_code == 302
    assert Membership.objects.filter(body=cast.places, user=cast.traffic).count() == 2


def test_circle_of_bodies_is_refused(desk, cast):
    response = desk.post(
        url("groups.body", "change", cast.steering.pk), body_data(cast.steering, parent=cast.places.pk)
    )

    assert "parent" in response.context["adminform"].form.errors


def refused_of_body(desk, body, **sent) -> dict[str, list[str]]:
    data = body_data(body, *seats(body), initial=len(seats(body)), **sent)
    return desk.post(url("groups.body", "change", body.pk), data).context["adminform"].form.errors


def test_a_group_is_placed_where_it_can_stand(desk, cast):
    """Beside the field, what the database would refuse (groups/migrations/0010)."""
    low = cast.recruitment
    for number in range(Body.LEVELS - 2):
        low = make_body(key=f"low-{number}", kind="working", parent=low, agreement=cast.agreement)
    case = make_body(key="case-group", kind="case", parent=cast.recruitment, agreement=cast.agreement)

    assert list(refused_of_body(desk, cast.places, parent=low.pk)) == ["parent"]
    assert list(refused_of_body(desk, cast.places, parent=case.pk)) == ["parent"]
    assert list(refused_of_body(desk, cast.places, kind="case")) == ["kind"]


def test_an_administrator_neither_finds_a_case_group_nor_seats_anybody_there(desk, cast):
    """Whoever gives seats in a case group could let themselves in; nobody is above the second rule of access."""
    case = make_body(
        key="case-group",
        name="Kanariegruppen",
        kind="case",
        parent=cast.recruitment,
        agreement=cast.agreement,
    )
    make_membership(body=case, user=cast.case_worker, function="coordinator")
    choosing = {"term": "Kanarie", "app_label": "groups", "model_name": "membership", "field_name": "body"}
    found = [
        desk.get(url("groups.body", "changelist")),
        desk.get(url("groups.user", "change", cast.case_worker.pk)),
        desk.get(reverse("admin:autocomplete"), choosing),
    ]

    assert [page.status_code for page in found] == [200] * 3
    assert not [page for page in found if "Kanariegruppen" in page.content.decode()]
    assert desk.get(url("groups.body", "change", case.pk)).status_code == 302
    page = desk.get(url("groups.user", "change", cast.administrator.pk))
    data = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if isinstance(value, str)
    }
    let_in = {"id": "", "user": cast.administrator.pk, "body": case.pk, "function": "secretary"}
    let_in |= {"commits": "unsaid", "valid_from": "2025-01-01", "valid_to": "", "mandate": ""}
    work = cast.administrator.employments.get()
    refused = desk.post(
        url("groups.user", "change", cast.administrator.pk),
        data
        | {"is_active": "on", "is_staff": "on"}
        | rows(
            "employments",
            {"id": work.pk, "user": work.user_id, "unit": work.unit_id, "title": work.title}
            | {"valid_from": work.valid_from.isoformat(), "valid_to": ""},
            initial=1,
        )
        | rows("memberships", let_in),
    )
    assert [list(found) for found in refused.context["inline_admin_formsets"][1].formset.errors] == [["body"]]
    assert not Membership.objects.filter(user=cast.administrator).exists()


def test_a_key_that_is_the_address_of_a_page_is_refused(desk, cast):
    agreement = desk.get(url("groups.agreement", "change", cast.agreement.pk)).context["adminform"].form
    typed = {name: value for name, value in agreement.initial.items() if isinstance(value, str)}

    body = refused_of_body(desk, cast.places, key="agreements")
    response = desk.post(url("groups.agreement", "change", cast.agreement.pk), typed | {"key": "new"})

    assert list(body) == ["key"]
    assert "key" in response.context["adminform"].form.errors


def test_the_text_of_the_undertaking_is_published_once_and_never_changed(desk):
    empty = desk.post(url("groups.undertakingtext", "add"), {"text": "   "})
    made = desk.post(url("groups.undertakingtext", "add"), {"text": "  Jag lovar att tiga.  "})
    text = UndertakingText.objects.get()

    changed = desk.post(url("groups.undertakingtext", "change", text.pk), {"text": "Jag lovar inget."})

    assert "text" in empty.context["adminform"].form.errors
    assert (made.status_code, text.version, text.text) == (302, 1, "Jag lovar att tiga.")
    assert changed.status_code == 403
    assert desk.post(url("groups.undertakingtext", "delete", text.pk), {"post": "yes"}).status_code == 403
    assert UndertakingText.objects.get().text == "Jag lovar att tiga."


def cadence_of(desk, body, **sent):
    """What the body's rule becomes when the choices are sent so; the form's errors where it is refused."""
    response = desk.post(
        url("groups.body", "change", body.pk), body_data(body, *seats(body), initial=len(seats(body)), **sent)
    )
    if response.status_code == 200:
        return sorted(response.context["adminform"].form.errors)
    body.refresh_from_db()
    return body.cadence


def test_cadence_is_chosen_in_plain_words_or_written_as_a_rule(desk, cast):
    body = cast.places
    day = {"every": 2, "which": 1, "weekday": "TH"}

    assert cadence_of(desk, body, rhythm="weekly", **day) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    assert cadence_of(desk, body, rhythm="nth_weekday", **day | {"every": 1, "which": -1}) == (
        "FREQ=MONTHLY;BYDAY=-1TH"
    )
    form = desk.get(url("groups.body", "change", body.pk)).context["adminform"].form
    assert {name: form[name].value() for name in ("rhythm", *day)} == {
        "rhythm": "nth_weekday",
        "every": 1,
        "which": -1,
        "weekday": "TH",
    }
    assert body.meets in form.fields["rhythm"].help_text
    assert cadence_of(desk, body, rhythm="monthly", every=3) == "FREQ=MONTHLY;INTERVAL=3"
    assert cadence_of(desk, body, rhythm="own", cadence="freq=yearly") == "FREQ=YEARLY"
    assert cadence_of(desk, body, rhythm="own") == ["cadence"]
    assert cadence_of(desk, body, rhythm="weekly", every="ofta") == ["every"]
    assert cadence_of(desk, body, rhythm="none", cadence="FREQ=YEARLY") == ""


def test_cadence_must_be_a_rule(desk, cast):
    response = desk.post(
        url("groups.body", "change", cast.places.pk), body_data(cast.places, cadence="varje torsdag")
    )

    assert "cadence" in response.context["adminform"].form.errors


def test_log_tells_what_was_changed_and_no_content(desk, cast):
    desk.post(
        url("groups.body", "change", cast.places.pk), body_data(cast.places, mandate="Ny text om gruppen")
    )

    entry = LogEntry.objects.get()
    assert entry.user == cast.administrator
    assert "Ny text" not in entry.change_message
