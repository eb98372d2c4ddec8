"""A proposal finds the frames that were drawn, and is a template."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import APPLICATION, CHEQUE
from drawnforms import FRAMES, Blank
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.clean import to_grey
from scanner.form import load_form
from scanner.page import Box
from scanner.proposal import Proposed, find_fields, to_toml
from scanner.template import Kind

NEAR = 6
"""A frame's inside and its middle line differ by less than this, in pixels."""


def is_near(one: Box, other: Box) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one.as_list(), other.as_list(), strict=True))


@pytest.mark.parametrize("blank", [CHEQUE, APPLICATION], ids=lambda blank: blank.name)
def test_every_frame_and_comb_is_found_and_nothing_else(blank: Blank) -> None:
    found = find_fields(to_grey(blank.picture))
    for frame in FRAMES[blank.name].values():
        box = Box(frame.x, frame.y, frame.width, frame.height)
        assert any(is_near(field.box, box) and field.boxes == frame.boxes for field in found), frame
    boxes = [field for field in found if field.is_checkbox]
    assert len(boxes) == (2 if blank is APPLICATION else 0)
    assert len(found) == len(FRAMES[blank.name]) + len(boxes)


def test_a_proposal_is_a_template(tmp_path: Path) -> None:
    APPLICATION.save(tmp_path)
    path = tmp_path / "proposed.toml"
    path.write_text(to_toml(find_fields(to_grey(APPLICATION.picture)), "application.png"), encoding="utf-8")
    (page,) = load_form(str(path)).pages
    assert [name for name, _ in page.fields] == [f"field{k}" for k in range(1, 12)]
    assert [field.boxes for _, field in page.fields][:6] == [8, 10, 16, 5, 12, 2]
    assert [field.kind for _, field in page.fields][-2:] == [Kind.CHECKBOX, Kind.CHECKBOX]
    tops = [field.box.y for _, field in page.fields]
    assert tops == sorted(tops), "from top to bottom"


@settings(max_examples=15)
@given(st.integers(2, 12), st.integers(30, 60), st.integers(0, 6), st.integers(2, 3))
def test_combs_of_any_size_are_found(count: int, side: int, gap: int, line: int) -> None:
    paper = np.full((700, 1000), 250, np.uint8)
    for i in range(count):
        x = 80 + i * (side + gap)
        cv2.rectangle(paper, (x, 200), (x + side, 200 + side), 40, line)
    (field,) = find_fields(paper)
    assert (field.boxes, field.is_checkbox) == (count, False)
    pitch = field.box.width / count
    for i in range(count):
        assert abs(field.box.x + (i + 0.5) * pitch - (80 + i * (side + gap) + side / 2)) < 0.15 * side


def test_an_empty_sheet_proposes_nothing() -> None:
    assert find_fields(np.full((300, 200), 240, np.uint8)) == []


def test_names_with_quotes_and_backslashes_are_kept(tmp_path: Path) -> None:
    text = to_toml([Proposed(Box(1, 2, 30, 40), 3)], 'my\\"form".png')
    assert 'blank = "my/\\"form\\".png"' in text
