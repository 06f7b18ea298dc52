"""Minutes as files: who gets what, that nothing withheld is in them, and that the validators are content."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document
from pypdf import PdfReader

from groups.models import Body, RegistryReference
from meetings.exports import document_for, file_for
from meetings.minutes import approve, submit
from meetings.models import AgendaItem, Meeting, MinutesFile
from tests.conftest import acting
from tests.factories import at, make_action, make_decision, make_item, make_meeting, make_minutes
from tests.papers import findings, read

CANARY = "Kanariefågel"
FORMATS = ("pdf", "docx")


@pytest.fixture
def held(cast):
    """A held meeting of the steering group with a canary in every text of an item for safety and the police."""
    day = timezone.localdate()
    meeting = make_meeting(
        body=cast.steering,
        items=2,
        status="held",
        year=2026,
        number=4,
        room=cast.room,
        starts_at=at(day, 13),
        ends_at=at(day, 15),
    )
    RegistryReference.objects.create(
        agreement=meeting.agreement, agency=cast.district, reference="RK 2020/196"
    )
    make_minutes(meeting=meeting)
    meeting.attendances.update(status="present", title="Titel")
    for part, status, name in (
        ("police", "substitute", "Ersättaren"),
        ("traffic", "excused", ""),
        ("welfare_officer", "remote", ""),
    ):
        meeting.attendances.filter(user=getattr(cast, part)).update(status=status, substitute_name=name)
    first, second = meeting.items.all()
    AgendaItem.objects.filter(pk=first.pk).update(text="Läget är **lugnt**.", status="decided")
    AgendaItem.objects.filter(pk=second.pk).update(status="postponed")
    make_decision(item=first, by=cast.secretary, year=2026, number=24, text="Gruppen beslutar.")
    make_action(
        item=first,
        agency=cast.traffic_office,
        responsible_person=cast.traffic,
        by=cast.secretary,
        text="Mät ljuset",
    )
    hidden = make_item(
        meeting=meeting,
        position=3,
        audience="units",
        units=[cast.safety_unit, cast.youth_unit],
        title=f"{CANARY} rubrik",
        presenter=f"{CANARY} föredragande",
        text=f"{CANARY} text",
        status="decided",
    )
    make_decision(item=hidden, by=cast.secretary, year=2026, number=25, text=f"{CANARY} beslut")
    make_action(item=hidden, agency=cast.police_agency, by=cast.secretary, text=f"{CANARY} åtagande")
    return meeting


@pytest.fixture
def approved(cast, held):
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    with acting(cast.chair) as chair:
        approve(held.minutes, by=chair)
    return held


def fresh(meeting):
    return Meeting.objects.get(pk=meeting.pk)


def exported(meeting, file_format, user):
    with acting(user):
        return file_for(fresh(meeting), file_format, user)


def words_in(file):
    """Everything a person or a program can find in the file, whole words only in the text."""
    if file.name.endswith(".pdf"):
        reader = PdfReader(io.BytesIO(file.content))
        return read(file.content) + str(reader.metadata) + str(reader.outline)
    with zipfile.ZipFile(io.BytesIO(file.content)) as package:
        return "".join(package.read(name).decode(errors="replace") for name in package.namelist())


# What they say


def test_the_document_says_what_happened(cast, held):
    with acting(cast.secretary) as secretary:
        document = document_for(fresh(held), secretary)

    assert (document.body_name, document.body_kind_label) == ("Styrgruppen", "Styrgrupp")
    assert (document.document_title, document.meeting_number, document.dnr) == (
        "Protokoll",
        "4/2026",
        ("RK 2020/196",),
    )
    assert (document.chair, document.secretary, document.organisation) == ("Chair", "Secretary", "Stadsdelen")
    assert document.place == str(cast.room)
    assert document.draft
    rows = {row.name: (row.organisation, row.remark, row.group.value) for row in document.attendance}
    assert rows["Ersättaren"] == ("Polisen", "Ers. för Police", "present")
    assert rows["Welfare officer"] == ("Utbildningsförvaltningen", "På distans", "present")
    assert rows["Traffic"] == ("Trafikkontoret", "", "excused")
    first, second, third = document.items
    assert (first.paragraphs, second.paragraphs) == (("Läget är **lugnt**.",), ("Punkten bordläggs.",))
    assert (first.actions[0].responsible, first.actions[0].status) == ("Trafikkontoret, Traffic", "Pågår")
    assert third.heading == f"{CANARY} rubrik"


def test_without_decisions_they_are_notes(cast, held):
    held.items.filter(position__in=[1, 3]).delete()

    with acting(cast.secretary) as secretary:
        assert document_for(fresh(held), secretary).document_title == "Mötesanteckningar"


def test_files_are_in_swedish_whatever_the_reader_reads(cast, held):
    with translation.override("en"):
        file = exported(held, "pdf", cast.secretary)
    assert "Beslut" in read(file.content) and "Styrgrupp" in read(file.content)


# Who gets what


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("state", ["held", "approved"])
def test_what_is_kept_to_units_is_in_no_file_of_others(cast, request, state, file_format):
    meeting = request.getfixturevalue(state)
    assert CANARY in words_in(exported(meeting, file_format, cast.chair))

    for outsider in (cast.traffic, cast.welfare_officer):
        file = exported(meeting, file_format, outsider)
        assert CANARY not in words_in(file)
        assert CANARY.encode() not in file.content
        assert "Punkten är inte öppen för alla." in words_in(file)
        assert "Gruppen beslutar." in words_in(file)


@pytest.mark.parametrize("state", ["held", "approved"])
def test_what_is_kept_to_units_is_in_no_document_of_others(cast, request, state):
    meeting = request.getfixturevalue(state)

    def canonical(user):
        with acting(user):
            return document_for(fresh(meeting), user).canonical_json().decode()

    assert CANARY in canonical(cast.police)
    assert CANARY not in canonical(cast.traffic)
    assert "§\u00a025" in canonical(cast.police)
    assert "§\u00a025" not in canonical(cast.traffic)


@pytest.mark.parametrize("file_format", FORMATS)
def test_who_sees_everything_gets_the_file_that_was_approved(cast, approved, file_format):
    stored = bytes(MinutesFile.objects.get(format=file_format).content)

    assert exported(approved, file_format, cast.police).content == stored
    assert exported(approved, file_format, cast.traffic).content != stored


def test_a_view_with_withheld_items_carries_no_fingerprint_to_test_guesses_against(cast, approved):
    with acting(cast.traffic) as traffic:
        document = document_for(fresh(approved), traffic)

    assert document.fingerprint == ""
    whole = fresh(approved).minutes.fingerprint
    assert whole in read(exported(approved, "pdf", cast.police).content).replace(" ", "")
    assert whole not in read(exported(approved, "pdf", cast.traffic).content).replace(" ", "")


def test_a_draft_says_so_and_approved_minutes_do_not(cast, approved, signed_in):
    draft = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=5)
    make_minutes(meeting=draft)

    assert "Utkast" in read(exported(draft, "pdf", cast.secretary).content)
    assert "Utkast" not in read(exported(approved, "pdf", cast.secretary).content)


# By the door


def where(meeting, file_format):
    return reverse("minutes_file", args=[meeting.pk, file_format])


def test_files_by_the_door(cast, held, signed_in):
    for file_format in FORMATS:
        for part in ("chair", "secretary", "coordinator"):
            assert signed_in(getattr(cast, part)).get(where(held, file_format)).status_code == 200
        for part in ("police", "traffic"):
            assert signed_in(getattr(cast, part)).get(where(held, file_format)).status_code == 403
        for part in ("case_worker", "association", "administrator", "log_reviewer", "stranger"):
            assert signed_in(getattr(cast, part)).get(where(held, file_format)).status_code == 404
    for unknown in ("odt", "PDF", "exe", "pdf.exe"):
        assert signed_in(cast.secretary).get(where(held, unknown)).status_code == 404


def test_a_meeting_without_minutes_has_no_file(cast, signed_in):
    called = make_meeting(body=cast.steering, items=1)

    assert signed_in(cast.secretary).get(where(called, "pdf")).status_code == 404


def test_names_of_files(cast, approved, signed_in):
    secretary = signed_in(cast.secretary)
    plain = secretary.get(where(approved, "pdf"))
    assert plain.headers["Content-Disposition"] == 'attachment; filename="Protokoll Styrgruppen 4-2026.pdf"'
    assert plain.headers["Content-Type"] == "application/pdf"

    Body.objects.filter(pk=cast.steering.pk).update(name='Åsö/..\\"\r\nX: y\u202e')
    meeting = make_meeting(
        body=Body.objects.get(pk=cast.steering.pk),
        status="in_progress",
        starts_at=at(timezone.localdate(), 9),
    )
    make_minutes(meeting=meeting)
    odd = secretary.get(where(meeting, "docx")).headers["Content-Disposition"]
    assert odd == (
        "attachment; filename*=utf-8''M%C3%B6tesanteckningar%20%C3%85s%C3%B6%20..%20X%20y%20"
        f"{timezone.localdate()}%20utkast.docx"
    )


# Opened again


def test_the_word_file_opens(cast, approved):
    file = exported(approved, "docx", cast.secretary)
    texts = "\n".join(line.text for line in Document(io.BytesIO(file.content)).paragraphs)

    assert "Gruppen beslutar." in texts and f"{CANARY} text" in texts


@pytest.mark.parametrize("part", ["secretary", "traffic"])
def test_the_validators_find_nothing(cast, approved, held, tmp_path, part):
    file = exported(approved, "pdf", getattr(cast, part))

    assert findings(file.content, tmp_path) == []


def test_the_validators_find_nothing_in_a_draft(cast, held, tmp_path):
    assert findings(exported(held, "pdf", cast.traffic).content, tmp_path) == []
