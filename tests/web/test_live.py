"""WS /v1/live: the newest frame is looked at, and what is settled comes back."""

import asyncio
import json
import time
from typing import Any

import numpy as np
import pytest
from drawing import draw_page, encode
from serving import PATIENCE, SETTINGS, StuckWorker, open_client, wait_until
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from web.live import MOST_BAD, Newest


@pytest.fixture(scope="module")
def frame() -> bytes:
    """A JPEG of a page with 27 on it."""
    return encode(draw_page(["27"], np.random.default_rng(5), height=96, margin=70), "JPEG")


def look(socket: Any, data: bytes) -> Any:
    socket.send_bytes(data)
    return json.loads(socket.receive_text())


def show_until_settled(socket: Any, frame: bytes) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = look(socket, frame)
        if answer["lines"]:
            return answer
        time.sleep(0.05)
    raise AssertionError("nothing settled")


def test_labels_settle_and_hold(client: TestClient, frame: bytes) -> None:
    with client.websocket_connect("ws://localhost/v1/live", headers={"Origin": "http://localhost"}) as socket:
        answer = show_until_settled(socket, frame)
        assert answer["settled"] == ["27"]
        (line,) = answer["lines"]
        assert (line["text"], [digit["text"] for digit in line["digits"]]) == ("27", ["2", "7"])
        assert all(digit["settled"] for digit in line["digits"])
        x, y, width, height = line["box"]
        assert 0 <= x < x + width <= answer["width"] == 284
        assert 0 <= y < y + height <= answer["height"] == 236
        assert answer["age_ms"] > 0
        dark = look(socket, encode(np.full((236, 282), 5, np.uint8), "PNG"))
        assert dark["hints"] == ["The picture is too dark. More light on the page helps."]
        assert dark["settled"] == ["27"], "as in digits-live, labels hold in the dark"
        assert dark["frame"] > answer["frame"]


def test_the_next_client_sees_nothing_of_the_last(client: TestClient, frame: bytes) -> None:
    with client.websocket_connect("ws://localhost/v1/live") as socket:
        show_until_settled(socket, frame)
    dark = encode(np.full((236, 282), 5, np.uint8), "PNG")
    wait_until(lambda: client.app_state["shared"].desks.taken == 0, "the place is free")
    with client.websocket_connect("ws://localhost/v1/live") as socket:
        answer = look(socket, dark)
        assert (answer["frame"], answer["settled"]) == (1, [])


def test_frames_that_are_none_are_told_and_then_too_many(client: TestClient, frame: bytes) -> None:
    wait_until(lambda: client.app_state["shared"].desks.taken == 0, "the place is free")
    with client.websocket_connect("ws://localhost/v1/live") as socket:
        for garbage in (b"", b"\xff\xd8\xff", frame[:300], b"%PDF-1.4", b"\0" * 1000, b"II*\0" + b"\xff" * 50):
            answer = look(socket, garbage)
            assert set(answer) == {"frame", "error", "age_ms"}
        assert "error" not in look(socket, frame)
        for _ in range(MOST_BAD - 1):
            assert "error" in look(socket, b"garbage")
        socket.send_bytes(b"garbage")
        problem = json.loads(socket.receive_text())
        assert (problem["status"], problem["title"]) == (422, "Cannot be read")
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive_text()
        assert caught.value.code == 1007


def test_text_is_no_frame(client: TestClient) -> None:
    wait_until(lambda: client.app_state["shared"].desks.taken == 0, "the place is free")
    with client.websocket_connect("ws://localhost/v1/live") as socket:
        socket.send_text("hello")
        assert "expected frames as binary messages" in json.loads(socket.receive_text())["detail"]
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive_text()
        assert caught.value.code == 1003


def test_only_the_newest_frame_is_looked_at() -> None:
    async def story() -> None:
        newest = Newest()
        for data in (b"1", b"2", b"3"):
            newest.put(data)
        assert (await newest.take())[:2] == (b"3", 3)
        assert newest.dropped == 2
        waiting = asyncio.create_task(newest.take())
        await asyncio.sleep(0)
        newest.put(b"4")
        assert (await waiting)[:2] == (b"4", 4)
        assert newest.dropped == 2

    asyncio.run(story())


def test_who_comes_when_all_places_are_taken_is_told() -> None:
    with (
        open_client(SETTINGS, StuckWorker) as client,
        client.websocket_connect("ws://localhost/v1/live"),
        client.websocket_connect("ws://localhost/v1/live") as socket,
    ):
        problem = json.loads(socket.receive_text())
        assert (problem["status"], problem["title"]) == (429, "Busy")
        assert "--cameras" in problem["detail"]
        with pytest.raises(WebSocketDisconnect) as caught:
            socket.receive_text()
        assert caught.value.code == 1013
