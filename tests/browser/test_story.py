"""One real meeting and one real case, from end to end, by clicks."""

import io
import re

import docx
import pypdf
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SECRETARY, CHAIR, COORDINATOR = "secretary", "steering-group chair", "coordinator"
POLICE, UNSEATED, WORKER, SCHOOL = (
    "police officer",
    "police officer without a seat",
    "district case worker",
    "school welfare officer",
)
SAID = "Antalet anmälningar minskade mellan vecka 40 och 46."
DECIDED = "Gruppen prioriterar gångtunneln under december."
AGREED = "Mäta belysningen i tunneln"
SHOWN, KEPT = "Möte hölls med vårdnadshavare, ord KANARIEGUL.", "Behov av stöd kartläggs, ord KANARIEBLÅ."


def press(page: Page, name: str) -> None:
    """Press the one button or link with this name in the page's main part."""
    main = page.locator("main")
    target = main.get_by_role("button", name=name, exact=True).or_(
        main.get_by_role("link", name=name, exact=True)
    )
    target.first.click()


@pytest.fixture
def judge(witness):
    return witness.judge


def test_one_meeting_from_call_to_export(site, sign_in, judge, witness):
    secretary = sign_in(SECRETARY)
    judge(secretary)
    address = call_the_steering_group(secretary, judge)
    answer_by_link(site, sign_in, judge)

    secretary.goto(address)
    expect(secretary.locator("main")).to_contain_text("1 av 6 kommer")
    write_at_the_meeting(secretary, judge, address)

    chair = sign_in(CHAIR)
    judge(chair)
    chair.goto(f"{address}minutes/")
    judge(chair)
    press(chair, "Justera")
    judge(chair)
    press(chair, "Justera och lås protokollet")
    judge(chair)
    expect(chair.locator("h1")).to_contain_text("Justerat")

    coordinator = sign_in(COORDINATOR)
    coordinator.goto(f"{address}minutes/")
    judge(coordinator)
    read_the_files(coordinator, address)


def call_the_steering_group(page: Page, judge) -> str:
    """Plan it, see a mistake said, save, call; returns the meeting's address."""
    page.goto("/meetings/new/")
    judge(page)
    page.get_by_label("Grupp").select_option(label="Styrgruppen")
    page.get_by_label("Dag").fill("igår snart")
    page.get_by_label("Börjar").fill("15.00")
    page.get_by_label("Slutar").fill("13.00")
    press(page, "Spara utkastet")
    judge(page)
    expect(page.get_by_role("alert")).to_contain_text("Skriv dagen som år-månad-dag")
    assert page.get_by_label("Dag").input_value() == "igår snart"

    page.get_by_label("Dag").fill("31 dec")
    page.get_by_label("Börjar").fill("13")
    page.get_by_label("Slutar").fill("15.00")
    page.get_by_label("Rum").select_option(index=1)
    press(page, "Spara utkastet")
    judge(page)
    # The premises are closed on New Year's Eve: said once, and one tick goes on.
    page.locator("main form input[type=checkbox]").first.check()
    press(page, "Spara utkastet")
    judge(page)
    address = page.url
    page.goto(f"{address}call/")
    judge(page)
    press(page, "Kalla 6 deltagare")
    judge(page)
    expect(page.locator("h1")).to_contain_text("Kallat")
    return address


def answer_by_link(site, sign_in, judge) -> None:
    """The police officer answers from the mail, signed in nowhere."""
    letter = site.wait_for_letter(site.logins[POLICE]["email"], "Styrgruppen")
    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert "BEGIN:VEVENT" in calendar.get_content()
    text = letter.get_body(("plain",)).get_content()
    link = re.search(rf"{re.escape(site.url)}/answer/\S+", text)[0]
    visitor = sign_in("")
    visitor.goto(link)
    judge(visitor)
    visitor.get_by_label("Kommer", exact=True).check()
    with visitor.expect_response(lambda response: response.request.method == "POST") as sent:
        press(visitor, "Skicka svaret")
    assert sent.value.status == 302
    judge(visitor)


def write_at_the_meeting(page: Page, judge, address: str) -> None:
    """Attendance, text, a decision and an action item; end it and send the minutes for approval."""
    page.goto(f"{address}live/")
    judge(page)
    press(page, "Öppna mötet")
    judge(page)
    boxes = page.locator("#attendance fieldset")
    expect(boxes).to_have_count(6)
    for index, how in enumerate(("Här", "Länk", "Förhinder", "Borta")):
        boxes.nth(index).get_by_role("button", name=how, exact=True).click()
        expect(boxes.nth(index).locator("[aria-pressed=true]")).to_have_text(how)
    page.get_by_role("button", name="De andra 2 är här").click()
    expect(page.locator("#attendance [aria-pressed=true]")).to_have_count(6)
    judge(page)
    for index in range(12):
        if index == 4:
            write_the_item(page, judge)
        page.locator("#next").click()
    judge(page)
    press(page, "Avsluta mötet")
    if page.get_by_role("heading", name="Kontrollera innan du avslutar mötet").count():
        judge(page)
        if page.get_by_label("Mötet hölls idag").count():
            page.get_by_label("Mötet hölls idag").check()
        press(page, "Avsluta mötet")
    judge(page)
    expect(page.locator("main")).to_contain_text("§")
    press(page, "Skicka för justering")
    judge(page)


