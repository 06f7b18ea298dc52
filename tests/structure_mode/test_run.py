"""Structure mode is another installation: its tests run in a process of their own, on a database of their own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.faults.house import House, beside, environment, new_database

#: Every right of the app role, column by column.
RIGHTS = """
SELECT c.relname || ' ' || a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
WHERE a.grantee = 'samverkan_app'::regrole
UNION ALL
SELECT c.relname || '.' || t.attname || ' ' || a.privilege_type
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
WHERE a.grantee = 'samverkan_app'::regrole
UNION ALL
SELECT p.proname || ' ' || a.privilege_type FROM pg_proc p, aclexplode(p.proacl) a
WHERE a.grantee = 'samverkan_app'::regrole
"""


@pytest.mark.slow
def test_the_whole_matrix_holds_without_cases():
    paths = ["tests/test_matrix.py", "tests/structure_mode/test_without_cases.py"]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    name = f"test_structure_mode_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths],
        cwd=settings.BASE_DIR,
        env=variables | {"CASES": "off", "TEST_DATABASE_NAME": name},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def prepare(house: House, cases: str) -> None:
    """``manage.py prepare_database`` as an operator runs it."""
    owner = beside(os.environ["DATABASE_OWNER_URL"], house.database)
    house.environment |= {"CASES": cases, "DATABASE_OWNER_URL": owner}
    house.run("manage.py", "prepare_database", "--verbosity", "0")
    del house.environment["DATABASE_OWNER_URL"]


@pytest.mark.slow
def test_a_database_that_held_cases_is_closed_to_the_program_and_opened_again(tmp_path):
    with new_database() as name:
        house = House(name, environment(name, SAMVERKAN_MODE="demo"), tmp_path)
        prepare(house, "on")
        before = {right for (right,) in house.rows(RIGHTS)}
        assert "interventions_record SELECT" in before

        house.environment["CASES"] = "off"
        with pytest.raises(AssertionError, match="still lets the program touch cases"):
            house.run("manage.py", "check", "--database", "default")
        prepare(house, "off")
        prepare(house, "off")
        closed = {right for (right,) in house.rows(RIGHTS)}

        left = {
            right for right in closed if right.startswith(("interventions", "reader_seat", "reader_grant"))
        }
        assert left == set()
        assert not {right for right in closed if "reader_may" in right or "reader_leads" in right}
        assert "groups_body SELECT" in closed
        house.run("manage.py", "check", "--database", "default")

        prepare(house, "on")

        assert {right for (right,) in house.rows(RIGHTS)} == before
