"""What the demo is made of: plainly fictional people, places and meetings, in the Järva structure."""

from dataclasses import dataclass
from datetime import date

#: One password for every demo account; long enough for the validators.
PASSWORD = "samverkan-pa-prov"  # noqa: S105 - printed for everyone who starts the demo
SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Person:
    """One log-in. ``unit`` names agency key and unit; ``sees`` says in English what the part shows, ``of_cases`` what it
    shows where there are cases."""

    part: str
    name: str
    address: str
    unit: tuple[str, str]
    title: str
    sees: str
    of_cases: str = ""
    is_log_reviewer: bool = False
    is_administrator: bool = False

    def shows(self, *, cases: bool) -> str:
        return "; ".join(filter(None, (self.sees, self.of_cases if cases else "")))

    @property
    def email(self) -> str:
        return f"{self.address}@example.org"


SAFETY = ("jarva", "Avdelningen för trygghet och stadsmiljö")
SOCIAL = ("jarva", "Socialtjänsten barn och unga")
OFFICE = ("jarva", "Administrativa avdelningen")
YOUTH = ("lpo-jarva", "Ungdomsgruppen")
LED = ("lpo-jarva", "Ledningen")
HEALTH = ("utbildning", "Elevhälsan")
TRAFFIC = ("trafikkontoret", "Trygghet och tillsyn")
ASSOCIATION = ("civilsamhalle", "Styrelsen")

PEOPLE = (
    Person(
        "coordinator",
        "Sanna Samordnare",
        "samordnare",
        SAFETY,
        "Trygghetssamordnare",
        "all five groups",
        "no case",
    ),
    Person(
        "steering-group chair",
        "Olle Ordförande",
        "ordforande",
        OFFICE,
        "Stadsdelsdirektör",
        "the steering group; approves minutes",
    ),
    Person(
        "secretary",
        "Siri Sekreterare",
        "sekreterare",
        OFFICE,
        "Utredare",
        "the steering group; calls its meetings and writes its minutes",
    ),
    Person(
        "police officer",
        "Petra Polis",
        "polis",
        YOUTH,
        "Ungdomspolis",
        "steering group, Nyrekrytering, Kriminella konflikter",
        "one note of the case",
    ),
    Person(
        "police officer without a seat",
        "Patrik Polis",
        "polis2",
        YOUTH,
        "Områdespolis",
        "Nyrekrytering",
        "nothing of the case",
    ),
    Person(
        "district case worker",
        "Hanna Handläggare",
        "handlaggare",
        SOCIAL,
        "Socialsekreterare",
        "Nyrekrytering",
        "leads the case",
    ),
    Person(
        "school welfare officer",
        "Karin Kurator",
        "kurator",
        HEALTH,
        "Kurator",
        "steering group, Nyrekrytering",
        "a seat in the case, none of its notes",
    ),
    Person(
        "traffic office",
        "Tage Trafik",
        "trafik",
        TRAFFIC,
        "Trafikplanerare",
        "steering group, Otrygga platser",
    ),
    Person(
        "association",
        "Frida Förening",
        "forening",
        ASSOCIATION,
        "Ordförande",
        "Otrygga platser, co-opted; what authorities keep among themselves stays closed",
    ),
    Person(
        "log reviewer",
        "Love Logg",
        "logg",
        OFFICE,
        "Controller",
        "no group",
        "the access log; no case",
        is_log_reviewer=True,
    ),
    Person(
        "administrator",
        "Adam Administratör",
        "admin",
        OFFICE,
        "Systemförvaltare",
        "the administration at /admin/; no group",
        "no case",
        is_administrator=True,
    ),
)

#: Body → part → function.
SEATS = {
    "styrgrupp": {
        "steering-group chair": "chair",
        "secretary": "secretary",
        "coordinator": "coordinator",
        "police officer": "member",
        "school welfare officer": "member",
        "traffic office": "member",
    },
    "nyrekrytering": {
        "district case worker": "convener",
        "coordinator": "coordinator",
        "police officer": "member",
        "police officer without a seat": "member",
        "school welfare officer": "member",
    },
    "otillaten-paverkan": {"coordinator": "coordinator", "police officer without a seat": "member"},
    "otrygga-platser": {
        "coordinator": "coordinator",
        "traffic office": "member",
        "police officer without a seat": "member",
        "association": "co_opted",
    },
    "kriminella-konflikter": {"coordinator": "coordinator", "police officer": "convener"},
}

#: What a person may decide for their agency: body and part → words.
PERSONAL_MANDATES = {
    ("styrgrupp", "steering-group chair"): "Beslutar för stadsdelsförvaltningen inom årets budget.",
    ("styrgrupp", "police officer"): "Företräder polisområdets ledning och tar större resursfrågor dit.",
    ("styrgrupp", "traffic office"): "Beslutar om mindre åtgärder i gatumiljön.",
    ("nyrekrytering", "district case worker"): "Sammankallar och företräder socialtjänsten.",
}

MANDATES = {
    "styrgrupp": "Leder samverkan, beslutar om mål och åtgärdsplan och fördelar frågor till grupperna.",
    "nyrekrytering": "Arbetar för att färre unga dras in i brottslighet. Talar om grupper och platser, "
    "aldrig om enskilda.",
    "otillaten-paverkan": "Följer försök att påverka medarbetare och förtroendevalda och föreslår skydd.",
    "otrygga-platser": "Går igenom läget på platser som känns otrygga och kommer överens om veckans åtgärder.",
    "kriminella-konflikter": "Delar lägesbild om konflikter i området och samordnar närvaro. "
    "Enskilda personer hör hemma i ärenden.",
}

PREMISES = "Demolokalen Rinkeby"
ADDRESS = "Exempelgatan 1, Rinkeby"
ROOMS = {"Stora rummet": 16, "Lilla rummet": 6}

#: What the minutes of the held meeting say, by heading of the standard agenda.
SAID = {
    "Mötets öppnande": "Ordföranden hälsade välkommen och öppnade mötet.",
    "Närvaro och val av justerare": "Närvaron framgår av listan. Ordföranden justerar protokollet.",
    "Godkännande av dagordning": "Dagordningen godkändes.",
    "Lägesbild": "Polisen och stadsdelen gick igenom läget i området. Två platser nämndes särskilt:\n\n"
    "- gångtunneln vid torget, som är mörk\n- parkeringen bakom skolan",
    "Rapport från samverkansgrupperna": "Grupperna rapporterade kort. SISAB saknar ledamot i platsgruppen.",
    "Beslutsärenden": "Gruppen gick igenom förslaget om belysning.",
    "Mötets avslutning": "Ordföranden tackade och avslutade mötet.",
}
SAID_OTHERWISE = "Inget att anteckna."
ADOPTED = "Styrgruppen antar åtgärdsplanen på grundval av lägesbilden."
DECIDED = {"Beslutsärenden": ("Styrgruppen prioriterar gångtunneln vid torget under vintern.", ADOPTED)}
#: Agency key, days from today, what is to be done.
AGREED = {
    "Beslutsärenden": (
        ("trafikkontoret", -4, "Mäta belysningen i gångtunneln"),
        ("jarva", -4, "Sammanställa närvaron på föräldramöten"),
        ("jarva", 10, "Bjuda in SISAB till platsgruppen"),
    ),
    "Lägesbild": (("lpo-jarva", 3, "Ta fram underlag om parkeringen bakom skolan"),),
}
