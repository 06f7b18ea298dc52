"""What pages refuse: other people's rows, seats that have lost their force, and what does not fit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from interventions.models import Case, Disclosure, Note, Record, RecordGrant, Seat
from samverkan.audit.models import AccessEvent
from samverkan.grants import APP
from tests.cast import Cast
from tests.factories import make_user
from tests.factories_cases import make_case, make_ground, make_note, make_seat
from tests.interventions.pages import KEPT, SCHOOLS, SHOWN, Told, make_told

TODAY = timezone.localdate()


@pytest.fixture
def told(cast: Cast) -> Told:
    return make_told(cast)


def test_a_foreign_row_under_ones_own_case_is_not_there(cast: Cast, signed_in, told: Told):
    """The case is the reader's own; the record, seat or disclosure is of another case, and as real."""
    colleague = make_user(unit=cast.social_unit)
    other = make_told(cast, lead=colleague)
    browser = signed_in(cast.case_worker)
    foreign = [
        told.url("record", record=other.kept.pk),
        told.url("seat_end", seat=other.police_seat.pk),
        told.url("disclosure", disclosure=other.disclosure.pk),
        told.url("disclosure_revoke", disclosure=other.disclosure.pk),
        told.url("record", record=told.schools.pk),
    ]

    for url in foreign:
        assert browser.get(url).status_code == 404, url
        assert browser.post(url, {"reason": "x"}).status_code in (404, 405), url
    assert SCHOOLS not in browser.get(told.url("disclose") + f"?record={told.schools.pk}").content.decode()
    assert not Disclosure.objects.exclude(revoked_at=None).exists()
    assert not Seat.objects.exclude(valid_until=None).exists()


def test_the_seated_get_403_for_what_only_the_lead_unit_does(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.police)

    for url in (
        told.url("seat_new"),
        told.url("seat_end", seat=told.school_seat.pk),
        told.url("case_close"),
        told.url("disclosure_revoke", disclosure=told.disclosure.pk),
    ):
        assert browser.get(url).status_code == 403, url
        assert browser.post(url, {"user": cast.traffic.pk, "reason": "x"}).status_code == 403, url
    assert Case.objects.get().is_active
    assert Seat.objects.count() == 3


def _end_seat(cast: Cast, told: Told) -> None:
    Seat.objects.filter(pk=told.police_seat.pk).update(valid_until=Now())


def _end_employment(cast: Cast, told: Told) -> None:
    cast.police.employments.update(valid_to=TODAY - timedelta(days=1))


def _close_account(cast: Cast, told: Told) -> None:
    type(cast.police).objects.filter(pk=cast.police.pk).update(is_active=False)


def _change_unit(cast: Cast, told: Told) -> None:
    cast.police.employments.update(valid_to=TODAY - timedelta(days=1))
    cast.police.employments.create(unit=cast.safety_unit, title="Strateg", valid_from=TODAY)


@pytest.mark.parametrize("lose", [_end_seat, _end_employment, _change_unit])
def test_access_is_gone_at_the_next_request(lose: Any, cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.police)
    assert SHOWN in browser.get(told.url("case")).content.decode()

    lose(cast, told)

    for url in (*told.every_url(), told.url("record", record=told.shown.pk)):
        assert browser.get(url).status_code == 404, url
    assert told.case.reference not in browser.get(reverse("cases")).content.decode()


def test_a_closed_account_is_signed_out(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.police)

    _close_account(cast, told)

    answer = browser.get(told.url("case"))
    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]


def test_only_social_services_open_cases(cast: Cast, signed_in):
    for part, user in cast.everyone().items():
        answer = signed_in(user).get(reverse("case_new"))
        assert answer.status_code == (200 if part == "case_worker" else 403), part
        if part != "case_worker":
            assert signed_in(user).post(reverse("case_new"), {"method": ""}).status_code == 403
    assert not Case.objects.exists()


