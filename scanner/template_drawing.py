"""Draws a template's fields: on its blanks, or where they lie on a filled form."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.annotate import Chip, Colour, draw_chip
from scanner.clean import to_grey
from scanner.errors import OutputError, TemplateError, UnlikeTemplateError
from scanner.form import Form, FormPage, load_form
from scanner.page import Page, open_pages
from scanner.proposal import draw_lines
from scanner.registration import Homography, register, to_quad
from scanner.template import Kind
from scanner.view import View
from scanner.whole import write_whole

FIELD: Colour = (178, 114, 0)
"""Blue: a field that is read."""

IGNORED: Colour = (130, 130, 130)
"""Grey: a check box, which is not."""

Corner = NDArray[np.float64]
"""x and y of a field's corner in the picture, in pixels."""

TYPE_SHARE = 75
"""The longer side of a picture is this many times the size of the type in it."""


def draw_template(path: str, image: str | None, output: Path | None) -> Path:
    """Draw a template's fields on its blanks, or on a filled form, and return where. Raises DigitlensError.

    The pages of a form stand below one another.
    """
    form = load_form(path)
    pictures = _draw_blanks(form) if image is None else [_draw_filled(form, page) for page in open_pages(image)]
    width = max(picture.shape[1] for picture in pictures)
    padded = [
        cv2.copyMakeBorder(picture, 0, 0, 0, width - picture.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255))
        for picture in pictures
    ]
    output = output or Path(path).with_suffix(".show.png")
    try:
        done, data = cv2.imencode(output.suffix or ".png", np.vstack(padded))
    except cv2.error as error:
        raise OutputError(f"{output}: no picture is written under this name; expected .png or .jpg.") from error
    assert done, "OpenCV raises what it cannot write"
    write_whole(output, data.tobytes())
    return output


def _draw_blanks(form: Form) -> list[NDArray[np.uint8]]:
    pictures = []
    for page in form.pages:
        if page.blank is None:
            raise TemplateError(
                f"{form.source}: page {page.number} has no blank to draw on. Name a filled form: "
                f"digits-scan template show {form.source} IMAGE"
            )
        pictures.append(_draw(np.asarray(cv2.cvtColor(page.blank, cv2.COLOR_GRAY2BGR), np.uint8), page, np.eye(3)))
    return pictures


def _draw_filled(form: Form, page: Page) -> NDArray[np.uint8]:
    """Return a filled page with the fields where they lie on it. Raises UnlikeTemplateError."""
    grey = to_grey(page.image)
    view = View(grey)
    found = [(spec, place) for spec in form.pages if (place := register(view, spec)) is not None]
    if not found:
        raise UnlikeTemplateError(f"{page.source}: page {page.number} is no form of {form.source}; nothing is drawn.")
    spec, place = max(found, key=lambda each: each[1].likeness)
    colour = page.image if page.image.ndim == 3 else cv2.cvtColor(page.image, cv2.COLOR_GRAY2BGR)
    return _draw(np.array(colour, np.uint8), spec, place.homography)


def _draw(picture: NDArray[np.uint8], page: FormPage, homography: Homography) -> NDArray[np.uint8]:
    """Draw the fields of a page, in place, and return the picture."""
    size = max(12, max(picture.shape[:2]) // TYPE_SHARE)
    stroke = max(1, size // 8)
    for name, field in page.fields:
        colour = IGNORED if field.kind is Kind.CHECKBOX else FIELD
        quad = to_quad(field.box, homography)
        lines = [np.vstack([quad, quad[:1]]), *(draw_lines(quad, field.boxes) if field.boxes else [])]
        for line in lines:
            cv2.polylines(picture, [np.round(line * 8).astype(np.int32)], False, colour, stroke, cv2.LINE_AA, 3)
        chip = Chip(name if field.kind in (Kind.DIGITS, name) else f"{name}: {field.kind}", size, colour)
        _draw_over_right_end(picture, chip, quad[0], quad[1])
    return picture


def _draw_over_right_end(picture: NDArray[np.uint8], chip: Chip, left: Corner, right: Corner) -> None:
    """Draw a field's name upon the right end of its upper edge, in place: over the left end forms print captions."""
    share = min(1.0, chip.width / max(float(right[0] - left[0]), 1.0))
    top = min(right[1], right[1] + share * (left[1] - right[1]))  # of that end, where the field lies askew
    draw_chip(picture, chip, round(float(right[0])) - chip.width, round(float(top)) - 1)
