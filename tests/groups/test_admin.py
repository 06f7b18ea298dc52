"""The administration: all of the structure in Swedish, refusals beside their fields, and nothing of cases."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.urls import reverse

from groups.models import Agency, Employment, User
from interventions.models import Case, LegalGround
from samverkan.reader import CaseData
from tests.factories import make_action, make_decision, make_item, make_meeting
from tests.factories_cases import make_case, make_disclosure, make_ground, make_note
from tests.scan import mailed, scan

#: Everything that the administration holds, and nothing else.
HELD = {
    "groups.annualduty",
    "groups.agency",
    "groups.agreement",
    "groups.body",
    "groups.method",
    "groups.notice",
    "groups.premises",
    "groups.standardagendaitem",
    "groups.structure",
    "groups.undertakingtext",
    "groups.unit",
    "groups.user",
    "interventions.legalground",
}


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_{page}", args=args)


@pytest.fixture
def desk(cast, signed_in):
    return signed_in(cast.administrator)


def rows(prefix: str, *forms: dict[str, object], initial: int = 0) -> dict[str, object]:
    """Posted fields of one inline."""
    data: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for index, form in enumerate(forms):
        data |= {f"{prefix}-{index}-{name}": value for name, value in form.items()}
    return data


def person(**fields: object) -> dict[str, object]:
    return (
        {"name": "Nils Ny", "email": "ny@example.org", "phone": "", "language": "sv", "is_active": "on"}
        | rows("employments")
        | rows("memberships")
        | fields
    )


def test_it_holds_the_structure_and_the_grounds_alone():
    assert {model._meta.label_lower for model in admin.site._registry} == HELD


def test_it_holds_no_case_data():
    case_data = [model for model in apps.get_models() if issubclass(model, CaseData)]

    assert case_data
    assert not set(case_data) & set(admin.site._registry)


@pytest.mark.parametrize("model", sorted(HELD))
def test_every_list_and_form_opens(model, desk, cast):
    make_ground()
    row = apps.get_model(model)._default_manager.first()

    assert desk.get(url(model, "changelist")).status_code == 200
    assert desk.get(url(model, "changelist"), {"q": "a"}).status_code in (200, 302)
    # What is only looked at has no form.
    assert desk.get(url(model, "add")).status_code == (403 if model == "groups.notice" else 200)
    if row is not None:
        assert desk.get(url(model, "change", row.pk)).status_code == 200
        assert desk.get(url(model, "history", row.pk)).status_code == 200


def test_front_page_speaks_swedish(desk):
    page = desk.get(reverse("admin:index")).content.decode()

    assert '<html lang="sv"' in page
    assert "Samverkan – administration" in page
    assert "Senaste Händelser" in page or "Senaste händelser" in page


@pytest.mark.parametrize("part", ["coordinator", "chair", "case_worker", "log_reviewer", "association"])
def test_others_are_kept_out(part, cast, signed_in):
    response = signed_in(getattr(cast, part)).get(reverse("admin:groups_user_changelist"))

    assert response.status_code in (302, 403)


def test_nothing_of_a_case_shows(desk, cast):
    case = make_case(lead=cast.case_worker)
    make_note(case=case, by=cast.case_worker, text="Hemligt innehåll")
    pages = [reverse("admin:index")] + [url(model, "changelist") for model in HELD]
    pages += [
        url("groups.user", "change", cast.case_worker.pk),
        url("groups.unit", "change", cast.social_unit.pk),
    ]

    for address in pages:
        text = desk.get(address).content.decode()
        assert case.reference not in text
        assert "Hemligt innehåll" not in text
        assert str(case.pk) not in text


def test_new_person_gets_a_link_and_no_password(desk, cast):
    work = {"unit": cast.traffic_unit.pk, "title": "Planerare", "valid_from": "2026-01-01", "valid_to": ""}

    response = desk.post(
        url("groups.user", "add"), person(send_link="on", **rows("employments", work), email="NY@example.org")
    )

    assert response.status_code == 302
    user = User.objects.get(email="ny@example.org")
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert user.unit == cast.traffic_unit
    scan()
    assert [message.to for message in mail.outbox] == [["ny@example.org"]]
    assert "/account/password/reset/key/" in mail.outbox[0].body
    assert LogEntry.objects.get().object_repr == "Nils Ny"


def test_link_is_mailed_from_the_list(desk, cast):
    desk.post(
        url("groups.user", "changelist"),
        {"action": "mail_link", "_selected_action": [cast.traffic.pk, cast.police.pk]},
    )

    scan()
    assert sorted(message.to[0] for message in mail.outbox) == ["police@example.org", "traffic@example.org"]


def test_administrator_has_every_right_here(desk):
    desk.post(url("groups.user", "add"), person(is_staff="on"))

    assert User.objects.get(email="ny@example.org").is_superuser


def test_log_reviewer_cannot_administrate(desk):
    response = desk.post(url("groups.user", "add"), person(is_staff="on", is_log_reviewer="on"))

    assert response.status_code == 200
    assert "is_log_reviewer" in response.context["adminform"].form.errors
    assert not User.objects.filter(email="ny@example.org").exists()


def test_last_administrator_stays(desk, cast):
    response = desk.post(
        url("groups.user", "change", cast.administrator.pk),
        person(name="Administrator", email=cast.administrator.email),
    )

    assert "is_staff" in response.context["adminform"].form.errors
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_staff


def test_address_in_use_is_said_at_the_field(desk, cast):
    response = desk.post(url("groups.user", "add"), person(email="Police@Example.org"))

    assert "email" in response.context["adminform"].form.errors


def test_overlapping_employment_is_said_at_the_field(desk, cast):
    held = cast.traffic.employments.get()
    stored = {"id": held.pk, "user": cast.traffic.pk, "unit": held.unit_id, "title": held.title}
    stored |= {"valid_from": "2024-01-01", "valid_to": ""}
    more = {"id": "", "user": cast.traffic.pk, "unit": cast.youth_unit.pk, "title": "Polis"}
    more |= {"valid_from": "2025-01-01", "valid_to": ""}

    response = desk.post(
        url("groups.user", "change", cast.traffic.pk),
        person(name="Traffic", email=cast.traffic.email, **rows("employments", stored, more, initial=1)),
    )

    assert response.status_code == 200
    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert list(errors[1]) == ["valid_from"]
    page = response.content.decode()
    assert 'href="#id_employments-1-valid_from"' in page, "the summary leads to the field of that row"
    assert 'id="id_employments-1-valid_from"' in page
    assert Employment.objects.filter(user=cast.traffic).count() == 1


def test_two_new_rows_that_overlap_are_refused_together(desk, cast):
    first = {
        "unit": cast.youth_unit.pk,
        "title": "Polis",
        "valid_from": "2025-01-01",
        "valid_to": "2025-06-30",
    }
    second = {"unit": cast.traffic_unit.pk, "title": "Planerare", "valid_from": "2025-06-30", "valid_to": ""}

    response = desk.post(url("groups.user", "add"), person(**rows("employments", first, second)))

    assert response.status_code == 200
    assert "valid_from" in response.context["inline_admin_formsets"][0].formset.errors[1]
    assert not User.objects.filter(email="ny@example.org").exists()


def test_nothing_is_found_by_its_kind_and_key(desk, cast):
    case = make_case(lead=cast.case_worker)
    for model, key in ((User, cast.police.pk), (Case, case.pk), (User, 0), (Case, 1)):
        kind = ContentType.objects.get_for_model(model).pk
        assert desk.get(f"/admin/r/{kind}/{key}/").status_code == 404


def test_agreement_keeps_commas_in_its_purposes(desk, cast):
    data = {"title": "Ny", "key": "ny", "parent": "", "original_kept": "", "geographic_areas": ""}
    data |= {
        "purposes": "Trygghet, och lugn\r\n\r\nSamordning",
        "areas": "Torget",
        "valid_from": "",
        "valid_to": "",
    }

    response = desk.post(
        url("groups.agreement", "add"),
        data | rows("parties") | rows("registry_references") | rows("board_reports"),
    )

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert type(cast.agreement).objects.get(key="ny").purposes == ["Trygghet, och lugn", "Samordning"]


def test_agency_that_ends_before_it_begins_is_refused_at_the_field(desk):
    data = {
        "name": "Ny",
        "short_name": "",
        "key": "ny",
        "kind": "police",
        "registry_prefix": "",
        "successor": "",
    }

    response = desk.post(
        url("groups.agency", "add"),
        data | {"valid_from": "2025-01-02", "valid_to": "2025-01-01"} | rows("units"),
    )

    assert list(response.context["adminform"].form.errors) == ["valid_to"]


def test_protected_row_is_not_deleted(desk, cast):
    response = desk.get(url("groups.agency", "delete", cast.district.pk))
    desk.post(url("groups.agency", "delete", cast.district.pk), {"post": "yes"})

    assert response.context["protected"]
    assert Agency.objects.filter(pk=cast.district.pk).exists()


@pytest.mark.parametrize(
    ("model", "part"), [("groups.body", "steering"), ("groups.agency", "traffic_office")]
)
def test_page_for_deleting_says_nothing_of_what_a_meeting_wrote(desk, cast, model, part):
    meeting = make_meeting(body=cast.steering, status="in_progress")
    kept = make_item(meeting=meeting, audience="units", units=[cast.traffic_unit])
    make_decision(item=kept, by=cast.secretary, text="Kanarie i beslut")
    make_action(item=kept, agency=cast.traffic_office, by=cast.secretary, text="Kanarie i åtgärd")

    page = desk.get(url(model, "delete", getattr(cast, part).pk))

    assert page.status_code == 200
    assert page.context["protected"]
    assert "Kanarie" not in page.content.decode()
    assert str(meeting) not in page.content.decode()


@pytest.mark.parametrize("lookup", ["password", "password__startswith", "password__regex"])
def test_people_cannot_be_sought_by_their_password(desk, lookup):
    assert desk.get(url("groups.user", "changelist"), {lookup: "argon2"}).status_code == 400


def test_deletion_that_only_the_database_can_refuse_is_refused_kindly(desk, cast):
    """The disclosure that rests on the ground is out of the administrator's sight."""
    ground = make_ground()
    note = make_note(case=make_case(lead=cast.case_worker), by=cast.case_worker)
    make_disclosure(record=note, to=cast.youth_unit, by=cast.case_worker, ground=ground)

    response = desk.post(url("interventions.legalground", "delete", ground.pk), {"post": "yes"}, follow=True)

    assert response.redirect_chain == [(url("interventions.legalground", "change", ground.pk), 302)]
    assert len(list(response.context["messages"])) == 1
    assert LegalGround.objects.filter(pk=ground.pk).exists()
    assert not LogEntry.objects.exists()


