"""The form of a group: how often it meets in plain choices, and under which agreement it works."""

import pytest
from django.urls import reverse

from groups.bodies import change_body
from groups.cadence import Rhythm
from groups.forms_bodies import EditBodyForm
from groups.forms_cadence import chosen
from groups.models import Body
from tests.conftest import acting
from tests.factories import make_agreement, make_body, make_membership
from tests.groups.test_bodies import complaints, facts


@pytest.fixture
def draft(cast):
    """An agreement that is being written, and that no group works under."""
    return make_agreement(key="nasta", title="Nästa överenskommelse", valid_from=None)


def sent(body, **changed: object) -> dict[str, object]:
    """What the form sends for a group where nothing is changed, with the changes."""
    data = {
        "name": body.name,
        "kind": body.kind,
        "parent": body.parent_id or "",
        "agreement": body.agreement_id,
        "mandate": body.mandate,
        "commits": body.commits,
        "commits_within": body.commits_within,
        "rhythm": "",
        "which": "",
        "weekday": "",
        "origin": body.origin,
        "valid_from": body.valid_from or "",
    }
    return data | changed


@pytest.mark.parametrize(
    ("chosen_by", "rule"),
    [
        ({}, ""),
        ({"rhythm": "weeks-1"}, "FREQ=WEEKLY"),
        ({"rhythm": "weeks-2", "weekday": "TH"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ({"rhythm": "months-1", "which": "1", "weekday": "TH"}, "FREQ=MONTHLY;BYDAY=1TH"),
        ({"rhythm": "months-2", "which": "-1", "weekday": "MO"}, "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO"),
        ({"rhythm": "months-3"}, "FREQ=MONTHLY;INTERVAL=3"),
        ({"rhythm": "months-6"}, "FREQ=MONTHLY;INTERVAL=6"),
    ],
)
def test_choices_become_a_rule_and_the_rule_the_same_choices(chosen_by, rule, cast):
    with acting(cast.chair) as by:
        form = EditBodyForm(sent(cast.places, **chosen_by), body=cast.places, by=by)
        assert form.is_valid(), form.errors

    assert form.cleaned_data["cadence"] == rule
    again = {name: str(value) for name, value in chosen(rule).items() if value}
    assert again == chosen_by


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rhythm": "weeks-1", "which": "1", "weekday": "TH"}, "which"),
        ({"rhythm": "months-1", "which": "1"}, "weekday"),
        ({"rhythm": "months-1", "weekday": "TH"}, "which"),
        ({"weekday": "TH"}, "weekday"),
        ({"rhythm": "days-1"}, "rhythm"),
        ({"rhythm": "own"}, "rhythm"),
    ],
)
def test_choices_that_do_not_go_together_are_told_at_their_field(wrong, field, cast, signed_in):
    page = signed_in(cast.chair).post(
        reverse("body_edit", args=[cast.places.key]), sent(cast.places, **wrong)
    )

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]


def test_a_rule_that_the_choices_cannot_say_is_kept(cast, signed_in):
    rule = "FREQ=MONTHLY;BYMONTHDAY=15"
    Body.objects.filter(pk=cast.places.pk).update(cadence=rule)
    browser, address = signed_in(cast.chair), reverse("body_edit", args=[cast.places.key])

    page = browser.get(address)
    assert "FREQ=" not in page.content.decode()
    assert browser.post(address, sent(cast.places, rhythm="own", name="Platser")).status_code == 302

    cast.places.refresh_from_db()
    assert (cast.places.cadence, cast.places.name) == (rule, "Platser")


def test_a_weekly_rule_without_a_day_is_one_of_the_rhythms():
    assert Rhythm.of("FREQ=WEEKLY;INTERVAL=2").rule == "FREQ=WEEKLY;INTERVAL=2"


def test_a_group_is_put_under_another_agreement_with_those_below_it(cast, draft, signed_in):
    child = make_body(parent=cast.places, agreement=cast.agreement)
    browser, address = signed_in(cast.chair), reverse("body_edit", args=[cast.places.key])
    offered = browser.get(address).context["form"].fields["agreement"].queryset
    assert set(offered) == {cast.agreement, draft}

    assert browser.post(address, sent(cast.places, agreement=draft.pk)).status_code == 302
    for body, agreement in (
        (cast.places, draft),
        (child, cast.agreement),
        (cast.recruitment, cast.agreement),
    ):
        body.refresh_from_db()
        assert body.agreement == agreement
    browser.post(address, sent(cast.places, below_follow="on"))
    child.refresh_from_db()
    assert child.agreement == draft
    assert cast.places.name in browser.get(reverse("agreement", args=[draft.key])).content.decode()


def test_who_does_not_manage_the_top_chooses_no_agreement(cast, draft):
    make_membership(body=cast.places, user=cast.unseated_police, function="chair")
    told = facts(name=cast.places.name, kind="place", parent=cast.steering)

    with acting(cast.unseated_police) as by:
        assert "agreement" not in EditBodyForm(body=cast.places, by=by).fields
        wrong = complaints(change_body, cast.places, required_agencies=[], by=by, agreement=draft, **told)

    assert wrong == ["agreement"]
    cast.places.refresh_from_db()
    assert cast.places.agreement == cast.agreement
