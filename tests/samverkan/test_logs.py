"""The program's log holds no key and no number of a case."""

import logging

import pytest

from samverkan.logs import Discreet

CASE = "2399b837-4f7e-4d0c-9f43-0b5f7f9a1c11"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/answer/16.-XnRo2C3i2V4sCQ_RvNB2AjO4A1LZ/", "/answer/…/"),
        ("/account/password/reset/key/2-set-password/", "/account/password/reset/key/…/"),
        (f"/cases/{CASE}/disclosures/{CASE}/", "/cases/…/disclosures/…/"),
        ("/meetings/7/", "/meetings/7/"),
    ],
)
def test_addresses_lose_what_opens_or_tells(address, said):
    record = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", (address,), (None, None, None))
    record.status_code = 404

    assert Discreet().filter(record)

    assert (record.getMessage(), record.exc_info) == (f"Not Found: {said}", None)


def test_every_request_that_is_logged_passes_through_it(settings):
    handler = settings.LOGGING["handlers"]["console"]
    assert handler["filters"] == ["discreet"]
