"""A page is laid upright: what is on it stands where the blank has it, and leads back to the picture."""

import cv2
import numpy as np
import pytest
from blankforms import tilt
from hypothesis import given
from hypothesis import strategies as st

from scanner.form import FormPage
from scanner.ink import Binarisation, Taking
from scanner.page import Box
from scanner.pipeline import Options
from scanner.registration import to_picture_box, to_quad
from scanner.template import FieldSpec, PageSpec
from scanner.upright import Upright, choose_scale, cut_regions, find_print, lay_upright

FIELD = FieldSpec.model_validate({"box": [300, 200, 240, 60]})


def make_page(blank: np.ndarray | None) -> FormPage:
    spec = PageSpec.model_validate({"width": 900, "height": 600, "anchors": "none"})
    return FormPage(spec, 1, 900, 600, blank, (("a", FIELD),))


OTHERWISE = Taking(Binarisation.OTSU)


def _check_retake(upright: Upright, box: Box) -> None:
    """Ink that is taken otherwise is other ink of the same strokes, however much smoothing is asked for."""
    cut = np.s_[box.y : box.bottom, box.x : box.right]
    usual, smooth = upright.ink.mask[cut], upright.retake(Taking(blur=50.0)).mask[cut]
    assert not np.array_equal(usual, smooth)
    assert np.count_nonzero(usual & smooth) > 0.7 * np.count_nonzero(usual)


@given(st.integers(16, 20_000), st.integers(16, 20_000), st.integers(1, 500))
def test_an_upright_page_has_a_size_that_is_read(width: int, height: int, low: int) -> None:
    field = FieldSpec.model_validate({"box": [0, 0, 50, low]})
    longer = choose_scale(width, height, (("a", field),)) * max(width, height)
    assert longer + 0.001 >= 900
    assert longer <= 2000.001


@pytest.mark.parametrize("zoom", [0.7, 1.0, 3.0])
@pytest.mark.parametrize("has_blank", [True, False])
def test_what_stands_in_a_field_is_found_there(zoom: float, has_blank: bool) -> None:
    blank = np.full((600, 900), 240, np.uint8)
    cv2.rectangle(blank, (300, 200), (540, 260), 60, 2)
    cv2.putText(blank, "HEADING", (80, 90), cv2.FONT_HERSHEY_SIMPLEX, 2, 60, 4)
    filled = blank.copy()
    cv2.line(filled, (420, 210), (420, 250), 40, 6)
    view = np.diag([zoom, zoom, 1.0]) @ tilt(900, 600, 9, 0.03, np.random.default_rng(2))
    picture = cv2.warpPerspective(filled, view, (round(900 * zoom), round(600 * zoom)), borderValue=240)
    page = make_page(blank if has_blank else None)
    print_ = find_print(page, Options())
    upright = lay_upright(np.asarray(picture, np.uint8), page, view, print_, Options())
    (place,) = upright.places
    scale = upright.ink.mask.shape[1] / 900
    cut = upright.ink.mask[place.box.y : place.box.bottom, place.box.x : place.box.right]
    rows, columns = np.nonzero(cut)
    assert abs(columns.mean() / scale - 120) < 3
    assert np.ptp(rows) / scale == pytest.approx(46, abs=8)
    assert np.count_nonzero(cut[:, : round(100 * scale)]) < 0.02 * cut.size, "the frame is gone"
    _check_retake(upright, place.box)
    again = upright.retake(OTHERWISE).mask[place.box.y : place.box.bottom, place.box.x : place.box.right]
    assert np.count_nonzero(again[:, : round(100 * scale)]) < 0.02 * again.size, "the frame is gone in other looks, too"
    box = to_picture_box(place.box, upright.to_picture, *picture.shape[::-1])
    quad = to_quad(FIELD.box, view)
    assert abs(box.x - quad[:, 0].min()) <= 3
    assert abs(box.bottom - quad[:, 1].max()) <= 3


def test_regions_are_cut_with_some_paper_around(rng: np.random.Generator) -> None:
    grey = np.full((400, 1000), 235, np.uint8)
    cv2.line(grey, (620, 120), (620, 170), 30, 7)
    fields = (("a", FieldSpec.model_validate({"box": [580, 100, 100, 90]})),)
    upright = cut_regions(grey, fields, Options())
    (place,) = upright.places
    assert upright.ink.mask.shape[1] / upright.ink.placement.scale < 250, "the rest of the page is not looked at"
    found = to_picture_box(place.box, upright.to_picture, 1000, 400)
    assert all(abs(a - b) <= 1 for a, b in zip(found.as_list(), [580, 100, 100, 90], strict=True))
    rows, columns = np.nonzero(upright.ink.mask)
    (quad,) = cv2.perspectiveTransform(np.array([[(columns.mean(), rows.mean())]]), upright.to_picture)
    assert quad[0] == pytest.approx([620, 145], abs=3)
    assert Box(1, 1, 1, 1) not in upright.places
    _check_retake(upright, place.box)


def test_walls_of_printed_frames_are_left_out_in_every_look() -> None:
    """Hairlines beside strokes of a pen; nobody told of a frame."""
    grey = np.full((200, 600), 235, np.uint8)
    for x in (150, 350):
        cv2.ellipse(grey, (x, 100), (24, 40), 0, 0, 360, 30, 9)
    cv2.line(grey, (250, 60), (250, 140), 30, 2)
    upright = cut_regions(grey, (("a", FieldSpec.model_validate({"box": [60, 40, 480, 120]})),), Options())
    scale, left = upright.ink.placement.scale, upright.to_picture[0, 2]
    wall = round((250 - left) * scale)
    for ink in (upright.ink, upright.retake(OTHERWISE)):
        assert not ink.mask[:, wall - 4 : wall + 5].any()
        assert ink.mask.any()


def test_what_lies_on_a_frame_is_print_in_every_look() -> None:
    """Without a blank, all that lies where a field's frame may be was printed there."""
    picture = np.full((600, 900), 240, np.uint8)
    cv2.rectangle(picture, (350, 196), (372, 204), 40, -1)  # on the upper line of the frame
    cv2.line(picture, (420, 210), (420, 250), 40, 6)
    page = make_page(None)
    upright = lay_upright(picture, page, np.eye(3), find_print(page, Options()), Options())
    scale = upright.ink.mask.shape[1] / 900
    for ink in (upright.ink, upright.retake(OTHERWISE)):
        assert not ink.mask[:, : round(400 * scale)].any()
        assert ink.mask[:, round(400 * scale) :].any()