def test_row_that_nothing_refers_to_is_deleted(desk, cast):
    ground = make_ground()

    desk.post(url("interventions.legalground", "delete", ground.pk), {"post": "yes"})

    assert not LegalGround.objects.filter(pk=ground.pk).exists()
    assert LogEntry.objects.get().is_deletion()


def test_people_and_units_are_never_deleted(desk, cast):
    for model, pk in (("groups.user", cast.traffic.pk), ("groups.unit", cast.traffic_unit.pk)):
        assert desk.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("model", "one", "many", "queries"),
    [
        ("groups.user", "traffic@", "example.org", 13),
        ("groups.unit", "Elevhälsan", "e", 12),
        ("groups.body", "recruitment", "e", 12),
    ],
)
def test_lists_ask_as_often_for_one_row_as_for_several(
    model, one, many, queries, desk, cast, django_assert_num_queries
):
    desk.get(url(model, "changelist"))
    for words in (one, many):
        with django_assert_num_queries(queries):
            desk.get(url(model, "changelist"), {"q": words})


def test_a_changed_address_is_told_at_the_old_one(cast, signed_in, postbox):
    """Taking over an account by its address does not pass in silence, and not in one save with a new link."""
    browser = signed_in(cast.administrator)
    address = reverse("admin:groups_user_change", args=[cast.case_worker.pk])
    form = browser.get(address).context["adminform"].form
    inlines = {
        f"{formset.formset.prefix}-{name}": value
        for formset in browser.get(address).context["inline_admin_formsets"]
        for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }
    typed = {name: "on" if value is True else value for name, value in form.initial.items() if value}
    typed = typed | inlines | {"email": "thief@example.org"}

    refused = browser.post(address, typed | {"send_link": "on"})
    accepted = browser.post(address, typed)

    assert refused.status_code == 200 and accepted.status_code == 302
    assert [letter["To"] for letter in mailed(postbox)] == ["case-worker@example.org"]
    cast.case_worker.refresh_from_db()
    assert cast.case_worker.email == "thief@example.org"
