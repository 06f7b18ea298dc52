"""The signed reader: forged, unsigned, expired and re-keyed values are errors, never another reader."""

import hashlib
import hmac
import time

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from samverkan import reader
from samverkan.management.commands.prepare_database import store_reader_key
from samverkan.reader import reading_as
from tests.conftest import as_app

pytestmark = pytest.mark.django_db


def reader_of(value: str | None) -> int | None:
    """Who reads, by what the database makes of this setting."""
    with as_app(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('samverkan.reader', %s, true)", [value or ""])
        cursor.execute("SELECT reader_id()")
        return cursor.fetchone()[0]


def signed(claim: str, key: str) -> str:
    return f"{claim}.{hmac.new(key.encode(), claim.encode(), hashlib.sha256).hexdigest()}"


def in_an_hour() -> int:
    return int(time.time()) + 3600


def test_signed_reader_is_believed():
    assert reader_of(reader.token(42)) == 42


def test_nobody_reads_as_nobody():
    assert reader.token(None) == ""
    assert reader_of("") is None


def test_token_is_plain_hmac():
    """RFC 2104, as Python and PostgreSQL compute it apart from each other."""
    claim, mac = reader.token(7).rsplit(".", 1)

    assert signed(claim, settings.READER_KEY) == f"{claim}.{mac}"


@pytest.mark.parametrize("key", ["k", "k" * 64, "k" * 65, "å" * 40])
def test_padded_keys_are_those_of_hmac(key):
    inner, outer = reader.pads(key)

    mac = hashlib.sha256(outer + hashlib.sha256(inner + b"claim").digest()).hexdigest()
    assert mac == hmac.new(key.encode(), b"claim", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "forge",
    [
        lambda: "42",
        lambda: f"42.{in_an_hour()}",
        lambda: f"42.{in_an_hour()}.",
        lambda: f"42.{in_an_hour()}.{'0' * 64}",
        lambda: signed(f"42.{in_an_hour()}", "another key than the server's own, and quite long enough"),
        lambda: reader.token(41).replace("41.", "42.", 1),
        lambda: "1" + reader.token(42),
        lambda: reader.token(42) + "0",
        lambda: reader.token(42)[:-1],
        lambda: reader.token(42).upper(),
        lambda: " " + reader.token(42),
        lambda: reader.token(42) + "\n",
        lambda: "42' OR '1'='1",
    ],
)
def test_forged_reader_is_an_error(forge):
    with pytest.raises(DatabaseError, match="the reader is not signed"):
        reader_of(forge())


def test_expired_reader_is_an_error():
    with pytest.raises(DatabaseError, match="the reader has expired"):
        reader_of(signed(f"42.{int(time.time()) - 1}", settings.READER_KEY))


def test_later_expiry_cannot_be_written_over_the_signature():
    claim, mac = reader.token(42).rsplit(".", 1)
    user, expiry = claim.split(".")

    with pytest.raises(DatabaseError, match="the reader is not signed"):
        reader_of(f"{user}.{int(expiry) + 1}.{mac}")


def test_keys_are_changed_without_a_stop(settings):
    old = reader.token(42)
    settings.READER_KEY = "a new key that the environment now holds and the database shall learn"
    with pytest.raises(DatabaseError, match="the reader is not signed"):
        reader_of(reader.token(42))

    store_reader_key(using="default")
    store_reader_key(using="default")

    assert (reader_of(reader.token(42)), reader_of(old)) == (42, 42)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM samverkan_reader_key WHERE inner_pad <> %s", [reader.pads(settings.READER_KEY)[0]]
        )
    with pytest.raises(DatabaseError, match="the reader is not signed"):
        reader_of(old)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM samverkan_reader_key",
        "SELECT count(*) FROM samverkan_reader_key",
        "COPY samverkan_reader_key TO STDOUT",
        "DELETE FROM samverkan_reader_key",
    ],
)
def test_app_role_cannot_reach_the_keys(statement):
    with (
        as_app(),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_readers_nest():
    with reading_as(1):
        with reading_as(None):
            assert reader.current() is None
        assert reader.current() == 1
    assert reader.current() is None


def test_case_data_is_known_by_the_tables_a_statement_names():
    assert reader.touches_case_data('SELECT 1 FROM "interventions_note"')
    assert reader.touches_case_data("delete from interventions_seat")
    assert not reader.touches_case_data("SELECT 1 FROM interventions_legalground")
    assert not reader.touches_case_data('SELECT 1 FROM "meetings_meeting"')
    assert {"interventions_seathistory", "audit_accessevent"} <= reader.guarded_tables()
