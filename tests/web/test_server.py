"""The server as it stands on a machine: slow clients, many clients, clients that leave, and its own end."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
import wsproto
from serving import PATIENCE, measure_memory, wait_until

from web.server import describe
from web.settings import Settings

ROOT = Path(__file__).parents[2]


def dial(server: str) -> socket.socket:
    """Open a connection."""
    parts = urlsplit(server)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def hear(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    heard = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65_536):
            heard += part
    return heard


def count(server: str, name: str) -> float:
    """Return a counter of the server's."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", httpx.get(f"{server}/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_header_that_drips_is_cut_off(server: str) -> None:
    with dial(server) as connection:
        connection.sendall(b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < PATIENCE:
                connection.sendall(b"X: y\r\n")
                time.sleep(0.1)
        assert hear(connection) == b""
    assert time.monotonic() - began < PATIENCE


def test_a_body_that_drips_is_told_so(server: str) -> None:
    with dial(server) as connection:
        head = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n"
        connection.sendall(head + b"x")
        heard = hear(connection)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in heard


def test_a_body_without_a_length_is_bounded(server: str) -> None:
    with dial(server) as connection:
        head = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
        for _ in range(40):
            connection.sendall(chunk)
        connection.sendall(b"0\r\n\r\n")
        heard = connection.recv(65_536)
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_a_thousand_connections_leave_room_for_the_next(server: str, note: bytes) -> None:
    connections = []
    before = measure_memory()
    try:
        for _ in range(1_000):
            with contextlib.suppress(OSError):
                connections.append(dial(server))
        assert httpx.get(f"{server}/healthz", timeout=PATIENCE).status_code == 200
        answer = httpx.post(f"{server}/v1/read", content=note, headers={"Content-Type": "image/png"}, timeout=PATIENCE)
        assert answer.status_code == 200
    finally:
        for connection in connections:
            connection.close()
    assert len(connections) > 900
    assert measure_memory() < before + 100_000_000


def test_what_is_no_http_is_refused(server: str) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"hello\r\n\r\n", b"\0" * 70_000):
        with dial(server) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(garbage)
            assert hear(connection)[:13] in (b"HTTP/1.1 400 ", b"")
    assert httpx.get(f"{server}/healthz").status_code == 200


def test_a_client_that_leaves_is_counted_and_costs_no_other(server: str, note: bytes) -> None:
    before = count(server, "digitlens_broken_off_total")
    head = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n"
    for _ in range(3):
        with dial(server) as connection:
            connection.sendall(head % len(note) + note)
    wait_until(lambda: count(server, "digitlens_broken_off_total") > before, "it is counted")
    answer = httpx.post(f"{server}/v1/read", content=note, headers={"Content-Type": "image/png"}, timeout=PATIENCE)
    assert answer.status_code == 200


def test_counters_count(server: str, note: bytes) -> None:
    name = 'digitlens_requests_total{method="POST",route="/v1/read",status="200"}'
    pages, before = count(server, 'digitlens_pages_total{outcome="read"}'), count(server, name)
    httpx.post(f"{server}/v1/read", content=note, headers={"Content-Type": "image/png"}, timeout=PATIENCE)
    httpx.request("BREW", f"{server}/pot/of/coffee")
    assert count(server, name) == before + 1
    assert count(server, 'digitlens_pages_total{outcome="read"}') == pages + 1
    assert count(server, 'digitlens_requests_total{method="other",route="other",status="404"}') >= 1
    text = httpx.get(f"{server}/metrics").text
    assert "digitlens_reading_seconds_count" in text
    assert "coffee" not in text


@pytest.mark.parametrize("garbage", [b"\xff" * 500, b"\x82\x7f" + b"\x7f" * 500, bytes(500), b"GET / HTTP/1.1\r\n\r\n"])
def test_a_camera_that_sends_garbage_costs_only_itself(server: str, garbage: bytes) -> None:
    wait_until(lambda: count(server, "digitlens_cameras") == 0, "the place is free")
    with dial(server) as connection:
        camera = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        connection.sendall(camera.send(wsproto.events.Request(host=urlsplit(server).netloc, target="/v1/live")))
        assert connection.recv(12) == b"HTTP/1.1 101"
        with contextlib.suppress(ConnectionError):
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
        hear(connection)
    wait_until(lambda: count(server, "digitlens_cameras") == 0, "it has gone")


@contextlib.contextmanager
def start(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `python -m web` on a free port. Yields the process, and its address once it reads."""
    command = [sys.executable, "-m", "web", "--port", "0", "--jobs", "1", "--cameras", "0", *words]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://[\d.]+:\d+", process.stderr.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


def is_up(base: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{base}/readyz").status_code == 200
    return False


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_it_finishes_what_it_has_begun_and_leaves_nothing_behind(note: bytes) -> None:
    with start() as (process, base):
        wait_until(lambda: is_up(base), "the server is ready")
        with dial(base) as connection:
            head = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n"
            connection.sendall(head % len(note) + note[:-10])
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            wait_until(lambda: not is_up(base), "nobody is let in any more")
            connection.sendall(note[-10:])
            heard = hear(connection)
        assert heard.startswith(b"HTTP/1.1 200 ")
        assert json.loads(heard.split(b"\r\n\r\n", 1)[1])["readings"][0]["lines"][0]["text"] == "27"
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err) == (130, "", "")


def test_why_it_cannot_start_is_said_in_one_sentence(tmp_path: Path) -> None:
    with start("--templates", str(tmp_path)) as (process, _):
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert err.startswith(f"digits-web: {tmp_path}: there is no template; expected a folder with files such as")
        assert len(err.splitlines()) == 1


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = subprocess.run(
            [sys.executable, "-m", "web", "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
    assert ran.returncode == 1
    assert ran.stderr == (
        f"digits-web: 127.0.0.1 port {port} cannot be listened on (Address already in use). Give another --port, or an "
        "address of this machine as --host.\n"
    )


def test_a_server_that_is_open_to_all_says_so_loudly() -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert len(describe(Settings(host=host), 8000)) == 1
    open_to_all = describe(Settings(host="0.0.0.0"), 8000)
    assert open_to_all[1].startswith("WARNING: anybody who reaches 0.0.0.0 may use it.")
    locked = describe(Settings(host="::", token="secret secret secret"), 8000)
    assert locked == ["http://[::]:8000/?token=TOKEN is open; Ctrl-C ends it."]
