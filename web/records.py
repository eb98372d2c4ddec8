"""Answers as they are sent: the line format, with what was asked for beside it."""

import base64
import json
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
from model.data import NOT_A_DIGIT
from scanner.batch import Scanned
from scanner.output import to_text_lines
from scanner.reading import DECIMALS, REFUSED, Digit, Reading, as_record
from scanner.stages import Agreed, Stage
from scanner.tables import Status, judge
from web.orders import Fault, Form, Part, Wish

PICTURE_SIDE = 2000
"""Longer side of the picture that goes back, in pixels, at most: what a large screen shows."""

JPEG_QUALITY = 85
"""Of that picture: strokes keep their edges, and a page takes 300 kB."""


class ScoreKeeper:
    """Watches how a page is read, and keeps what the network says of each digit."""

    def __init__(self) -> None:
        self._scores: list[list[tuple[float, ...]]] = []

    def observe(self, stage: Stage) -> None:
        """Take note of the digits that were chosen."""
        if isinstance(stage, Agreed):
            self._scores = [[found.guess.scores for found in row.found] for row in stage.rows]

    def forget(self) -> None:
        """Begin with another page."""
        self._scores = []

    def get_scores(self, line: int, place: int, digit: Digit) -> list[float]:
        """Return the ten scores of a digit, 0..1, in the digits' order.

        They are the network's. Where a template or rules chose the digit, only what it may be is known, the rest is 0.
        """
        if self._scores:
            return [round(score, DECIMALS) for score in self._scores[line][place][:NOT_A_DIGIT]]
        named = dict(digit.alternatives)
        if digit.text != REFUSED:
            named[digit.text] = digit.confidence
        return [round(named.get(str(label), 0.0), DECIMALS) for label in range(NOT_A_DIGIT)]


def to_page_part(page: Scanned, wish: Wish, scores: ScoreKeeper) -> Part:
    """Return a page that was read as it is sent."""
    if wish.form is Form.TEXT:
        return Part("".join(f"{line}\n" for line in to_text_lines(page, named=False, marks=wish.marks)))
    reading = page.reading
    record = as_record(reading)
    if wish.scores:
        _add_scores(record, reading, scores)
    if wish.accept is not None:
        _add_verdicts(record, reading, wish.accept)
    if wish.picture and page.page is not None:
        record["picture"] = to_data_url(page.page.image)
    return Part(json.dumps(record))


def to_error_part(source: str, fault: Fault) -> Part:
    """Return a page or a file that was not read as it is sent."""
    return Part(json.dumps({"source": source, "error": fault.detail}), fault)


def _add_scores(record: dict[str, Any], reading: Reading, scores: ScoreKeeper) -> None:
    for i, line in enumerate(reading.lines):
        for k, digit in enumerate(line.digits):
            record["lines"][i]["digits"][k]["scores"] = scores.get_scores(i, k, digit)


def _add_verdicts(record: dict[str, Any], reading: Reading, accept: float) -> None:
    for i, line in enumerate(reading.lines):
        record["lines"][i]["accepted"] = judge(line, accept) == Status.ACCEPTED
    for field in reading.fields:
        record["fields"][field.name]["accepted"] = judge(field, accept) == Status.ACCEPTED


def to_data_url(image: NDArray[np.uint8]) -> str:
    """Return a picture as an address that holds it. image: (H, W, 3) BGR or (H, W) grey, uint8."""
    scale = PICTURE_SIDE / max(image.shape[:2])
    if scale < 1:
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def to_guess(guess: Guess, reject_below: float) -> dict[str, Any]:
    """Return what one glyph may be, as it is sent."""
    *scores, none = (round(score, DECIMALS) for score in guess.scores)
    text = "" if guess.label is None else str(guess.label) if guess.confidence >= reject_below else REFUSED
    return {"text": text, "confidence": round(guess.confidence, DECIMALS), "scores": scores, "none": none}
