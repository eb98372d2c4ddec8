"""POST /v1/glyphs: single digits, from pictures and from numbers."""

import base64
from typing import Any

import numpy as np
import pytest
from drawing import draw_string, encode
from numpy.typing import NDArray
from starlette.testclient import TestClient

from model.glyph import normalise
from web.schema import Guesses
from web.settings import Limits


@pytest.fixture(scope="module")
def seven() -> NDArray[np.uint8]:
    """A 7, white on black."""
    return draw_string("7", np.random.default_rng(4), 80)


def post(client: TestClient, *glyphs: Any) -> Any:
    return client.post("/v1/glyphs", json={"glyphs": list(glyphs)})


def test_pictures_and_numbers_of_one_digit_give_the_same(client: TestClient, seven: NDArray[np.uint8]) -> None:
    text = base64.b64encode(encode(seven, "PNG")).decode()
    answer = post(client, text, f"data:image/png;base64,{text}", normalise(seven).tolist())
    assert answer.status_code == 200
    guesses = Guesses.model_validate(answer.json()).guesses
    assert [guess.text for guess in guesses] == ["7", "7", "7"]
    assert guesses[0] == guesses[1]
    for guess in guesses:
        assert sum(guess.scores) + guess.none == pytest.approx(1, abs=0.01)
        assert max(guess.scores) == guess.scores[7] == guess.confidence


def test_parts_of_a_form_may_be_dark_on_light(client: TestClient, seven: NDArray[np.uint8]) -> None:
    files = [("glyphs", ("a", encode(picture, "PNG"))) for picture in (seven, 255 - seven)]
    guesses = client.post("/v1/glyphs", files=files).json()["guesses"]
    assert [guess["text"] for guess in guesses] == ["7", "7"]


def test_what_is_no_digit_has_no_text(client: TestClient) -> None:
    (guess,) = post(client, [[0] * 28] * 28).json()["guesses"]
    assert guess["text"] == ""
    assert guess["confidence"] == guess["none"] > 0.8


@pytest.mark.parametrize(
    ("glyphs", "sentence"),
    [
        ([], "0 glyphs; expected 1 to 256"),
        (["%%%"], "glyph 1: this is no base64"),
        ([[[0] * 28] * 27], "glyphs.0: expected a picture in base64, or 28 rows"),
        ([[[0] * 28] * 28, [[300] * 28] * 28], "glyphs.1: expected"),
        ([7], "glyphs.0: expected"),
        ([""], "glyph 1: the file is empty"),
        ([[[0] * 28] * 28] * (Limits().max_glyphs + 1), "257 glyphs; expected 1 to 256"),
    ],
)
def test_what_does_not_fit_is_explained(client: TestClient, glyphs: list[Any], sentence: str) -> None:
    answer = post(client, *glyphs)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"glyphs": null}', "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"x", "image/png", 415),
        (b"x", "", 415),
        (b"x", "multipart/form-data", 422),
        (b"x", "multipart/form-data; boundary=x", 422),
    ],
)
def test_bodies_of_another_kind(client: TestClient, body: bytes, kind: str, status: int) -> None:
    answer = client.post("/v1/glyphs", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_picture_that_is_none_is_named(client: TestClient, seven: NDArray[np.uint8]) -> None:
    good = base64.b64encode(encode(seven, "PNG")).decode()
    answer = post(client, good, base64.b64encode(b"no picture").decode())
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith("glyph 2: this is no image")
    assert post(client, base64.b64encode(encode(seven, "PNG")[:200]).decode()).status_code == 422
    large = base64.b64encode(encode(np.zeros((2001, 2000), np.uint8), "PNG")).decode()
    assert post(client, large).status_code == 413


def test_a_bug_of_the_reader_costs_one_answer(
    client: TestClient, seven: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def break_down(_: object) -> None:
        raise ZeroDivisionError("a secret")

    with monkeypatch.context() as broken:
        broken.setattr("web.clerk.normalise", break_down)
        answer = post(client, normalise(seven).tolist())
    assert (answer.status_code, answer.json()["detail"]) == (
        500,
        "The reader broke (ZeroDivisionError). Please report it.",
    )
    assert "ZeroDivisionError" in capfd.readouterr().err
    assert post(client, normalise(seven).tolist()).status_code == 200
