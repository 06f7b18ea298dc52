"""The cast: one person for each part, in one small structure. Names are the parts; nobody real."""

from dataclasses import dataclass
from datetime import date

from groups.models import Agency, Agreement, Body, Premises, Room, Unit, User
from tests.factories import (
    make_agency,
    make_agreement,
    make_body,
    make_membership,
    make_room,
    make_unit,
    make_user,
)

LONG_AGO = date(2024, 1, 1)


@dataclass
class Cast:
    """Everybody, and the structure they sit in."""

    coordinator: User
    chair: User
    secretary: User
    police: User
    unseated_police: User
    case_worker: User
    welfare_officer: User
    traffic: User
    association: User
    log_reviewer: User
    administrator: User
    stranger: User
    district: Agency
    police_agency: Agency
    school: Agency
    traffic_office: Agency
    association_agency: Agency
    safety_unit: Unit
    social_unit: Unit
    youth_unit: Unit
    health_unit: Unit
    traffic_unit: Unit
    association_unit: Unit
    agreement: Agreement
    steering: Body
    recruitment: Body
    places: Body
    premises: Premises
    room: Room

    def everyone(self) -> dict[str, User]:
        """People by part, in a fixed order."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def make_cast() -> Cast:
    """Steering group: chair, secretary, coordinator, police, welfare officer, traffic. Recruitment (below it): case
    worker, both police, welfare officer. Places (below it): traffic, association. The stranger works at the traffic
    office and sits nowhere; the administrator is a superuser; the log reviewer has no seat in any body."""
    district = make_agency(key="district", name="Stadsdelen", kind="district_administration")
    police_agency = make_agency(key="police", name="Polisen", kind="police")
    school = make_agency(key="school", name="Utbildningsförvaltningen", kind="education")
    traffic_office = make_agency(key="traffic", name="Trafikkontoret", kind="authority")
    association_agency = make_agency(key="association", name="Föreningen", kind="civil_society")
    safety_unit = make_unit(agency=district, name="Trygghet", branch="authority")
    social_unit = make_unit(agency=district, name="Socialtjänsten", branch="social")
    youth_unit = make_unit(agency=police_agency, name="Ungdomsgruppen", branch="police")
    health_unit = make_unit(agency=school, name="Elevhälsan", branch="school")
    traffic_unit = make_unit(agency=traffic_office, name="Trygghet och tillsyn", branch="authority")
    association_unit = make_unit(agency=association_agency, name="Styrelsen", branch="none")
    agreement = make_agreement(parties=[district, police_agency])
    steering = make_body(key="steering", name="Styrgruppen", kind="steering", agreement=agreement)
    steering.required_agencies.set([district, police_agency, school, traffic_office])
    recruitment = make_body(
        key="recruitment", name="Nyrekrytering", kind="working", parent=steering, agreement=agreement
    )
    places = make_body(
        key="places", name="Otrygga platser", kind="place", parent=steering, agreement=agreement
    )
    room = make_room()
    people = {
        "coordinator": make_user(part="coordinator", unit=safety_unit, title="Samordnare"),
        "chair": make_user(part="chair", unit=safety_unit, title="Stadsdelsdirektör"),
        "secretary": make_user(part="secretary", unit=safety_unit, title="Sekreterare"),
        "police": make_user(part="police", unit=youth_unit, title="Polis"),
        "unseated_police": make_user(part="unseated-police", unit=youth_unit, title="Polis"),
        "case_worker": make_user(part="case-worker", unit=social_unit, title="Socialsekreterare"),
        "welfare_officer": make_user(part="welfare-officer", unit=health_unit, title="Kurator"),
        "traffic": make_user(part="traffic", unit=traffic_unit, title="Trafikplanerare"),
        "association": make_user(part="association", unit=association_unit, title="Ordförande"),
        "log_reviewer": make_user(
            part="log-reviewer", unit=safety_unit, title="Controller", is_log_reviewer=True
        ),
        "administrator": make_user(
            part="administrator", unit=safety_unit, title="Administratör", is_staff=True, is_superuser=True
        ),
        "stranger": make_user(part="stranger", unit=traffic_unit, title="Handläggare"),
    }
    seats = {
        steering: {
            "chair": "chair",
            "secretary": "secretary",
            "coordinator": "coordinator",
            "police": "member",
            "welfare_officer": "member",
            "traffic": "member",
        },
        recruitment: {
            "coordinator": "coordinator",
            "case_worker": "convener",
            "police": "member",
            "unseated_police": "member",
            "welfare_officer": "member",
        },
        places: {"coordinator": "coordinator", "traffic": "member", "association": "co_opted"},
    }
    for body, members in seats.items():
        for part, function in members.items():
            make_membership(body=body, user=people[part], function=function)
    return Cast(
        **people,
        district=district,
        police_agency=police_agency,
        school=school,
        traffic_office=traffic_office,
        association_agency=association_agency,
        safety_unit=safety_unit,
        social_unit=social_unit,
        youth_unit=youth_unit,
        health_unit=health_unit,
        traffic_unit=traffic_unit,
        association_unit=association_unit,
        agreement=agreement,
        steering=steering,
        recruitment=recruitment,
        places=places,
        premises=room.premises,
        room=room,
    )
