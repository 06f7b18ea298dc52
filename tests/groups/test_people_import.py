"""Importing people: a dry run that names everything, then all or nothing."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from groups.models import Employment, HandOver, Membership, PeopleImport, User
from groups.people_giving_up import sweep_imports
from groups.people_import import (
    _write_as_shown,
    begin_import,
    cancel_import,
    check_import,
    confirm_import,
    write_import,
)
from samverkan.sheets import read_sheet
from tests.conftest import as_app
from tests.factories import make_body

HEADINGS = ["E-post", "Namn", "Organisation", "Enhet", "Titel"]
ANNA = ["anna@example.org", "Anna Ny", "Stadsdelen", "Trygghet", "Samordnare"]


def table(*rows, headings=HEADINGS, encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def checked(cast, content):
    row = begin_import(name="a.csv", content=content, by=cast.administrator)
    with as_app():
        check_import(row.pk)
    row.refresh_from_db()
    return row


def written(cast, content):
    row = checked(cast, content)
    assert row.state == "checked", row.report
    confirm_import(row, by=cast.administrator)
    with as_app():
        write_import(row.pk)
    row.refresh_from_db()
    return row


def mistakes(row):
    assert row.state == "refused"
    return [(wrong["row"], wrong["column"]) for wrong in row.report["mistakes"]]


def test_a_dry_run_writes_nothing(cast):
    before = User.objects.count()

    row = checked(cast, table(ANNA))

    assert (row.state, row.report["counts"]) == ("checked", {"created": 1, "changed": 0, "unchanged": 0})
    assert User.objects.count() == before


def test_people_are_written_with_employment_and_seat_and_no_password(cast):
    headings = [*HEADINGS, "Telefon", "Grupp", "Funktion", "Plats från", "Mandat"]

    row = written(
        cast, table([*ANNA, "+46 8 1", "places", "Ordförande", "2026-01-02", "Allt"], headings=headings)
    )

    anna = User.objects.get(email="anna@example.org")
    assert (anna.name, anna.phone, anna.has_usable_password()) == ("Anna Ny", "+46 8 1", False)
    assert (anna.unit, anna.employment.title) == (cast.safety_unit, "Samordnare")
    seat = Membership.objects.get(user=anna)
    assert (seat.body, seat.function, seat.valid_from, seat.mandate) == (
        cast.places,
        "chair",
        date(2026, 1, 2),
        "Allt",
    )
    assert (row.state, bytes(row.content)) == ("done", b"")


def test_a_second_run_changes_nothing(cast):
    content = table([*ANNA, "places"], headings=[*HEADINGS, "Grupp"])
    written(cast, content)
    before = (User.objects.count(), Employment.objects.count(), Membership.objects.count())

    row = written(cast, content)

    assert row.report["counts"] == {"created": 0, "changed": 0, "unchanged": 1}
    assert (User.objects.count(), Employment.objects.count(), Membership.objects.count()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_excel(cast, encoding):
    written(cast, table(["asa@example.org", "Åsa Öst", *ANNA[2:]], encoding=encoding))

    assert User.objects.get(email="asa@example.org").name == "Åsa Öst"


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_excel_with_days_as_days(cast):
    written(cast, xlsx([*HEADINGS, "Anställd från"], [*ANNA, date(2026, 2, 3)]))

    assert Employment.objects.get(user__email="anna@example.org").valid_from == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["anna", *ANNA[1:]]], [(2, "E-post")]),
        ([[ANNA[0], "", *ANNA[2:]]], [(2, "Namn")]),
        ([[*ANNA[:2], "Rymden", *ANNA[3:]]], [(2, "Organisation")]),
        ([[*ANNA[:3], "Månen", ANNA[4]]], [(2, "Enhet")]),
        ([ANNA, [ANNA[0], "Anna Annan", *ANNA[2:]]], [(3, "Namn")]),
        ([ANNA, ["x"], ANNA], [(3, "Namn"), (3, "Organisation"), (3, "Enhet"), (3, "Titel")]),
        ([["police@example.org", "Police", *ANNA[2:]]], [(2, "Enhet")]),
    ],
)
def test_every_bad_cell_is_named(cast, rows, expected):
    assert mistakes(checked(cast, table(*rows))) == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Grupp", "Ingen sådan"),
        ("Anställd från", "i fjol"),
        ("Anställd från", "2026-02-30"),
        ("Anställd till", "2020-01-01"),
        ("Funktion", "Kung"),
        ("Funktion", "Ordförande"),
        ("Skonummer", "42"),
    ],
)
def test_further_columns(cast, column, value):
    headings = [*HEADINGS, "Grupp", "Anställd från", "Anställd till", "Funktion"]
    row = [*ANNA, "steering", "2026-01-01", "2030-01-01", "Ledamot"]
    if column in headings:
        row[headings.index(column)] = value
    else:
        headings, row = [*headings, column], [*row, value]

    assert [found[1] for found in mistakes(checked(cast, table(row, headings=headings)))] == [column]


def test_a_case_group_is_not_there(cast):
    make_body(key="arende", kind="case", agreement=cast.agreement)

    row = checked(cast, table([*ANNA, "arende"], headings=[*HEADINGS, "Grupp"]))

    assert mistakes(row) == [(2, "Grupp")]


def test_one_bad_row_stops_all(cast):
    row = checked(cast, table(ANNA, ["fel", "Fel", *ANNA[2:]]))

    with pytest.raises(ValidationError):
        confirm_import(row, by=cast.administrator)
    assert not User.objects.filter(email="anna@example.org").exists()


def test_a_leaver_leaves_by_the_verb_of_leaving(cast):
    today = timezone.localdate()
    row = [
        "traffic@example.org",
        "Traffic",
        "Trafikkontoret",
        "Trygghet och tillsyn",
        "Trafikplanerare",
        str(today),
    ]

    written(cast, table(row, headings=[*HEADINGS, "Anställd till"]))

    assert Employment.objects.get(user=cast.traffic).valid_to is not None
    assert not Membership.objects.filter(user=cast.traffic, valid_to=None).exists()
    assert HandOver.objects.filter(user=cast.traffic).exists()


def test_what_changed_since_the_check_is_not_written(cast):
    row = checked(cast, table(["police@example.org", "Polis Ny", "Polisen", "Ungdomsgruppen", "Polis"]))
    confirm_import(row, by=cast.administrator)
    User.objects.filter(pk=cast.police.pk).update(phone="1")

    with as_app():
        write_import(row.pk)

    row.refresh_from_db()
    assert row.state == "failed"
    assert User.objects.get(pk=cast.police.pk).name == "Police"


def test_writing_twice_writes_once_and_cancelling_stops(cast):
    row = checked(cast, table(ANNA))
    confirm_import(row, by=cast.administrator)
    with pytest.raises(ValidationError):
        confirm_import(row, by=cast.administrator)
    with pytest.raises(ValidationError):
        cancel_import(row, by=cast.administrator)
    other = begin_import(name="b.csv", content=table(ANNA), by=cast.administrator)
    cancel_import(other, by=cast.administrator)

    check_import(other.pk)

    other.refresh_from_db()
    assert (other.state, bytes(other.content)) == ("cancelled", b"")


def test_ten_thousand_rows_ask_as_few_questions_as_ten(cast):
    def statements(count):
        rows = [[f"p{count}-{n}@example.org", f"Person {n}", *ANNA[2:], "places"] for n in range(count)]
        content = table(*rows, headings=[*HEADINGS, "Grupp"])
        row = checked(cast, content)
        confirm_import(row, by=cast.administrator)
        with CaptureQueriesContext(connection) as captured:
            write_import(row.pk)
        row.refresh_from_db()
        assert (row.state, row.report["counts"]["created"]) == ("done", count)
        return len(captured)

    few = statements(10)

    assert statements(10_000) <= few + 100
    assert Membership.objects.filter(body=cast.places).count() > 10_000


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 30,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 30,
        b"PK\x03\x04 broken",
        xlsx(["E-post"], ["=1+1"]),
        table(["x" * 2001]),
        table(),
        bomb(),
    ],
    ids=["empty", "pdf", "png", "old", "broken", "formula", "huge cell", "no rows", "bomb"],
)
def test_what_is_no_plain_table_is_refused_with_a_sentence(content):
    with pytest.raises(ValidationError) as caught:
        read_sheet(content)

    assert caught.value.messages[0].endswith(".")


def test_the_pages_from_file_to_done(cast, signed_in):
    browser = signed_in(cast.administrator)

    answer = browser.post(reverse("people_imports"), {"file": SimpleUploadedFile("a.csv", table(ANNA))})
    row = PeopleImport.objects.get()
    check_import(row.pk)
    page = browser.get(answer.url).content.decode()

    assert "Anna Ny" in page
    browser.post(reverse("people_import_write", args=[row.pk]))
    write_import(row.pk)
    assert User.objects.filter(email="anna@example.org").exists()
    assert signed_in(cast.coordinator).get(answer.url).status_code == 404


def test_progress_tells_percent_and_time():
    row = PeopleImport(row_count=200, row_done=50, begun_at=timezone.now() - timedelta(seconds=10))

    assert (row.percent, row.seconds_left) == (12, 70)


def test_the_last_step_is_reckoned_from_the_time_that_reading_took():
    now = timezone.now()
    row = PeopleImport(
        row_count=200, row_done=200, begun_at=now - timedelta(seconds=15), seen_at=now - timedelta(seconds=5)
    )

    assert (row.percent, row.seconds_left) == (75, 5)


@pytest.fixture
def tomorrow(monkeypatch):
    """Midnight passes: from the call on, today is the day after."""
    real = timezone.localdate
    return lambda: monkeypatch.setattr(
        timezone, "localdate", lambda *given, **named: real(*given, **named) + timedelta(days=1)
    )


def test_a_confirmation_after_midnight_writes_the_days_that_were_shown(cast, tomorrow):
    today = timezone.localdate()
    row = checked(cast, table([*ANNA, "places"], headings=[*HEADINGS, "Grupp"]))
    assert f"från {today}" in row.report["lines"][0]["text"]

    tomorrow()
    confirm_import(row, by=cast.administrator)
    with as_app():
        write_import(row.pk)

    row.refresh_from_db()
    anna = User.objects.get(email="anna@example.org")
    assert (row.state, row.day) == ("done", today)
    assert (anna.employments.get().valid_from, anna.memberships.get().valid_from) == (today, today)


@pytest.mark.parametrize(
    ("heading", "value"),
    [("Anställd från", "2024-03-01"), ("Plats från", "2024-03-01"), ("Plats till", "2020-01-01")],
)
def test_another_first_day_of_what_stands_is_wrong(cast, heading, value):
    here = ["police@example.org", "Police", "Polisen", "Ungdomsgruppen", "Polis", "steering"]

    row = checked(cast, table([*here, value], headings=[*HEADINGS, "Grupp", heading]))

    assert mistakes(row) == [(2, heading)]


def test_another_mandate_holds_from_the_day_of_the_check(cast):
    here = [
        "police@example.org",
        "Police",
        "Polisen",
        "Ungdomsgruppen",
        "Polis",
        "steering",
        "Beslutar själv",
    ]
    content = table(here, headings=[*HEADINGS, "Grupp", "Mandat"])

    row = written(cast, content)

    now, before = Membership.objects.filter(user=cast.police, body=cast.steering).order_by("-valid_from")
    assert row.report == {"counts": {"created": 0, "changed": 1, "unchanged": 0}}
    assert (now.mandate, now.valid_from) == ("Beslutar själv", row.day)
    assert (before.mandate, before.valid_to) == ("", row.day - timedelta(days=1))
    assert written(cast, content).report["counts"]["unchanged"] == 1


def test_what_a_verb_would_refuse_is_said_by_the_check(cast):
    """A later last day than the seat has is found by rehearsing what would be done; nothing of it stays."""
    Membership.objects.filter(user=cast.police, body=cast.steering).update(valid_to=date(2099, 1, 1))
    here = [
        "police@example.org",
        "Polisen själv",
        "Polisen",
        "Ungdomsgruppen",
        "Polis",
        "steering",
        "2099-02-01",
    ]

    row = checked(cast, table(ANNA + [""] * 2, here, headings=[*HEADINGS, "Grupp", "Plats till"]))

    assert mistakes(row) == [(3, "Plats till")]
    assert not User.objects.filter(email="anna@example.org").exists()
    assert User.objects.get(pk=cast.police.pk).name == "Police"


def test_all_mistakes_are_counted_and_the_page_says_that_it_shows_a_thousand(cast, signed_in):
    row = checked(cast, table(*[["fel", "", *ANNA[2:]] for _n in range(1001)]))
    cast.administrator.language = "en"
    cast.administrator.save()

    page = signed_in(cast.administrator).get(reverse("people_import", args=[row.pk])).content.decode()

    assert (row.report["mistake_count"], len(row.report["mistakes"])) == (1001, 1000)
    assert "1001 items need to be put right" in page and "The first 1000 are shown." in page
    assert '<td lang="sv">Namn</td>' in page


def test_a_mistake_names_the_column_as_the_file_does(cast):
    row = checked(cast, table(["anna", *ANNA[1:]], headings=["Email", *HEADINGS[1:]]))

    assert mistakes(row) == [(2, "Email")]


def test_names_go_when_an_import_is_done(cast):
    row = written(cast, table(ANNA))

    assert row.report == {"counts": {"created": 1, "changed": 0, "unchanged": 0}}


def silent(cast, **fields):
    row = begin_import(name="a.csv", content=table(ANNA), by=cast.administrator)
    PeopleImport.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=11), **fields)
    return row


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "checking"}, "Ingen bakgrundsprocess"),
        ({"state": "writing", "row_done": 5, "row_count": 9}, "rad 5 av 9"),
    ],
)
def test_an_import_whose_worker_has_died_ends_and_says_what_to_do(cast, signed_in, fields, said):
    row = silent(cast, **fields)

    with as_app():
        assert (sweep_imports(), sweep_imports()) == ((1, 0), (0, 0))
        check_import(row.pk)
        write_import(row.pk)

    row.refresh_from_db()
    page = signed_in(cast.administrator).get(reverse("people_import", args=[row.pk])).content.decode()
    assert (row.state, bytes(row.content)) == ("failed", b"")
    assert said in page and "Inget är skrivet" in page
    assert not User.objects.filter(email="anna@example.org").exists()


def test_a_worker_that_was_given_up_writes_nothing(cast):
    """It comes back to life between planning and writing, and ends without a word."""
    row = checked(cast, table(ANNA))
    confirm_import(row, by=cast.administrator)
    stale = PeopleImport.objects.select_related("by").get(pk=row.pk)
    PeopleImport.objects.filter(pk=row.pk).update(seen_at=timezone.now() - timedelta(minutes=11))
    sweep_imports()

    _write_as_shown(stale)

    row.refresh_from_db()
    assert row.state == "failed"
    assert not User.objects.filter(email="anna@example.org").exists()


def test_what_nobody_confirms_or_mends_is_forgotten_after_a_week_and_all_of_it_after_a_year(cast):
    confirmable, refused = checked(cast, table(ANNA)), checked(cast, table(["fel", "Fel", *ANNA[2:]]))
    PeopleImport.objects.update(seen_at=timezone.now() - timedelta(days=8))

    with as_app():
        assert (sweep_imports(), sweep_imports()) == ((0, 2), (0, 0))

    for row, state in ((confirmable, "cancelled"), (refused, "refused")):
        row.refresh_from_db()
        assert (row.state, row.report, bytes(row.content)) == (state, {"forgotten": True}, b"")
    PeopleImport.objects.update(seen_at=timezone.now() - timedelta(days=366))
    sweep_imports()
    assert not PeopleImport.objects.exists()