def test_a_note_in_a_closed_case_keeps_what_was_typed(cast: Cast, signed_in, told: Told):
    Case.objects.update(status="closed", closed_at=timezone.now())
    before = Note.objects.count()

    answer = signed_in(cast.case_worker).post(
        told.url("note_new"), {"statement": "fact", "occurred_on": "idag", "text": "gulsparv"}
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "gulsparv" in page
    assert _("The case is closed. Nothing more can be written in it.") in page
    assert Note.objects.count() == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"occurred_on": "trettonde"}, "occurred_on"),
        ({"occurred_on": (TODAY + timedelta(days=2)).isoformat()}, "occurred_on"),
        ({"text": "   "}, "text"),
        ({"statement": ""}, "statement"),
        ({"statement": "rumour"}, "statement"),
    ],
)
def test_a_note_that_does_not_fit_is_not_saved(
    sent: dict[str, str], field: str, cast: Cast, signed_in, told: Told
):
    good = {"statement": "fact", "occurred_on": "idag", "text": "gulsparv"}
    before = Record.objects.count(), RecordGrant.objects.count()

    answer = signed_in(cast.case_worker).post(told.url("note_new"), good | sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'href="#id_{field}' in answer.content.decode(), "the summary links to the field"
    assert (Record.objects.count(), RecordGrant.objects.count()) == before


def test_a_seat_for_somebody_who_cannot_have_one(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.case_worker)
    nowhere = make_user(part="nowhere")

    offered = browser.get(told.url("seat_new")).content.decode()
    assert cast.unseated_police.name in offered
    assert f'value="{cast.association.pk}"' not in offered and f'value="{cast.police.pk}"' not in offered
    for person in (cast.association, cast.police, nowhere):
        answer = browser.post(told.url("seat_new"), {"user": person.pk})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["user"]
    assert Seat.objects.count() == 3


def test_the_lead_unit_keeps_a_seat(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.case_worker)

    asked = browser.get(told.url("seat_end", seat=told.lead_seat.pk)).content.decode()
    assert "btn-danger" not in asked and told.url("seat_new") in asked, "no button that cannot succeed"
    answer = browser.post(told.url("seat_end", seat=told.lead_seat.pk))
    assert answer.status_code == 422
    assert (
        _("The lead unit must keep at least one seat. Give somebody else at the unit a seat first.")
        in answer.content.decode()
    )

    make_seat(case=told.case, user=make_user(unit=cast.social_unit))
    assert browser.post(told.url("seat_end", seat=told.lead_seat.pk))["Location"] == reverse("cases")
    assert browser.get(told.url("case")).status_code == 404


def test_seats_end_and_cases_close_once(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.case_worker)

    assert browser.get(told.url("case_close")).status_code == 200
    assert browser.post(told.url("case_close")).status_code == 302
    again = browser.post(told.url("case_close"))
    assert again.status_code == 422 and _("The case is already closed.") in again.content.decode()
    assert browser.post(told.url("seat_new"), {"user": cast.traffic.pk}).status_code == 422
    assert browser.get(told.url("seat_end", seat=told.police_seat.pk)).status_code == 200
    assert browser.post(told.url("seat_end", seat=told.police_seat.pk)).status_code == 302
    assert browser.get(told.url("seat_end", seat=told.police_seat.pk)).status_code == 404


def test_a_disclosure_is_revoked_once_and_with_a_reason(cast: Cast, signed_in, told: Told):
    browser, url = signed_in(cast.case_worker), told.url("disclosure_revoke", disclosure=told.disclosure.pk)

    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert browser.post(url, {"reason": "Behövs inte."}).status_code == 302
    again = browser.post(url, {"reason": "Igen."})
    assert again.status_code == 422
    assert _("The disclosure has already been revoked.") in again.content.decode()
    assert Disclosure.objects.get().revocation_reason == "Behövs inte."


class TestForgedDisclosures:
    """Answers that no page offered: 422, the verb's words beside the field, nothing saved."""

    @pytest.fixture
    def answers(self, told: Told, cast: Cast) -> dict[str, Any]:
        return {
            "step": "5",
            "records": str(told.kept.pk),
            "to_unit": cast.youth_unit.pk,
            "ground": told.ground.pk,
            "reasoning": "Behövs.",
        }

    def refused(self, browser, told: Told, answers: dict[str, Any], field: str, message: str) -> None:
        before = Disclosure.objects.count(), RecordGrant.objects.count()
        answer = browser.post(told.url("disclose"), answers)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {field: [message]}
        assert f'href="#id_{field}' in answer.content.decode()
        assert (Disclosure.objects.count(), RecordGrant.objects.count()) == before

    def test_the_same_answers_unforged_go_through(self, cast: Cast, signed_in, told: Told, answers):
        assert signed_in(cast.case_worker).post(told.url("disclose"), answers).status_code == 302

    def test_a_unit_without_a_seat(self, cast: Cast, signed_in, told: Told, answers):
        answers["to_unit"] = cast.traffic_unit.pk
        message = _("The unit has no seat in the case. Give somebody there a seat first.")
        self.refused(signed_in(cast.case_worker), told, answers, "to_unit", message)

    def test_a_unit_whose_only_seated_person_has_left(self, cast: Cast, signed_in, told: Told, answers):
        cast.police.employments.update(valid_to=TODAY - timedelta(days=1))
        message = _("The unit has no seat in the case. Give somebody there a seat first.")
        self.refused(signed_in(cast.case_worker), told, answers, "to_unit", message)

    @pytest.mark.parametrize(
        "terms",
        [
            {"from_kinds": ["school"], "to_kinds": ["police"]},
            {"from_kinds": ["social"], "to_kinds": ["school"]},
            {"from_kinds": ["any_authority"], "not_from_kinds": ["social"], "to_kinds": ["any"]},
            {"from_kinds": ["social"], "to_kinds": ["police"], "valid_to": TODAY - timedelta(days=1)},
            {"from_kinds": ["social"], "to_kinds": ["police"], "valid_from": TODAY + timedelta(days=1)},
        ],
    )
    def test_a_ground_that_does_not_fit(self, terms, cast: Cast, signed_in, told: Told, answers):
        answers["ground"] = make_ground(**terms).pk
        message = _("This ground cannot apply from your unit to the receiving unit today.")
        self.refused(signed_in(cast.case_worker), told, answers, "ground", message)

    def test_another_units_record(self, cast: Cast, signed_in, told: Told, answers):
        answers["records"] = [str(told.kept.pk), str(told.schools.pk)]
        message = _("You can disclose only what your own unit has written in this case.")
        self.refused(signed_in(cast.case_worker), told, answers, "records", message)

    def test_a_record_of_another_case(self, cast: Cast, signed_in, told: Told, answers):
        answers["records"] = str(make_note(case=make_case(lead=cast.case_worker), by=cast.case_worker).pk)
        message = _("You can disclose only what your own unit has written in this case.")
        self.refused(signed_in(cast.case_worker), told, answers, "records", message)

    def test_what_a_unit_was_told_is_not_its_to_tell(self, cast: Cast, signed_in, told: Told, answers):
        answers |= {"records": str(told.shown.pk), "to_unit": cast.health_unit.pk}
        message = _("You can disclose only what your own unit has written in this case.")
        self.refused(signed_in(cast.police), told, answers, "records", message)

    def test_no_record_at_all(self, cast: Cast, signed_in, told: Told, answers):
        del answers["records"]
        self.refused(signed_in(cast.case_worker), told, answers, "records", _("Choose at least one record."))

    def test_a_record_that_the_unit_already_sees(self, cast: Cast, signed_in, told: Told, answers):
        answers["records"] = str(told.shown.pk)
        message = _("%(unit)s already sees one of these records. Leave it out.") % {"unit": cast.youth_unit}
        self.refused(signed_in(cast.case_worker), told, answers, "to_unit", message)

    def test_a_statement_left_out(self, cast: Cast, signed_in, told: Told, answers):
        ground = make_ground(from_kinds=["social"], to_kinds=["police"], statements=["Ett"], max_age=20)
        assert len(ground.to_confirm(cast.social_unit)) == 2
        answers |= {"ground": ground.pk, "statements": ["Ett"]}
        message = _("Every statement must be true for this ground to apply.")
        self.refused(signed_in(cast.case_worker), told, answers, "statements", message)

    def test_no_reasoning_where_it_rests_on_consent(self, cast: Cast, signed_in, told: Told, answers):
        ground = make_ground(
            from_kinds=["social"], to_kinds=["any"], needs_consent_scope=True, reasoning_required=False
        )
        answers |= {
            "ground": ground.pk,
            "statements": ground.to_confirm(cast.social_unit),
            "reasoning": " ",
        }
        self.refused(signed_in(cast.case_worker), told, answers, "reasoning", _("Enter your reasoning."))

    def test_no_law_where_the_ground_is_a_duty(self, cast: Cast, signed_in, told: Told, answers):
        ground = make_ground(from_kinds=["social"], to_kinds=["any"], statute_reference_required=True)
        answers |= {"ground": ground.pk}
        message = _("State the law and section that give the duty.")
        self.refused(signed_in(cast.case_worker), told, answers, "statute_reference", message)


def close_the_log() -> None:
    """As the owner, take away the app role's right to write the access log; the test's rollback gives it back."""
    columns = ", ".join(f'"{field.column}"' for field in AccessEvent._meta.fields)
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ({columns}) ON audit_accessevent FROM {APP}")


def test_a_page_whose_log_row_cannot_be_written_is_not_shown(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.case_worker)
    browser.raise_request_exception = False
    urls = [
        *told.every_url(),
        reverse("cases"),
        told.url("case"),
        told.url("record", record=told.kept.pk),
        told.url("disclose"),
        told.url("disclosure", disclosure=told.disclosure.pk),
        told.url("disclosure_revoke", disclosure=told.disclosure.pk),
    ]
    assert all(browser.get(url).status_code == 200 for url in urls)
    close_the_log()

    for url in urls:
        answer = browser.get(url)
        assert answer.status_code == 500, url
        for secret in (KEPT, SHOWN, told.case.reference, "domherre"):
            assert secret not in answer.content.decode()


def test_nothing_written_when_its_log_row_cannot_be(cast: Cast, signed_in, told: Told):
    browser = signed_in(cast.case_worker)
    browser.raise_request_exception = False
    close_the_log()
    before = Note.objects.count(), Seat.objects.filter(valid_until=None).count()

    for url, sent in (
        (told.url("note_new"), {"statement": "fact", "occurred_on": "idag", "text": "gulsparv"}),
        (told.url("seat_end", seat=told.police_seat.pk), {}),
        (told.url("case_close"), {}),
        (told.url("disclosure_revoke", disclosure=told.disclosure.pk), {"reason": "x"}),
    ):
        assert browser.post(url, sent).status_code == 500, url

    assert (Note.objects.count(), Seat.objects.filter(valid_until=None).count()) == before
    assert Case.objects.get().is_active and Disclosure.objects.get().revoked_at is None


def test_a_seat_given_for_another_unit_has_no_force(cast: Cast, signed_in, told: Told):
    """The clock of a seat may be any; its unit must be where the person works today."""
    Seat.objects.filter(pk=told.police_seat.pk).update(unit=cast.health_unit, valid_from=F("valid_from"))

    assert signed_in(cast.police).get(told.url("case")).status_code == 404
