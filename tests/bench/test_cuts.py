"""What the pipeline cuts from synthetic pages carries the truth of those pages."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from bench import cuts as cuts_module
from bench.cuts import Cuts, cut, is_post, make_cuts, save_cuts
from bench.hand import SIGN, Hand, write
from bench.page import choose_text, draw_page
from bench.sheet import LabelledPage, Sheet
from model.data import NOT_A_DIGIT, load_extra
from model.strokes import DIGITS
from tests.bench.test_hand import make_digits

NEAT = Hand(
    height=48.0,
    slant=0.1,
    pen=0.1,
    gap=0.2,
    unrest=0.1,
    slim=1.0,
    drawn=0.0,
    forms=tuple(DIGITS[str(k)][0] for k in range(10)),
)


def photograph(text: str) -> LabelledPage:
    """White paper and an even light."""
    rng = np.random.default_rng(0)
    writing = write(text, NEAT, make_digits(), rng)
    sheet = Sheet((writing.ink.shape[0] + 60, writing.ink.shape[1] + 60))
    sheet.lay(writing, 30, 30)
    image = np.round(230 * (1 - 0.8 * sheet.ink)).astype(np.uint8)
    return LabelledPage(image, sheet.owners, tuple(sheet.labels), tuple(sheet.strings))


def test_every_digit_of_a_neat_string_is_found_once_at_least() -> None:
    cuts = cut(photograph("3142"), np.random.default_rng(0))
    found = Counter(cuts.labels.tolist())
    assert all(found[label] >= 1 for label in (3, 1, 4, 2))
    assert set(found) <= {3, 1, 4, 2, NOT_A_DIGIT}


def test_signs_are_no_digits() -> None:
    cuts = cut(photograph("#$="), np.random.default_rng(0))
    assert set(cuts.labels.tolist()) == {NOT_A_DIGIT}


def test_a_digit_with_half_of_its_neighbour_is_no_digit() -> None:
    page = photograph("88")
    page.owners[page.owners == 2] = 1  # as if both were one digit: each alone is then a half
    cuts = cut(page, np.random.default_rng(0))
    assert NOT_A_DIGIT in cuts.labels.tolist()
    page.owners[page.owners == 1] = SIGN
    assert set(cut(page, np.random.default_rng(0)).labels.tolist()) == {NOT_A_DIGIT}


def test_the_same_seed_gives_the_same_cuts_whatever_the_jobs() -> None:
    alone, together = (list(make_cuts(make_digits(), 4, seed=7, jobs=jobs)) for jobs in (1, 2))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.views, other.views)
        assert np.array_equal(one.labels, other.labels)


def test_cuts_are_training_data(tmp_path: Path) -> None:
    path = tmp_path / "cuts.npz"
    views = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 2), np.uint8)
    assert save_cuts(path, [Cuts(views, np.array([3, 10, 0], np.int64))]) == 3
    loaded = load_extra(path)
    assert loaded.are_views
    assert np.array_equal(loaded.images, views)
    assert loaded.labels.tolist() == [3, NOT_A_DIGIT, 0]


def test_pages_of_all_kinds_can_be_drawn() -> None:
    for seed in range(40):
        page = draw_page(make_digits(), np.random.default_rng(seed))
        assert page.image.dtype == np.uint8
        assert page.image.shape == page.owners.shape
        assert sum(len(text) for text, _ in page.strings) == len(page.labels)


def test_texts_are_what_the_hand_can_write() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        assert set(choose_text(rng)) <= set("0123456789 .,-/=$#*")


def draw_stroke(lean: int, thickness: int = 3) -> np.ndarray:
    view = np.zeros((28, 28, 2), np.uint8)
    glyph = np.zeros((28, 28), np.uint8)
    cv2.line(glyph, (14 + lean, 4), (14 - lean, 23), 255, thickness)
    view[..., 0] = glyph
    return view


def test_a_post_is_an_upright_stroke() -> None:
    assert is_post(draw_stroke(0))
    assert is_post(draw_stroke(1, 4))
    assert not is_post(draw_stroke(3)), "a slash"
    assert not is_post(draw_stroke(0, 12)), "a block"
    assert not is_post(np.zeros((28, 28, 2), np.uint8)), "nothing"


def test_a_post_may_hold_rests_of_rules_but_is_no_bow_and_no_cross() -> None:
    foot, cross, bow = draw_stroke(0), draw_stroke(0), np.zeros((28, 28, 2), np.uint8)
    foot[22:24, 11:18, 0] = 255
    assert is_post(foot)
    cross[22:24, 4:24, 0] = 255
    assert not is_post(cross)
    half = np.zeros((28, 28), np.uint8)
    cv2.ellipse(half, (18, 14), (8, 10), 0, 90, 270, 255, 3)
    bow[..., 0] = half
    assert not is_post(bow), "half a 0"


def test_a_wall_is_no_lesson_and_a_1_is() -> None:
    """As strokes they are the same."""
    page = photograph("88")
    page.image[30:78, 12:17] = 46  # as high and as dark as the digits, and nobody's
    views = cut(page, np.random.default_rng(0))
    assert not any(is_post(view) for view in views.views)
    assert 1 in cut(photograph("818"), np.random.default_rng(0)).labels


def test_signs_are_kept_before_halves_and_pairs() -> None:
    count = 400
    views = np.zeros((count, 28, 28, 2), np.uint8)
    views[:, 4:24, 4:24, 0] = 255  # no posts
    labels = np.full(count, NOT_A_DIGIT)
    labels[:50] = 3
    views[200:, 0, 0, 1] = 1  # how signs are known here
    signs = np.arange(count) >= 200
    kept = cuts_module._thin_out(Cuts(views, labels), signs, np.random.default_rng(1))
    others = kept.views[kept.labels == NOT_A_DIGIT]
    assert len(others) == round(cuts_module.NEGATIVES * 50) + cuts_module.FEW
    assert (others[:, 0, 0, 1] == 1).mean() > 0.7
