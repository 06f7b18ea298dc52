"""``python -m tests.faults.seed MEMBERS [notices]``: a meeting with that many members, called by its secretary; or a
notice to each of them, and no call."""

import sys
import time

import django
from django.db import transaction


def main() -> None:
    """Prints how many seconds it took to call the meeting, the broker's part of it included."""
    members = int(sys.argv[1])
    with transaction.atomic():
        unit = make_unit()
        body = make_body(kind="steering", name="Styrgruppen")
        people = [make_user(part=f"member-{number}", unit=unit) for number in range(members)]
        for number, user in enumerate(people):
            make_membership(body=body, user=user, function="member" if number else "secretary")
        meeting = make_meeting(body=body, items=1, status="draft")
    began = time.monotonic()
    if "notices" in sys.argv:
        with transaction.atomic():
            for user in people:
                tell_of_change(user, "address")
    else:
        call_meeting(meeting, by=people[0])
    print(f"{time.monotonic() - began:.1f}")


if __name__ == "__main__":
    django.setup()
    from groups.accounts import tell_of_change
    from meetings.calling import call_meeting
    from tests.factories import make_body, make_meeting, make_membership, make_unit, make_user

    main()
