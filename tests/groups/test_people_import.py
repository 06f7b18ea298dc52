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
from groups.people_import import begin_import, cancel_import, check_import, confirm_import, write_import
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
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
        bomb(),
    ],
    ids=["empty", "pdf", "png", "old", "broken", "formula", "huge cell", "bomb"],
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

    assert (row.percent, row.seconds_left) == (25, 30)
