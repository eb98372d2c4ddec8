"""The way that rows and rules run is found, and nothing where there are none."""

import cv2
import numpy as np
import pytest
from drawing import PAPER, draw_paragraph
from numpy.typing import NDArray

from scanner.slopes import SIDE, Slope, find_slopes, shrink

Picture = NDArray[np.uint8]


def turn(picture: Picture, degrees: float) -> Picture:
    """Turn a picture with the clock about its centre, over paper."""
    height, width = picture.shape
    move = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turned = cv2.warpAffine(picture, move, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return np.asarray(turned, np.uint8)


def draw_lines(level: Slope, upright: Slope) -> Picture:
    """Draw a ruled page whose lines run so."""
    page = np.full((450, 600), PAPER, np.uint8)

    def place(x: float, y: float) -> tuple[int, int]:
        return round(16 * (300 + 300 * x)), round(16 * (225 + 300 * y))

    for c in np.linspace(-0.6, 0.6, 9):
        ends = [(x, c + (level.slope + level.converging * c) * x) for x in (-0.8, 0.8)]
        cv2.line(page, place(*ends[0]), place(*ends[1]), 60, 2, cv2.LINE_AA, 4)
    for c in np.linspace(-0.8, 0.8, 7):
        ends = [(c + (upright.slope + upright.converging * c) * y, y) for y in (-0.6, 0.6)]
        cv2.line(page, place(*ends[0]), place(*ends[1]), 60, 2, cv2.LINE_AA, 4)
    return page


@pytest.mark.parametrize("degrees", [-15, -7, 0, 4, 15])
def test_rows_of_writing_tell_their_slope(degrees: float, rng: np.random.Generator) -> None:
    rows = draw_paragraph(["0123456789", "3141592653", "2718281828", "1414213562"], rng)
    page = turn(np.pad(rows, 80, constant_values=PAPER), degrees)
    level, _ = find_slopes(shrink(page))
    assert np.degrees(np.arctan(level.slope)) == pytest.approx(degrees, abs=1.2)
    assert level.evidence > 1.4


@pytest.mark.parametrize("slope", [-0.25, 0.0, 0.12])
@pytest.mark.parametrize("converging", [-0.2, 0.0, 0.15])
def test_rules_tell_how_they_converge(slope: float, converging: float) -> None:
    drawn = Slope(slope, converging, 1), Slope(-slope, -converging / 2, 1)
    for found, true in zip(find_slopes(draw_lines(*drawn)), drawn, strict=True):
        assert found.slope == pytest.approx(true.slope, abs=0.01)
        assert found.converging == pytest.approx(true.converging, abs=0.03)
        assert found.evidence > 2.5


def test_nothing_is_known_of_empty_paper_and_little_of_noise(rng: np.random.Generator) -> None:
    blank = np.full((450, 600), PAPER, np.uint8)
    assert [lines.evidence for lines in find_slopes(blank)] == [1, 1]
    noise = rng.integers(0, 256, (450, 600)).astype(np.uint8)
    assert max(lines.evidence for lines in find_slopes(noise)) < 1.3


def test_only_lines_inside_a_sheet_count() -> None:
    page = draw_lines(Slope(0.2, 0, 1), Slope(-0.2, 0, 1))
    page[:90], page[-90:] = PAPER, PAPER
    page[60:64], page[-64:-60] = 40, 40  # two long level edges outside
    sheet = np.array([[0, 95], [600, 95], [600, 355], [0, 355]], np.float64)
    level, _ = find_slopes(page, sheet)
    assert level.slope == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (1400, 2000), (599, 350)])
def test_any_picture_becomes_small(shape: tuple[int, int]) -> None:
    small = shrink(np.full(shape, PAPER, np.uint8))
    assert max(small.shape) <= 1.5 * SIDE
    assert (small == PAPER).all()
    assert len(find_slopes(small)) == 2
