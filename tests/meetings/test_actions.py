"""What needs to be done: mine, my agency's, and marking it as done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import ActionItem
from tests.factories import make_action, make_item, make_meeting, make_membership, make_minutes, make_user
from tests.factories_programme import make_measure, make_problem, make_report
from tests.meetings.pages import counted

TODAY = timezone.localdate()


@pytest.fixture
def item(cast):
    meeting = make_meeting(body=cast.steering, items=1, status="in_progress")
    make_minutes(meeting=meeting)
    return meeting.items.get()


def write(item, agency, cast, days=7, **fields):
    return make_action(
        item=item, agency=agency, by=cast.secretary, due=TODAY + timedelta(days=days), **fields
    )


def shown(browser):
    page = browser.get(reverse("actions"))
    assert page.status_code == 200
    return {name: [row.text for row in page.context[name]] for name in ("mine", "ours", "done")}


def test_mine_and_my_agencys_the_latest_first(cast, item, signed_in):
    write(item, cast.district, cast, 3, text="Snart")
    write(item, cast.district, cast, -4, text="Försenad", responsible_person=cast.chair)
    write(item, cast.district, cast, 1, text="Kollegans", responsible_person=cast.secretary)
    write(item, cast.traffic_office, cast, text="Trafikens")
    write(item, cast.district, cast, text="Klar", done_at=timezone.now(), done_by=cast.chair)

    assert shown(signed_in(cast.chair)) == {
        "mine": ["Försenad", "Snart"],
        "ours": ["Kollegans"],
        "done": ["Klar"],
    }
    assert shown(signed_in(cast.traffic))["mine"] == ["Trafikens"]
    assert signed_in(cast.chair).get(reverse("actions")).content.decode().count("▲") == 1


def test_all_of_a_group_is_seen_in_one_place_by_who_may_see_its_minutes(cast, item, signed_in):
    write(item, cast.traffic_office, cast, 2, text="Mäta belysningen")
    write(item, cast.police_agency, cast, -2, text="Fler pass")
    hidden = make_item(meeting=item.meeting, position=2, audience="units", units=[cast.youth_unit])
    write(hidden, cast.police_agency, cast, text="Hemlig")
    elsewhere = make_meeting(body=cast.recruitment, items=1, status="in_progress")
    make_minutes(meeting=elsewhere)
    write(elsewhere.items.get(), cast.traffic_office, cast, text="En annan grupps")
    where = f"{reverse('actions')}?body={cast.steering.key}"

    def others(user, address):
        page = signed_in(user).get(address)
        return [(row.text, may) for row, may in page.context["others"]]

    assert others(cast.chair, where) == [("Fler pass", False), ("Mäta belysningen", False)]
    assert others(cast.secretary, where) == [("Fler pass", True), ("Mäta belysningen", True)]
    assert others(cast.association, where) == [], "no minutes before they are approved"
    assert others(cast.chair, f"{reverse('actions')}?body=finns-inte") == others(cast.chair, where)
    taken = b"".join(signed_in(cast.chair).get(f"{where}&download=csv")).decode()
    assert "Fler pass" in taken and "Hemlig" not in taken and "En annan grupps" not in taken


def test_marking_as_done_leads_back_to_the_group(cast, item, signed_in):
    action = write(item, cast.traffic_office, cast)
    where = f"{reverse('actions')}?body={cast.steering.key}"

    answer = signed_in(cast.secretary).post(
        reverse("action_finish", args=[action.pk]), HTTP_REFERER=f"http://testserver{where}"
    )

    assert answer["Location"] == where


def test_only_members_see_an_action_before_the_minutes_are_approved(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1, status="held", audience="structure")
    minutes = make_minutes(meeting=meeting)
    action = write(meeting.items.get(), cast.police_agency, cast, text="Ännu inte justerad")
    member, outsider = signed_in(cast.police), signed_in(cast.unseated_police)

    assert shown(member)["mine"] == ["Ännu inte justerad"]
    assert shown(outsider)["mine"] == []
    assert outsider.post(reverse("action_finish", args=[action.pk])).status_code == 404
    minutes.approved_at, minutes.approved_by = timezone.now(), cast.chair
    minutes.status, minutes.fingerprint = "approved", "0" * 64
    minutes.save()
    assert shown(outsider)["mine"] == ["Ännu inte justerad"]


def test_nobody_sees_an_action_under_an_item_that_is_kept_from_them(cast, item, signed_in):
    hidden = make_item(meeting=item.meeting, position=2, audience="units", units=[cast.youth_unit])
    write(hidden, cast.police_agency, cast, text="Polisens")
    colleague = make_user(unit=cast.youth_unit)

    assert shown(signed_in(cast.police))["mine"] == ["Polisens"]
    for person in (cast.chair, colleague, cast.stranger, cast.administrator, cast.log_reviewer):
        assert shown(signed_in(person)) == {"mine": [], "ours": [], "done": []}


def test_marking_as_done(cast, item, signed_in):
    action = write(item, cast.traffic_office, cast)
    where = reverse("action_finish", args=[action.pk])

    assert signed_in(cast.case_worker).post(where).status_code == 404
    assert signed_in(cast.chair).post(where).status_code == 403
    assert signed_in(cast.traffic).get(where).status_code == 405
    assert ActionItem.objects.get().done_at is None

    traffic = signed_in(cast.traffic)
    assert traffic.post(where).url == reverse("actions")
    assert ActionItem.objects.get().done_by == cast.traffic
    again = traffic.post(where, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["success", "error"]


def test_the_page_asks_as_much_of_one_row_as_of_three(cast, item, signed_in):
    def more():
        write(item, cast.district, cast)
        write(item, cast.district, cast, responsible_person=cast.secretary)
        write(item, cast.traffic_office, cast)
        write(item, cast.district, cast, done_at=timezone.now(), done_by=cast.chair)

    assert counted(signed_in(cast.chair), reverse("actions"), more) == 15


def test_the_measure_is_named_with_the_action_item_to_those_who_may_see_it(cast, item, signed_in):
    report = make_report(agreement=cast.agreement, by=cast.coordinator, audience="authorities").report
    measure = make_measure(
        problem=make_problem(report=report, by=cast.coordinator), by=cast.coordinator, title="Tända lampor"
    )
    make_membership(body=cast.steering, user=cast.association)
    action = write(item, cast.association_agency, cast, text="Räkna lampor", measure=measure)
    link = f'href="{reverse("measure", args=[measure.pk])}"'
    desk, own = reverse("item_live", args=[item.meeting_id, item.pk]), reverse("actions")

    assert link in signed_in(cast.secretary).get(desk).content.decode()
    association = signed_in(cast.association)
    assert action.text in association.get(own).content.decode()
    for address in (own, reverse("today"), reverse("minutes", args=[item.meeting_id])):
        assert "Tända lampor" not in association.get(address).content.decode()
