"""What each page writes in the access log, and who reads it; how long lists are paged and what they cost."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from interventions.disclosures import revoke
from interventions.models import Case, Disclosure
from samverkan.audit.models import AccessEvent
from tests.cast import Cast
from tests.conftest import acting
from tests.factories import make_user
from tests.factories_cases import make_case, make_disclosure, make_ground, make_note, make_seat
from tests.interventions.pages import Told, events, make_told

NOW = timezone.now()


@pytest.fixture
def told(cast: Cast) -> Told:
    return make_told(cast)


def logged(browser: Any, url: str) -> list[tuple[str, str, list[Any]]]:
    """What opening this page adds to the log."""
    before = set(AccessEvent.objects.values_list("pk", flat=True))
    assert browser.get(url).status_code < 500
    rows = AccessEvent.objects.exclude(pk__in=before)
    return [(row.act, row.object_type, sorted(row.object_ids)) for row in rows]


def test_each_page_logs_what_it_showed_and_nothing_else(cast: Cast, signed_in, told: Told):
    worker, police, school = (
        signed_in(cast.__dict__[part]) for part in ("case_worker", "police", "welfare_officer")
    )
    both = sorted([told.kept.pk, told.shown.pk])
    record, case = "interventions.record", "interventions.case"

    assert logged(worker, reverse("cases")) == [("list", case, [told.case.pk])]
    assert logged(worker, told.url("case")) == [("read", record, both)]
    assert logged(police, told.url("case")) == [("read", record, [told.shown.pk])]
    assert logged(school, told.url("case")) == [("read", record, [told.schools.pk])]
    assert logged(worker, told.url("record", record=told.kept.pk)) == [("read", record, [told.kept.pk])]
    assert logged(worker, told.url("disclose")) == [("read", record, both)]
    ledger = told.url("disclosure", disclosure=told.disclosure.pk)
    assert logged(police, ledger) == [("read", "interventions.disclosure", [told.disclosure.pk])]
    assert logged(worker, told.url("seat_end", seat=told.police_seat.pk)) == [
        ("read", "interventions.seat", [told.police_seat.pk])
    ]
    for form in ("note_new", "seat_new", "case_close"):
        assert logged(worker, told.url(form)) == [("read", case, [told.case.pk])], form
    assert logged(worker, reverse("case_new")) == []


def test_a_case_without_a_visible_record_is_logged_as_the_case(cast: Cast, signed_in):
    case = make_case(lead=cast.case_worker)
    make_seat(case=case, user=cast.police)

    assert logged(signed_in(cast.police), reverse("case", args=[case.pk])) == [
        ("read", "interventions.case", [case.pk])
    ]


def test_rows_say_who_from_which_unit_and_in_which_case(cast: Cast, signed_in, told: Told):
    signed_in(cast.police).get(told.url("case"))

    row = AccessEvent.objects.get()
    assert (row.actor_id, row.unit_id, row.case_id) == (cast.police.pk, cast.youth_unit.pk, told.case.pk)


def test_an_empty_list_logs_nothing(cast: Cast, signed_in, told: Told):
    assert logged(signed_in(cast.stranger), reverse("cases")) == []


def test_a_refusal_is_logged_with_what_was_asked_for(cast: Cast, signed_in, told: Told):
    stranger = signed_in(cast.stranger)

    assert logged(stranger, told.url("case")) == [("refused", "interventions.case", [told.case.pk])]
    kept = told.url("record", record=told.kept.pk)
    assert logged(stranger, kept) == [("refused", "interventions.case", [told.case.pk])]
    assert logged(signed_in(cast.police), kept) == [("refused", "interventions.record", [told.kept.pk])]
    assert logged(stranger, reverse("access_log")) == [("refused", "audit.accessevent", [])]


def test_acts_are_logged_as_what_they_are(cast: Cast, signed_in):
    ground = make_ground(from_kinds=["social"], to_kinds=["police"], statute="OSL 10:18 a")
    browser = signed_in(cast.case_worker)
    browser.post(reverse("case_new"), {"method": ""})
    case = Case.objects.get()
    browser.post(reverse("seat_new", args=[case.pk]), {"user": cast.police.pk})
    browser.post(
        reverse("note_new", args=[case.pk]), {"statement": "fact", "occurred_on": "idag", "text": "gulsparv"}
    )
    note = case.records.get()
    answers = {
        "step": "5",
        "records": note.pk,
        "to_unit": cast.youth_unit.pk,
        "ground": ground.pk,
        "reasoning": "x",
    }
    browser.post(reverse("disclose", args=[case.pk]), answers)
    browser.post(
        reverse("disclosure_revoke", args=[case.pk, Disclosure.objects.get().pk]), {"reason": "Behövs inte."}
    )
    seat = case.seats.get(user=cast.police)
    browser.post(reverse("seat_end", args=[case.pk, seat.pk]))
    browser.post(reverse("case_close", args=[case.pk]))

    assert events() == [
        ("write", "interventions.case", [case.pk]),
        ("change", "interventions.seat", [seat.pk]),
        ("write", "interventions.record", [note.pk]),
        ("disclose", "interventions.record", [note.pk]),
        ("revoke", "interventions.record", [note.pk]),
        ("change", "interventions.seat", [seat.pk]),
        ("change", "interventions.case", [case.pk]),
    ]


def test_the_steps_of_a_disclosure_save_nothing_before_the_last(cast: Cast, signed_in, told: Told):
    browser, url = signed_in(cast.case_worker), told.url("disclose")
    answers: dict[str, Any] = {}
    steps = [
        {"records": str(told.kept.pk)},
        {"to_unit": cast.youth_unit.pk},
        {"ground": told.ground.pk},
        {"reasoning": "gulsparv", "reservation": "steglits"},
    ]
    for number, step in enumerate(steps, 1):
        answers |= step
        answer = browser.post(url, answers | {"step": number})
        assert answer.status_code == 200
        assert answer.context["steps"].number == number + 1
    page = answer.content.decode()
    assert cast.police.name in page, "who will see it, by name"
    assert "kanariefågel" in page and "gulsparv" in page and "rödhake" not in page
    assert Disclosure.objects.count() == 1

    back = browser.post(url, answers | {"step": 5, "back": 2})
    assert back.context["steps"].number == 2
    assert back.context["form"]["to_unit"].value() == str(cast.youth_unit.pk), (
        "what was chosen is chosen still"
    )
    assert "gulsparv" in back.content.decode(), "what was typed later is carried"
    assert Disclosure.objects.count() == 1

    assert browser.post(url, answers | {"step": 5}).status_code == 302
    assert Disclosure.objects.get(reasoning="gulsparv").reservation == "steglits"


def test_nothing_is_proposed(cast: Cast, signed_in, told: Told):
    answers = {"step": 2, "records": str(told.kept.pk), "to_unit": cast.youth_unit.pk}

    answer = signed_in(cast.case_worker).post(told.url("disclose"), answers)

    assert answer.context["steps"].number == 3
    assert answer.context["form"]["ground"].value() is None
    assert " checked" not in answer.content.decode().split("<main", 1)[1].split("</main", 1)[0]


def test_a_record_may_be_chosen_on_the_way_in(cast: Cast, signed_in, told: Told):
    answer = signed_in(cast.case_worker).get(told.url("disclose") + f"?record={told.kept.pk}")

    assert answer.context["form"]["records"].value() == [str(told.kept.pk)]
    for foreign in (told.schools.pk, "no-key"):
        answer = signed_in(cast.case_worker).get(told.url("disclose") + f"?record={foreign}")
        assert answer.status_code == 200 and "nötväcka" not in answer.content.decode()


def test_a_refusal_names_the_case_it_was_in(cast: Cast, signed_in, told: Told):
    nowhere = make_case(lead=make_user(unit=cast.social_unit))
    signed_in(cast.stranger).get(told.url("case"))
    signed_in(cast.unseated_police).get(told.url("record", record=told.kept.pk))
    signed_in(cast.police).get(told.url("record", record=told.kept.pk))
    signed_in(cast.police).post(told.url("case_close"))
    signed_in(cast.police).get(told.url("disclosure_revoke", disclosure=told.disclosure.pk))
    signed_in(cast.police).get(reverse("record", args=[nowhere.pk, told.shown.pk]))

    rows = AccessEvent.objects.filter(act="refused").order_by("at")
    assert [(row.actor_id, row.case_id) for row in rows] == [
        (cast.stranger.pk, told.case.pk),
        (cast.unseated_police.pk, told.case.pk),
        (cast.police.pk, told.case.pk),
        (cast.police.pk, told.case.pk),
        (cast.police.pk, told.case.pk),
        (cast.police.pk, nowhere.pk),
    ]


class TestTheLog:
    def test_reviewers_read_who_did_what_and_no_content(self, cast: Cast, signed_in, told: Told):
        signed_in(cast.police).get(told.url("case"))
        signed_in(cast.stranger).get(told.url("case"))

        page = signed_in(cast.log_reviewer).get(reverse("access_log")).content.decode()

        assert cast.police.name in page and cast.stranger.name in page
        assert cast.youth_unit.name in page
        assert str(told.case.pk)[:8] in page
        assert told.case.reference not in page and "rödhake" not in page and "OSL 10:18 a" not in page

    def test_everyone_else_gets_404(self, cast: Cast, signed_in, told: Told):
        for part, user in cast.everyone().items():
            assert signed_in(user).get(reverse("access_log")).status_code == (
                200 if part == "log_reviewer" else 404
            )

    def test_the_lead_unit_sees_who_has_read_its_case_and_no_one_else_does(
        self, cast: Cast, signed_in, told: Told
    ):
        assert signed_in(cast.police).get(told.url("case")).context["log"] is None

        read_by = signed_in(cast.case_worker).get(told.url("case")).context["log"]["readers"]

        assert [(event.actor, event.unit) for event in read_by] == [(cast.police, cast.youth_unit)]

    def test_the_lead_unit_sees_who_was_refused_and_nobody_else_does(self, cast: Cast, signed_in, told: Told):
        signed_in(cast.stranger).get(told.url("case"))
        signed_in(cast.police).get(told.url("record", record=told.kept.pk))
        make_case(lead=cast.welfare_officer)

        page = signed_in(cast.case_worker).get(told.url("case"))

        assert [event.actor for event in page.context["log"]["refused"]] == [cast.police, cast.stranger]
        assert cast.stranger.name in page.content.decode()
        for part in ("police", "welfare_officer"):
            other = signed_in(getattr(cast, part)).get(told.url("case"))
            assert other.context["log"] is None
            assert cast.stranger.name not in other.content.decode()


class TestPages:
    """25 a page by key: nothing counted, nothing met twice, nothing skipped."""

    def walk(self, browser: Any, url: str) -> list[list[Any]]:
        pages, key = [], ""
        while True:
            page = browser.get(url, {"before": key} if key else {}).context["page"]
            pages.append([row.pk for row in page.rows])
            key = page.next
            if not key:
                return pages

    def test_cases(self, cast: Cast, signed_in):
        moments = [NOW - timedelta(minutes=number // 3) for number in range(30)]  # three at a time
        made = [make_case(lead=cast.case_worker, opened_at=moment) for moment in moments]

        pages = self.walk(signed_in(cast.case_worker), reverse("cases"))

        wanted = sorted(made, key=lambda case: (case.opened_at, case.pk), reverse=True)
        assert [len(page) for page in pages] == [25, 5]
        assert list(chain.from_iterable(pages)) == [case.pk for case in wanted]

    def test_records(self, cast: Cast, signed_in):
        case = make_case(lead=cast.case_worker)
        for _number in range(26):
            make_note(case=case, by=cast.case_worker, created_at=NOW)

        pages = self.walk(signed_in(cast.case_worker), reverse("case", args=[case.pk]))

        assert [len(page) for page in pages] == [25, 1]
        assert len(set(chain.from_iterable(pages))) == 26

    def test_a_key_that_cannot_be_read_shows_the_first_page(self, cast: Cast, signed_in, told: Told):
        for key in ("x", "2026-11-23~", "2026-11-23T10:00:00~" + str(told.case.pk), "~~"):
            answer = signed_in(cast.case_worker).get(reverse("cases"), {"before": key})
            assert [row.pk for row in answer.context["page"].rows] == [told.case.pk]


class TestCosts:
    """Queries with one row and with three: the same number, caches warmed."""

    @pytest.fixture(autouse=True)
    def warm(self, cast: Cast) -> None:
        ContentType.objects.get_for_models(Case, AccessEvent)

    def cost(self, signed_in, user, url: str, django_assert_num_queries, number: int) -> None:
        browser = signed_in(user)
        browser.get(url)
        with django_assert_num_queries(number):
            assert browser.get(url).status_code == 200

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list(self, rows: int, cast: Cast, signed_in, django_assert_num_queries):
        for _number in range(rows):
            make_case(lead=cast.case_worker)
        self.cost(signed_in, cast.case_worker, reverse("cases"), django_assert_num_queries, 12)

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(("part", "number"), [("case_worker", 18), ("police", 17)])
    def test_case(self, part: str, number: int, rows: int, cast: Cast, signed_in, django_assert_num_queries):
        case = make_case(lead=cast.case_worker)
        make_seat(case=case, user=cast.police)
        for _number in range(rows):
            reader = make_user(unit=cast.youth_unit)
            make_seat(case=case, user=reader)
            signed_in(reader).get(reverse("case", args=[case.pk]))
            make_note(case=case, by=cast.case_worker)
            make_disclosure(
                record=make_note(case=case, by=cast.case_worker), to=cast.youth_unit, by=cast.case_worker
            )
        url = reverse("case", args=[case.pk])
        self.cost(signed_in, cast.__dict__[part], url, django_assert_num_queries, number)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_record(self, rows: int, cast: Cast, signed_in, django_assert_num_queries):
        case = make_case(lead=cast.case_worker)
        note = make_note(case=case, by=cast.case_worker)
        for _number in range(rows):
            colleague = make_user(unit=cast.youth_unit)
            make_seat(case=case, user=colleague)
        make_disclosure(record=note, to=cast.youth_unit, by=cast.case_worker)
        url = reverse("record", args=[case.pk, note.pk])
        self.cost(signed_in, cast.case_worker, url, django_assert_num_queries, 15)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_log(self, rows: int, cast: Cast, signed_in, django_assert_num_queries):
        for _number in range(rows):
            lead = make_user(unit=cast.social_unit)
            case = make_case(lead=lead)
            signed_in(lead).get(reverse("case", args=[case.pk]))
        self.cost(signed_in, cast.log_reviewer, reverse("access_log"), django_assert_num_queries, 12)


def test_a_revoked_disclosure_names_no_record_to_its_receiver(cast: Cast, signed_in, told: Told):
    with acting(cast.case_worker) as worker:
        revoke(Disclosure.objects.get(pk=told.disclosure.pk), reason="Behövs inte.", by=worker)

    made = (
        signed_in(cast.police)
        .get(told.url("disclosure", disclosure=told.disclosure.pk))
        .context["disclosure"]
    )
    own = (
        signed_in(cast.case_worker)
        .get(told.url("disclosure", disclosure=told.disclosure.pk))
        .context["disclosure"]
    )

    assert list(made.records.all()) == []
    assert [record.pk for record in own.records.all()] == [told.shown.pk]
