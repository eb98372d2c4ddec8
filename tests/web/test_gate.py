"""The gate: who may come in, how often, and what browsers are told."""

from dataclasses import replace

import pytest
from serving import SETTINGS, StuckWorker, open_client
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from web.gate import COOKIE, is_same
from web.rates import MOST_CLIENTS, Rates
from web.settings import Limits

TOKEN = "correct horse battery"


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """A server whose readers are not needed."""
    with open_client(SETTINGS, StuckWorker) as client:
        yield client


@pytest.fixture
def locked() -> TestClient:
    """One that asks for a token."""
    with open_client(replace(SETTINGS, token=TOKEN), StuckWorker) as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8000", 200),
        ("192.168.7.9", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8000", 421),
        ("localhost/@evil.example", 421),
        ("", 421),
    ],
)
def test_names_that_may_be_bent_are_refused(plain: TestClient, host: str, status: int) -> None:
    answer = plain.get("/healthz", headers={"Host": host})
    assert answer.status_code == status


def test_a_name_that_was_given_is_taken() -> None:
    with open_client(replace(SETTINGS, names=("Digits.example",)), StuckWorker) as client:
        assert client.get("/healthz", headers={"Host": "digits.EXAMPLE:443"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("https://digits.example", "digits.example", True),
        ("https://digits.example", "digits.example:443", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("http://localhost", "localhost:8000", False),
        ("http://evil.example", "localhost", False),
        ("http://localhost@evil.example", "localhost", False),
        ("http://localhost:99999", "localhost", False),
        ("file://", "localhost", False),
        ("null", "localhost", False),
    ],
)
def test_origins(origin: str, host: str, same: bool) -> None:
    assert is_same(origin, host) is same


def test_pages_of_other_sites_may_not_post(plain: TestClient) -> None:
    foreign = {"Origin": "http://evil.example"}
    answer = plain.post("/v1/read", content=b"x", headers=foreign)
    assert (answer.status_code, answer.json()["status"]) == (403, 403)
    assert plain.get("/healthz", headers=foreign).status_code == 200
    assert plain.post("/v1/glyphs", content=b"x", headers={"Origin": "http://localhost"}).status_code == 415


def test_the_camera_checks_who_opens_it(plain: TestClient) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), plain.websocket_connect("ws://localhost/v1/live", headers=headers):
            pass
    with plain.websocket_connect("ws://localhost/v1/live", headers={"Origin": "http://localhost"}) as socket:
        socket.close()


def test_browsers_are_told_what_to_forbid(plain: TestClient) -> None:
    for path in ("/static/manual.css", "/docs", "/nothing", "/v1/templates", "/healthz"):
        headers = plain.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["connect-src"] == "'self' ws://localhost wss://localhost"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["permissions-policy"].startswith("camera=(self)")
        assert headers["cache-control"] == ("no-cache" if path in ("/static/manual.css", "/healthz") else "no-store")


def test_without_the_token_only_the_page_and_its_health_are_open(locked: TestClient) -> None:
    for path in ("/v1/templates", "/v1/limits", "/metrics", "/docs", "/openapi.json", "/nothing"):
        answer = locked.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
    assert locked.post("/v1/read", content=b"x").status_code == 401
    for path in ("/healthz", "/readyz", "/static/manual.css"):
        assert locked.get(path).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "Bearer \xff", TOKEN):
        answer = locked.get("/v1/templates", headers={"Authorization": wrong.encode("latin-1")})
        assert answer.status_code == 401
    assert locked.get("/v1/templates", headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200
    with pytest.raises(WebSocketDisconnect), locked.websocket_connect("ws://localhost/v1/live"):
        pass


def test_the_pages_address_brings_the_token_once(locked: TestClient) -> None:
    answer = locked.get("/", params={"token": TOKEN, "a": "b"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?a=b")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert "battery" not in cookie
    assert locked.get("/v1/templates").status_code == 200
    with locked.websocket_connect("ws://localhost/v1/live", headers={"Cookie": cookie.split(";")[0]}) as socket:
        socket.close()
    locked.cookies.clear()
    assert locked.get("/v1/templates", headers={"Cookie": f"{COOKIE}={TOKEN}"}).status_code == 401
    assert locked.get("/", params={"token": "wrong"}).status_code == 401
    assert locked.get("/v1/templates", params={"token": TOKEN}).status_code == 401, "only the page's address takes it"


def test_a_client_that_asks_too_often_has_to_wait() -> None:
    limits = Limits(rate=60, burst=3)
    with open_client(replace(SETTINGS, limits=limits), StuckWorker) as client:
        answers = [client.get("/v1/templates") for _ in range(5)]
        assert [answer.status_code for answer in answers[:3]] == [200] * 3
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert client.get("/healthz").status_code == 200


def test_buckets_fill_with_time_and_are_forgotten() -> None:
    now = 0.0
    rates = Rates(60, 2, lambda: now)
    assert [rates.wait("a") for _ in range(3)] == [0, 0, 1]
    assert rates.wait("b") == 0, "each client has its own"
    now = 0.5
    assert rates.wait("a") == 0.5
    now = 1.0
    assert rates.wait("a") == 0
    now = 100.0
    assert [rates.wait("a") for _ in range(3)] == [0, 0, 1], "no more than the burst is saved"
    for number in range(MOST_CLIENTS):
        rates.wait(str(number))
    assert rates.wait("a") == 0, "forgotten"
    assert [Rates(0, 1).wait("a") for _ in range(9)] == [0] * 9
