"""POST /v1/read: what digits-scan prints, from whatever is sent."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawing import draw_page, encode, encode_pages
from pdfs import encode_pdf
from PIL import Image
from starlette.testclient import TestClient

from model.classifier import Classifier
from scanner.__main__ import main
from scanner.page import decode_pages
from scanner.pipeline import ONCE, Options, read
from web.orders import Form
from web.pages import choose_form
from web.schema import Readings

SAMPLES = Path(__file__).parents[2] / "samples"

PNG = {"Content-Type": "image/png"}


def post(client: TestClient, data: bytes, words: str = "", **headers: str) -> Any:
    """Send one file as the body. Returns the JSON of the answer."""
    answer = client.post(f"/v1/read?{words}", content=data, headers={**PNG, **headers})
    assert answer.status_code == 200, answer.text
    return answer.json()


def list_texts(answer: Any) -> list[list[str]]:
    return [[line["text"] for line in reading["lines"]] for reading in answer["readings"]]


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG; q=1", "application/pdf", "application/octet-stream", ""])
def test_a_body_is_read_whatever_it_is_called(client: TestClient, note: bytes, kind: str) -> None:
    answer = client.post("/v1/read", content=note, headers={"Content-Type": kind})
    assert list_texts(answer.json()) == [["27", "490"]]
    Readings.model_validate(answer.json())


@pytest.mark.parametrize("name", ["note.jpg", "forms/applications/scan.pdf", "board.jpg"])
def test_lines_are_those_of_digits_scan_but_for_the_source(
    client: TestClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(SAMPLES / name), "--format", "jsonl"]) == 0
    printed = [{**json.loads(line), "source": "upload"} for line in capsys.readouterr().out.splitlines()]
    answer = client.post("/v1/read", content=(SAMPLES / name).read_bytes(), headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == printed
    assert all(
        list(json.loads(line)) == list(here) for line, here in zip(answer.text.splitlines(), printed, strict=True)
    )


def test_several_files_come_in_their_order_and_under_no_names(client: TestClient, note: bytes) -> None:
    other = encode(draw_page(["31"], np.random.default_rng(2)), "JPEG")
    files = [("files", ("../../secret name.png", note)), ("files", ("b.jpg", other)), ("files", ("c", b"no image"))]
    answer = client.post("/v1/read", files=files)
    readings = answer.json()["readings"]
    assert [reading["source"] for reading in readings] == ["upload", "upload 2", "upload 3"]
    assert list_texts({"readings": readings[:2]}) == [["27", "490"], ["31"]]
    assert set(readings[2]) == {"source", "error"}
    assert readings[2]["error"].startswith("upload 3: this is no image")
    assert "secret" not in answer.text


def test_other_parts_of_a_form_are_left_out(client: TestClient, note: bytes) -> None:
    answer = client.post("/v1/read", files={"other": b"x", "files": note}, data={"comment": "hello"})
    assert len(answer.json()["readings"]) == 1
    answer = client.post("/v1/read", files={"other": b"x"})
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "There is no file in the form. Name its parts `files`.",
    )


def test_scores_are_the_networks(client: TestClient, note: bytes) -> None:
    plain = post(client, note)
    scored = post(client, note, "scores=1")
    digits = [digit for line in scored["readings"][0]["lines"] for digit in line["digits"]]
    for digit in digits:
        scores = digit.pop("scores")
        assert len(scores) == 10
        assert 0.5 < sum(scores) <= 1.001
        assert int(np.argmax(scores)) == int(digit["text"])
        assert [scores[int(text)] for text, _ in digit["alternatives"]] == [share for _, share in digit["alternatives"]]
    assert scored == plain


def test_a_page_is_looked_at_once_where_that_is_asked_for(client: TestClient, note: bytes) -> None:
    (page,) = decode_pages(note, "upload")
    for query, options in (("", Options()), ("again=0", ONCE)):
        lines = post(client, note, query)["readings"][0]["lines"]
        expected = [round(line.confidence, 4) for line in read(page, Classifier(), options).lines]
        assert [line["confidence"] for line in lines] == expected


def test_scores_of_a_page_before_are_not_those_of_the_next(client: TestClient, note: bytes) -> None:
    post(client, note, "scores=1")
    ruled = post(client, encode(draw_page(["31"], np.random.default_rng(2)), "PNG"), "scores=1&length=2")
    for digit in ruled["readings"][0]["lines"][0]["digits"]:
        assert digit["scores"][int(digit["text"])] == digit["confidence"]


def test_the_picture_is_the_page_as_it_was_turned(client: TestClient) -> None:
    page = np.full((300, 2500, 3), 255, np.uint8)
    page[:, :1250] = (200, 0, 0)
    turned = encode(page, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
    (reading,) = post(client, turned, "picture=1")["readings"]
    assert (reading["width"], reading["height"]) == (300, 2500)
    kind, _, data = reading["picture"].partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (kind, picture.size) == ("data:image/jpeg;base64", (240, 2000))
    red, _, blue = picture.convert("RGB").getpixel((120, 100))
    assert red > 180 > 60 > blue, "the upper half is red"


def test_strings_that_may_be_accepted_are_told(client: TestClient, note: bytes) -> None:
    for share, accepted in (("0.1", True), ("0.9999", False)):
        lines = post(client, note, f"accept={share}")["readings"][0]["lines"]
        assert [line["accepted"] for line in lines] == [accepted, accepted]
    assert "accepted" not in post(client, note)["readings"][0]["lines"][0]


def test_rules_leave_out_what_does_not_obey(client: TestClient, note: bytes) -> None:
    assert list_texts(post(client, note, "length=3")) == [["490"]]
    assert list_texts(post(client, note, "length=2-3")) == [["27", "490"]]
    assert list_texts(post(client, note, "pattern=2[0-9]")) == [["27"]]


def test_a_form_is_read_by_its_template(client: TestClient) -> None:
    cheque = (SAMPLES / "forms/cheques/cheque-4.jpg").read_bytes()
    (reading,) = post(client, cheque, "template=cheque&template=application&accept=0.5")["readings"]
    assert reading["template"] == "cheque"
    assert reading["fields"]["amount"]["value"] == "120.60"
    assert reading["fields"]["amount"]["accepted"] is True
    Readings.model_validate({"readings": [reading], "more": False})
    answer = client.post("/v1/read?template=cheque", content=cheque, headers={"Accept": "text/plain"})
    assert "amount: 120.60\n" in answer.text


def test_text_is_the_strings_alone_with_marks_where_they_are_wanted(client: TestClient) -> None:
    cheque = (SAMPLES / "cheque.jpg").read_bytes()
    text = [
        client.post(f"/v1/read{words}", content=cheque, headers={"Accept": "text/plain"}) for words in ("", "?marks=1")
    ]
    assert [each.headers["content-type"] for each in text] == ["text/plain; charset=utf-8"] * 2
    assert text[0].text == "182500\n"
    assert sum(sign.isdigit() for sign in text[1].text) == 6


@pytest.mark.parametrize("make", [encode_pages, lambda pages: encode_pdf(*pages)], ids=["tiff", "pdf"])
def test_pages_are_chosen(client: TestClient, make: Any) -> None:
    data = make([draw_page([text], np.random.default_rng(3)) for text in ("14", "25", "36")])
    whole = post(client, data)
    assert (list_texts(whole), whole["more"]) == ([["14"], ["25"], ["36"]], False)
    two = post(client, data, "first=2&pages=1")
    assert (list_texts(two), two["more"], two["readings"][0]["page"]) == ([["25"]], True, 2)
    assert post(client, data, "first=9") == {"readings": [], "more": False}
    (first,) = client.post("/v1/read?pages=1", files=[("files", data), ("files", data)]).json()["readings"]
    assert first["source"] == "upload"


def test_a_page_is_brought_upright_unless_that_is_not_wanted(client: TestClient) -> None:
    rows = ["27183", "64952"]
    data = encode(np.ascontiguousarray(np.rot90(draw_page(rows, np.random.default_rng(3)), 2)), "PNG")
    assert list_texts(post(client, data)) == [rows]
    assert list_texts(post(client, data, "straighten=0")) != [rows]


def test_pages_before_a_damaged_one_are_kept(client: TestClient) -> None:
    data = encode_pages([draw_page(["14"], np.random.default_rng(3))] * 2)
    first, second = post(client, data[:-500])["readings"]
    assert first["lines"][0]["text"] == "14"
    assert "damaged" in second["error"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("accept=2", "accept: Input should be less than or equal to 1"),
        ("length=0", "length: expected a number from 1 to 100"),
        ("length=7-3", "length: expected"),
        ("length=x", "length: String should match"),
        ("pattern=((", "is no regular expression"),
        ("pattern=" + "9" * 300, "pattern: String should have at most 200 characters"),
        ("template=none", "there is none called 'none'. This server has: application, cheque."),
        ("template=cheque&length=3", "go without a template"),
        ("first=0", "first: Input should be greater than or equal to 1"),
        ("dpi=5", "dpi: Input should be greater than or equal to 72"),
    ],
)
def test_words_that_do_not_fit_are_explained(client: TestClient, note: bytes, words: str, sentence: str) -> None:
    answer = client.post(f"/v1/read?{words}", content=note)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert set(problem) == {"type", "title", "status", "detail"}
    assert sentence in problem["detail"]


def test_a_page_that_is_no_form_names_no_path_of_the_server(client: TestClient, note: bytes) -> None:
    answer = client.post("/v1/read?template=cheque", content=note)
    assert answer.status_code == 422
    assert "is no form of cheque" in answer.json()["detail"]
    assert "/" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("text/html, application/x-ndjson;q=0.9", Form.LINES),
        ("application/jsonl", Form.LINES),
        ("text/plain, application/json", Form.TEXT),
        ("application/json, text/plain", Form.JSON),
    ],
)
def test_the_answer_has_the_form_that_is_asked_for(accept: str, form: Form) -> None:
    assert choose_form(accept) is form
