"""Production mode behind a proxy that ends TLS, in a real browser: the second factor, the cookies and the headers."""

import http.client
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from samverkan.embedded import demo, environment, ports
from samverkan.embedded.processes import Processes
from tests.browser.conftest import Site, _in_database
from tests.browser.tls import proxy
from tests.browser.witness import Witness

pytestmark = pytest.mark.browser

#: Whose account gets a second factor here, and loses it afterwards; no other test signs in as this person twice.
PART = "traffic office"


@dataclass(frozen=True)
class Production:
    """Its address, and the port behind the proxy."""

    address: str
    plain: int


@pytest.fixture(scope="module")
def production(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The web server in production mode, on the database of the other browser tests; its address."""
    folder = tmp_path_factory.mktemp("production")
    secure, plain = ports.free(), ports.free()
    address = f"https://localhost:{secure}"
    variables = environment.unprivileged(site.variables) | {
        "SAMVERKAN_MODE": "production",
        "SECOND_FACTOR": "required",
        "ALLOWED_HOSTS": f"localhost,{ports.HOST}",
        "BASE_URL": address,
        "TRUSTED_PROXIES": "1",
    }
    [web, *_others] = demo.served(demo.Demo(site.places, plain, 0, 0), variables)
    with Processes() as programs, proxy(secure, plain, folder):
        programs.start(web)
        programs.wait_until(lambda: demo.is_healthy(plain), what="The web server in production mode")
        yield Production(address, plain)
    with psycopg.connect(_in_database(os.environ["DATABASE_OWNER_URL"]), autocommit=True) as database:
        database.execute("DELETE FROM mfa_authenticator")


@pytest.fixture
def page(production: Production, browser: Browser, witness: Witness) -> Iterator[Page]:
    context = browser.new_context(base_url=production.address, ignore_https_errors=True)
    context.set_default_timeout(20_000)
    opened = context.new_page()
    witness.watch(opened)
    yield opened
    context.close()


def sign_in(page: Page, site: Site) -> None:
    login = site.logins[PART]
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(login["email"])
    page.locator("input[name=password]").fill(login["password"])
    page.locator("main form button[type=submit]").first.click()


def give(page: Page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    page.locator("main form .btn-primary").click()


def log_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/account/login/")


def fresh_code(page: Page, secret: str, *, after: int = 0) -> tuple[str, int]:
    """RFC 6238, as an authenticator app computes it, with the number of its half minute. A code is taken once and in its own
    half minute alone, so wait for the next where ``after`` is the present one or little of it is left."""
    page.wait_for_function(
        "after => Date.now() % 30000 < 24000 && Math.floor(Date.now() / 30000) > after",
        arg=after,
        timeout=40_000,
    )
    step = int(time.time()) // 30
    return str(format_hotp_value(hotp_value(secret, step))), step


def test_the_second_factor_is_set_up_used_and_replaced_by_a_recovery_code(page, site, witness):
    sign_in(page, site)
    page.wait_for_url("**/account/2fa/totp/activate/")
    witness.judge(page)
    page.goto("/meetings/")
    expect(page).to_have_url(f"{page.url.split('/account')[0]}/account/2fa/totp/activate/")
    give(page, "000000")
    expect(page.get_by_role("alert").locator("a")).to_have_attribute("href", "#id_code")
    witness.judge(page)
    secret = page.locator(".secret").inner_text()
    code, step = fresh_code(page, secret)
    give(page, code)
    page.wait_for_url("**/account/2fa/recovery-codes/")
    witness.judge(page)
    recovery = page.locator(".codes li").first.inner_text()
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Idag")

    for expected in ("Idag", "Skriv din kod"):
        log_out(page)
        sign_in(page, site)
        page.wait_for_url("**/account/2fa/authenticate/**")
        witness.judge(page)
        give(page, recovery)
        expect(page.locator("h1")).to_have_text(expected)
    give(page, fresh_code(page, secret, after=step)[0])
    expect(page.locator("h1")).to_have_text("Idag")
    assert witness.complaints == []


def test_cookies_are_bound_to_the_host_and_to_https(page, site):
    sign_in(page, site)
    page.wait_for_url("**/account/2fa/**")

    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}

    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for name in ("__Host-session", "__Host-csrf"):
        cookie = cookies[name]
        assert (cookie["secure"], cookie["httpOnly"], cookie["path"], cookie["sameSite"]) == (
            True,
            True,
            "/",
            "Lax",
        )


#: An address, and the status that it has for somebody who is not signed in.
ADDRESSES = {
    "/account/login/": 200,
    "/accessibility/": 200,
    "/answer/nobody/": 404,
    "/static/css/nothing.css": 404,
    "/healthz": 200,
}


def test_every_answer_carries_the_headers_that_guard_it(page):
    for address, status in ADDRESSES.items():
        answer = page.request.get(address, max_redirects=0)
        assert answer.status == status, address
        headers = answer.headers
        assert "default-src 'none'" in headers["content-security-policy"], address
        assert headers["strict-transport-security"].startswith("max-age=63072000"), address
        assert headers["x-content-type-options"] == "nosniff", address
        assert headers["referrer-policy"] == "same-origin", address
        assert headers["cross-origin-opener-policy"] == "same-origin", address


def test_plain_http_is_sent_on_to_https(production):
    """As when somebody types the address without its s, and the proxy passes that on."""
    connection = http.client.HTTPConnection(ports.HOST, production.plain)
    connection.request("GET", "/meetings/", headers={"Host": "localhost", "X-Forwarded-Proto": "http"})
    answer = connection.getresponse()

    assert (answer.status, answer.getheader("Location")) == (301, "https://localhost/meetings/")
