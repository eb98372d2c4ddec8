"""The fit of scanner/trust.py: rows are labelled by their places, and the weights part what can be parted."""

from dataclasses import fields

import numpy as np
import pytest
from drawing import draw_page

from bench.datasets import Sample
from bench.metrics import Truth
from benchmarks.trust import (
    ABSENT,
    MADE_UP,
    Judged,
    Watcher,
    _judge_rows,
    count_errors,
    fit,
    forget_sight,
    judge_pages,
    make_up_pages,
    see_pages,
)
from model.classifier import CLASSES, Classifier, Guess, StubClassifier
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.page import Box, Page
from scanner.pipeline import ONCE, read
from scanner.placement import Placement
from scanner.stages import Chosen, Classified, Cleaned, Cut, Stage
from scanner.trust import ALONE, TOGETHER, UNASKED_ALONE, UNASKED_TOGETHER, Weights


def row(x: int, digits: str = "47", others: int = 0) -> Decoded:
    """Return a row whose digits stand at x, 10 pixels wide."""
    guess = Guess(None, 0.99, (0.0,) * CLASSES)
    pieces = [Candidate(k, k + 1, Box(x, 0, 10, 20), np.ones((20, 10), bool), 0) for k in range(len(digits))]
    found = tuple(Found(piece, guess, int(digit), 0.99) for piece, digit in zip(pieces, digits, strict=True))
    return Decoded(found, (Candidate(0, 1, Box(x, 0, 10, 20), np.ones((20, 10), bool), 0),) * others, blank=-30.0)


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


class Tape:
    """Keeps the stages of a page in their order."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []

    def observe(self, stage: Stage) -> None:
        self.stages.append(stage)


def test_rows_are_kept_as_they_are_when_they_are_judged_also_on_a_page_that_was_turned() -> None:
    tape, watcher = Tape(), Watcher()
    read(Page(draw_page(["4072", "31"], np.random.default_rng(1)), "page"), Classifier(), ONCE, tape)
    before = [stage for stage in tape.stages if isinstance(stage, Cleaned | Cut | Classified)]
    (chosen,) = (stage for stage in tape.stages if isinstance(stage, Chosen))
    for stage in [*before, *before, chosen]:  # a turned page begins anew
        watcher.observe(stage)
    assert [len(row.found) for row in watcher.rows] == [4, 2]
    assert [row.blank for row in watcher.rows] == [row.blank for row in chosen.decoded]
    assert all(row.blank is not None and row.uncut is None for row in watcher.rows), "not yet read as a whole"


def test_a_page_without_ink_has_no_rows() -> None:
    watcher = Watcher()
    read(Page(np.full((400, 400), 255, np.uint8), "blank"), Classifier(), ONCE, watcher)
    assert watcher.rows == []


def make_page(is_digits: bool, rng: np.random.Generator, rows: int = 6) -> Judged:
    """Digits are sure and complete; text has a sure digit now and then, among pieces that are none."""
    sure = rng.integers(2, 6, rows) if is_digits else rng.integers(0, 2, rows)
    others = rng.integers(0, 1, rows) if is_digits else rng.integers(2, 7, rows)
    zeros = np.zeros(rows)
    seen = zeros + (8.0 if is_digits else 0.5)
    features = np.stack([zeros + 1, sure, zeros, zeros + 0.3, zeros, others, zeros, seen], axis=1).astype(np.float64)
    assert features.shape == (rows, len(fields(Weights)) - 1), "all but what the page says"
    return Judged(features, np.ones((rows, 5)), np.full(rows, is_digits), np.ones(rows))


def test_the_fit_parts_digits_from_text() -> None:
    rng = np.random.default_rng(1)
    pages = [make_page(bool(k % 2), rng) for k in range(20)]
    alone = fit(np.concatenate([page.features for page in pages]), pages)
    together = fit(see_pages(pages, alone), pages)
    assert alone.digits > 0 > alone.left_out
    assert alone.seen > 0
    assert alone.page == 0
    assert together.page > 0, "digits stand among digits"
    assert count_errors(pages, alone, together) == "lost 0 of 60, false 0 of 60"


def test_what_nobody_knows_counts_as_no_error() -> None:
    judged = _judge_rows(ROWS, Truth("page", ("47",), (PLACE,), "here", complete=False), AS_STORED, 1.0)
    assert count_errors([judged], ALONE, ALONE) == "lost 0 of 1, false 0 of 0"


@pytest.mark.parametrize("asked", [True, False])
def test_what_must_hold_holds_with_the_weights_in_use(asked: bool) -> None:
    weights = (ALONE, TOGETHER) if asked else (UNASKED_ALONE, UNASKED_TOGETHER)
    said = count_errors(make_up_pages(asked), *weights)
    assert said.startswith("lost 0 of ")
    assert ", false 0 of " in said


def test_made_up_pages_weigh_alike_and_hold_rows_of_both_kinds() -> None:
    pages = make_up_pages()
    assert [page.weight.sum() for page in pages] == pytest.approx([MADE_UP] * len(pages))
    digits, weight = (np.concatenate([getattr(page, name) for page in pages]) for name in ("are_digits", "weight"))
    assert (digits & (weight > 0)).sum() > 50
    assert (~digits & (weight > 0)).sum() > 5


def test_without_the_reader_of_rows_nothing_is_seen() -> None:
    (page,) = forget_sight([Judged(np.ones((2, 8)), np.ones((2, 5)), np.ones(2, bool), np.ones(2))])
    assert page.features.tolist() == [[1, 1, 1, 1, 1, 1, 1, 0]] * 2
