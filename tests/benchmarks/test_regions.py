"""The benchmark of regions: what it counts as right."""

import numpy as np
from numpy.typing import NDArray

from bench.datasets import Sample
from bench.metrics import EVERYWHERE, Truth
from benchmarks.regions import HEAD, describe, measure
from model.classifier import StubClassifier
from scanner.page import Box, Page

LEFT, RIGHT = Box(20, 20, 160, 80), Box(220, 20, 160, 80)


def draw(*columns: int) -> NDArray[np.uint8]:
    """Draw bars at these columns."""
    image = np.full((120, 400), 255, np.uint8)
    for x in columns:
        image[40:80, x : x + 8] = 0
    return image


def make_sample(image: NDArray[np.uint8], strings: tuple[str, ...], boxes: tuple[Box, ...]) -> Sample:
    return Sample(Truth("a.png", strings, boxes, "a.png", True), lambda: [Page(image, "a.png")])


def test_each_string_is_read_in_its_own_region() -> None:
    both = make_sample(draw(60, 90, 260), ("11", "1"), (LEFT, RIGHT))
    wrong = make_sample(draw(60, 90, 260), ("17", "7"), (LEFT, RIGHT))
    strings, _, regions, lengths = measure([both, wrong], StubClassifier([1]))
    assert (strings, regions, lengths) == (4, 2, 2)


def test_an_image_that_is_one_string_is_one_region() -> None:
    strings, whole, regions, lengths = measure([make_sample(draw(60, 90), ("11",), (EVERYWHERE,))], StubClassifier([1]))
    assert (strings, whole, regions, lengths) == (1, 1, 1, 1)


def test_a_region_beside_the_image_is_no_answer() -> None:
    away = make_sample(draw(60), ("1",), (Box(900, 900, 20, 20),))
    assert measure([away], StubClassifier([1]))[2:] == (0, 0)


def test_a_row_has_a_share_for_each_column() -> None:
    row = describe("forms", 8, 2, 4, 8)
    assert row.split() == ["forms", "8", "25.0%", "50.0%", "100.0%"]
    assert len(row) == len(HEAD)
