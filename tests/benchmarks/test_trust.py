"""The fit of scanner/trust.py: rows are labelled by their places, and the weights part what can be parted."""

import numpy as np
import pytest
from drawing import draw_page

from bench.datasets import Sample
from bench.metrics import Truth
from benchmarks.trust import ABSENT, Judged, _judge_rows, count_errors, fit, judge_pages, see_pages
from model.classifier import CLASSES, Guess, StubClassifier
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.page import Box, Page
from scanner.placement import Placement
from scanner.trust import ALONE


def row(x: int, digits: str = "47", others: int = 0) -> Decoded:
    """Return a row whose digits stand at x, 10 pixels wide."""
    guess = Guess(None, 0.99, (0.0,) * CLASSES)
    pieces = [Candidate(k, k + 1, Box(x, 0, 10, 20), np.ones((20, 10), bool), 0) for k in range(len(digits))]
    found = tuple(Found(piece, guess, int(digit), 0.99) for piece, digit in zip(pieces, digits, strict=True))
    return Decoded(found, (Candidate(0, 1, Box(x, 0, 10, 20), np.ones((20, 10), bool), 0),) * others)


ROWS = [row(0), row(500), row(0, "", 3)]
PLACE = Box(0, 0, 60, 60)
AS_STORED = Placement.of_scale(1.0)


def test_a_row_is_digits_where_a_string_is_labelled() -> None:
    judged = _judge_rows(ROWS, Truth("page", ("47",), (PLACE,), "here"), AS_STORED, 1.0)
    assert judged.are_digits.tolist() == [True, False, False]
    assert judged.weight.tolist() == [1.0, 1.0, 0.0], "nothing would be read in the last"


def test_the_place_is_in_pixels_of_the_image_as_stored() -> None:
    half = Box(0, 0, 30, 30)
    assert _judge_rows([row(50)], Truth("page", ("47",), (half,), "here"), Placement.of_scale(2.0), 1.0).are_digits[0]
    assert not _judge_rows([row(50)], Truth("page", ("47",), (half,), "here"), AS_STORED, 1.0).are_digits[0]


@pytest.mark.parametrize(("complete", "weight"), [(False, 0.0), (True, 0.3)])
def test_a_row_where_not_all_is_labelled_may_be_digits(complete: bool, weight: float) -> None:
    truth = Truth("page", ("47",), (PLACE,), "here", complete)
    assert _judge_rows([row(500)], truth, AS_STORED, 0.3).weight.tolist() == [weight]


def test_false_rows_weigh_more_where_no_digit_is() -> None:
    page = Page(draw_page(["4072"], np.random.default_rng(1)), "page")
    nothing, something = Truth("page", (), (), "here"), Truth("page", ("4072",), (PLACE,), "here")
    for truth, weight in ((nothing, ABSENT), (something, 1.0)):
        (judged,) = judge_pages([Sample(truth, lambda: [page])], StubClassifier([7]))
        assert set(judged.weight.tolist()) == {weight}


def make_page(is_digits: bool, rng: np.random.Generator, rows: int = 6) -> Judged:
    """Digits are sure and complete; text has a sure digit now and then, among pieces that are none."""
    sure = rng.integers(2, 6, rows) if is_digits else rng.integers(0, 2, rows)
    others = rng.integers(0, 1, rows) if is_digits else rng.integers(2, 7, rows)
    zeros = np.zeros(rows)
    features = np.stack([zeros + 1, sure, zeros, zeros + 0.3, zeros, others, zeros], axis=1).astype(np.float64)
    return Judged(features, np.full(rows, is_digits), np.ones(rows))


def test_the_fit_parts_digits_from_text() -> None:
    rng = np.random.default_rng(1)
    pages = [make_page(bool(k % 2), rng) for k in range(20)]
    alone = fit(np.concatenate([page.features for page in pages]), pages)
    together = fit(see_pages(pages, alone), pages)
    assert alone.digits > 0 > alone.left_out
    assert alone.page == alone.page_size == 0
    assert together.page + together.page_size * np.log(10) > 0, "digits stand among digits"
    assert count_errors(pages, alone, together) == "lost 0 of 60, false 0 of 60"


def test_what_nobody_knows_counts_as_no_error() -> None:
    judged = _judge_rows(ROWS, Truth("page", ("47",), (PLACE,), "here", complete=False), AS_STORED, 1.0)
    assert count_errors([judged], ALONE, ALONE) == "lost 0 of 1, false 0 of 0"