def write_the_item(page: Page, judge) -> None:
    page.locator("#id_text").fill(SAID)
    page.locator("summary").filter(has_text="Beslut").click()
    page.locator("#id_decision").fill(DECIDED)
    press(page, "Spara beslutet")
    expect(page.locator("#decisions")).to_contain_text(DECIDED)
    page.locator("summary").filter(has_text="Åtagande").click()
    page.locator("#id_action").fill(AGREED)
    page.locator("#id_responsible_agency").select_option(label="Trafikkontoret")
    page.locator("#id_due").fill("snarast")
    press(page, "Spara åtagandet")
    judge(page)
    expect(page.get_by_role("alert")).to_contain_text("Skriv dagen som år-månad-dag")
    assert page.locator("#id_action").input_value() == AGREED
    page.locator("#id_due").fill("2027-01-15")
    press(page, "Spara åtagandet")
    expect(page.locator("#actions")).to_contain_text(AGREED)
    judge(page)


def read_the_files(page: Page, address: str) -> None:
    """Both files say what was said, decided and agreed."""
    path = address.removesuffix("/")
    pdf = page.request.get(f"{path}/minutes.pdf")
    assert pdf.status == 200
    text = " ".join(
        " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf.body())).pages).split()
    )
    word = page.request.get(f"{path}/minutes.docx")
    assert word.status == 200
    document = docx.Document(io.BytesIO(word.body()))
    said = [paragraph.text for paragraph in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for words in (SAID, DECIDED, AGREED, "RK 2020/196", "Anmärkning"):
        assert words in text
        assert any(
            words in line
            for line in said
            + [
                p.text
                for s in document.sections
                for t in s.header.tables
                for r in t.rows
                for c in r.cells
                for p in c.paragraphs
            ]
            + [p.text for s in document.sections for p in s.header.paragraphs]
        ), words


def test_one_case_from_opening_to_revocation(site, sign_in, judge, witness):
    worker = sign_in(WORKER)
    worker.goto("/cases/")
    judge(worker)
    press(worker, "Öppna ett ärende")
    judge(worker)
    press(worker, "Öppna ärendet")
    judge(worker)
    address = worker.url
    reference = worker.locator("h1").inner_text().split()[0]
    for person in ("Petra Polis", "Karin Kurator"):
        give_a_seat(worker, judge, address, person)
    for text, kind in ((KEPT, "Bedömning"), (SHOWN, "Faktauppgift")):
        write_a_note(worker, judge, address, text, kind)
    disclose_to_the_police(worker, judge, address)

    police = sign_in(POLICE)
    police.goto(address)
    judge(police)
    expect(police.locator("main")).to_contain_text("KANARIEGUL")
    assert "KANARIEBLÅ" not in police.content()
    school = sign_in(SCHOOL)
    school.goto(address)
    judge(school)
    assert "KANARIE" not in school.content()
    for part in (UNSEATED, COORDINATOR, "association", "administrator", "log reviewer"):
        outsider = sign_in(part)
        assert outsider.goto(address).status == 404
        judge(outsider)
        outsider.goto("/cases/")
        judge(outsider)
        assert reference not in outsider.content()

    revoke(worker, judge, address)
    police.goto(address)
    judge(police)
    assert "KANARIE" not in police.content()
    expect(worker.locator("main")).to_contain_text("Återkallat")


def give_a_seat(page: Page, judge, address: str, person: str) -> None:
    page.goto(f"{address}seats/new/")
    judge(page)
    option = page.locator("select[name=user] option", has_text=person).first
    page.locator("select[name=user]").select_option(value=option.get_attribute("value"))
    press(page, "Ge platsen")
    judge(page)
    expect(page.locator("main")).to_contain_text(person)


def write_a_note(page: Page, judge, address: str, text: str, kind: str) -> None:
    page.goto(f"{address}notes/new/")
    judge(page)
    page.get_by_label(kind).check()
    page.locator("[name=occurred_on]").fill("idag")
    page.locator("[name=text]").fill(text)
    page.locator("main form .btn-primary").click()
    judge(page)
    expect(page.locator("main")).to_contain_text(text)


def disclose_to_the_police(page: Page, judge, address: str) -> None:
    """Records, unit, ground, answer, check, disclose."""
    page.goto(f"{address}disclose/")
    judge(page)
    press(page, "Fortsätt")
    judge(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("KANARIEGUL").or_(page.locator("label", has_text="KANARIEGUL")).first.click()
    press(page, "Fortsätt")
    judge(page)
    page.locator("label", has_text="Ungdomsgruppen").first.click()
    press(page, "Fortsätt")
    judge(page)
    page.locator("label", has_text="OSL 10:18 a").first.click()
    press(page, "Fortsätt")
    judge(page)
    for box in page.locator("input[name=statements]").all():
        box.check()
    page.locator("[name=reasoning]").fill("Det behövs för det planerade stödet.")
    press(page, "Fortsätt")
    judge(page)
    assert "KANARIEBLÅ" not in page.content()
    page.get_by_role("button", name=re.compile("^Lämna ut till")).click()
    judge(page)


def revoke(page: Page, judge, address: str) -> None:
    page.goto(address)
    page.locator("a[href*='/disclosures/']").first.click()
    judge(page)
    press(page, "Återkalla…")
    judge(page)
    page.locator("[name=reason]").fill("Behövs inte längre.")
    page.locator("main form .btn-primary, main form .btn-danger").first.click()
    judge(page)
    page.goto(address)
    judge(page)
