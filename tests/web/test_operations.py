"""What the server tells of itself, and how it says no: while it starts, when it is busy, where there is nothing."""

import threading
from dataclasses import replace

import pytest
from serving import SETTINGS, StuckWorker, make_shared, open_client, wait_until
from starlette.testclient import TestClient

from model import __version__
from scanner.page import SUFFIXES
from web.app import build_routes
from web.gate import Gate
from web.orders import Order, Ready, Report
from web.schema import LimitsAnswer
from web.settings import Limits


def test_it_tells_what_it_takes(client: TestClient) -> None:
    told = LimitsAnswer.model_validate(client.get("/v1/limits").json())
    assert (told.max_bytes, told.max_pixels, told.cameras) == (32_000_000, 60_000_000, 1)
    assert {".png", ".jpg", ".pdf", ".tif"} <= set(told.formats) <= SUFFIXES
    assert client.get("/v1/templates").json() == {"templates": ["application", "cheque"]}
    for path in ("/healthz", "/readyz"):
        assert client.get(path).json()["version"] == __version__


def test_while_it_starts_it_lives_but_does_not_read() -> None:
    may_start = threading.Event()

    class LateWorker(StuckWorker):
        def wait(self) -> Ready:
            may_start.wait(60)
            return super().wait()

    app = Gate(build_routes(make_shared(SETTINGS, LateWorker), pytest.fail), SETTINGS)
    with TestClient(app, "http://localhost") as client:
        assert client.get("/healthz").status_code == 200
        for answer in (client.get("/readyz"), client.post("/v1/read", content=b"x"), client.get("/v1/limits")):
            assert (answer.status_code, answer.json()["title"]) == (503, "Not ready")
            assert "starting" in answer.json()["detail"]
            assert int(answer.headers["retry-after"]) > 0
        may_start.set()
        wait_until(lambda: client.get("/readyz").status_code == 200, "it is ready")


def test_when_all_are_busy_it_says_so_at_once(note: bytes) -> None:
    started = threading.Event()
    may_end = threading.Event()

    class BusyWorker(StuckWorker):
        def ask(self, order: Order) -> Report:
            started.set()
            may_end.wait(60)
            return Report((), {"more": False})

    with open_client(replace(SETTINGS, limits=Limits(rate=0, waiting=0)), BusyWorker) as client:
        answers = []
        first = threading.Thread(target=lambda: answers.append(client.post("/v1/read", content=note)))
        first.start()
        assert started.wait(60)
        refused = client.post("/v1/read", content=note)
        assert (refused.status_code, refused.json()["title"], refused.headers["retry-after"]) == (429, "Busy", "1")
        assert "digitlens_busy_readers 1.0" in client.get("/metrics").text
        assert f"digitlens_held_bytes {float(len(note))}" in client.get("/metrics").text
        may_end.set()
        first.join(60)
        assert answers[0].status_code == 200
        assert "digitlens_held_bytes 0.0" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/static/..%2f..%2fsetup.cfg", 404),
        ("GET", "/v1/read", 405),
        ("PUT", "/v1/glyphs", 405),
        ("POST", "/healthz", 405),
        ("OPTIONS", "/v1/read", 405),
        ("POST", "/static/manual.css", 405),
    ],
)
def test_where_there_is_nothing_it_says_so(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    problem = answer.json()
    assert (answer.status_code, problem["status"], answer.headers["content-type"]) == (
        status,
        status,
        "application/problem+json",
    )
    assert problem["detail"].endswith(".")
    if status == 405 and not path.startswith("/static"):
        assert answer.headers["allow"]


def test_a_fault_of_the_server_itself_tells_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: str) -> None:
        raise RuntimeError("the secret path")

    monkeypatch.setattr("web.pages.check_pattern", break_down)
    with open_client(SETTINGS, StuckWorker) as client:
        answer = client.post("/v1/read", content=b"x")
    assert (answer.status_code, answer.json()["title"]) == (500, "The reader broke")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
