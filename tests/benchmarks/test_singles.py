"""Pictures of single digits: what is cut out shows the digit that it is said to, padded or not."""

import numpy as np

from bench.sheet import LabelledPage
from benchmarks.singles import LEAST_INK, LOWEST, MOST, SIDE, cut_digits, measure
from model.classifier import Classifier
from model.middle import cut_out


def draw_columns(count: int, height: int = 30) -> LabelledPage:
    """Digits as upright bars, each darker than the one before; bar k says k % 10."""
    image, owners = np.full((80, 40 * count + 40), 200, np.uint8), np.zeros((80, 40 * count + 40), np.uint16)
    for k in range(count):
        place = np.s_[20 : 20 + height, 40 * k + 30 : 40 * k + 36]
        image[place], owners[place] = 100 - 10 * k, k + 1
    return LabelledPage(image, owners, tuple(k % 10 for k in range(count)), ())


def test_each_picture_shows_its_digit_in_the_middle() -> None:
    found = [cut for seed in range(20) for cut in cut_digits(draw_columns(4), np.random.default_rng(seed))]
    assert len(found) == 80
    for picture, label in found:
        assert max(picture.shape) == SIDE
        assert abs(int(picture.min()) - (100 - 10 * label)) <= 6
        columns = np.flatnonzero(picture.min(axis=0) < 120)
        assert abs(columns.mean() / picture.shape[1] - 0.5) < 0.3


def test_some_are_padded_with_one_grey_and_some_are_not() -> None:
    page = draw_columns(1)
    page.image[:] = np.minimum(page.image, 180 + np.arange(80, dtype=np.uint8)[:, None] % 7)  # paper is not even
    corners = {
        len(np.unique(picture[0])) == 1 and len(np.unique(picture[:, 0])) == 1
        for seed in range(20)
        for picture, _ in cut_digits(page, np.random.default_rng(seed))
    }
    assert corners == {True, False}


def test_of_a_page_with_many_only_some_are_taken_and_small_ones_are_not() -> None:
    rng = np.random.default_rng(1)
    assert len(list(cut_digits(draw_columns(9), rng))) == MOST
    assert not list(cut_digits(draw_columns(3, height=LOWEST - 1), rng))
    page = draw_columns(1)
    owners = np.where(np.cumsum(page.owners > 0).reshape(page.owners.shape) < LEAST_INK, page.owners, 0)
    assert not list(cut_digits(LabelledPage(page.image, owners.astype(np.uint16), page.labels, ()), rng))


def test_a_refusal_is_wrong() -> None:
    ones = [picture for picture, _ in cut_digits(draw_columns(3), np.random.default_rng(2))]
    classifier = Classifier()
    assert measure(ones, np.ones(3, np.int64), cut_out, classifier) == (1, 1)
    assert measure(ones, np.full(3, 8), cut_out, classifier) == (0, 0)
    blank = [np.full((SIDE, SIDE), 200, np.uint8)] * 2
    assert measure(blank, np.zeros(2, np.int64), cut_out, classifier) == (0, 1)
