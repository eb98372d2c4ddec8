from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import words
from bench.words import find_fonts, print_digits, print_text, print_word, write_sign, write_word


@pytest.fixture(params=["the machine's fonts", "no fonts"])
def fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "no fonts":
        monkeypatch.setattr(words, "find_fonts", lambda: ())


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("seed", range(8))
def test_each_printed_digit_has_its_box(seed: int) -> None:
    ink, boxes = print_digits("0123456789", 40, np.random.default_rng(seed))
    assert len(boxes) == 10
    assert [box.centre_x for box in boxes] == sorted(box.centre_x for box in boxes)
    for box in boxes:
        assert 20 <= box.height <= 60
        inside = ink[box.y : box.bottom, box.x : box.right]
        assert inside.shape == (box.height, box.width)
        assert inside[0].any()
        assert inside[:, -1].any()
        assert 0.03 < inside.mean() < 0.9


@pytest.mark.usefixtures("fonts")
def test_the_seed_decides_the_words() -> None:
    for make in (print_word, write_word, write_sign):
        first, again, other = (make(24, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


@given(st.integers(8, 70), st.integers(0, 2**31))
def test_words_are_ink_cropped_to_itself(height: int, seed: int) -> None:
    for make in (print_word, write_word, write_sign):
        ink = make(height, np.random.default_rng(seed))
        assert ink.dtype == np.float32
        assert ink.min() >= 0
        assert 0 < ink.max() <= 1
        assert all(side.any() for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))


def test_a_space_has_no_box_but_its_room() -> None:
    wide, boxes = print_text("1 1", 30, np.random.default_rng(4))
    narrow, _ = print_text("11", 30, np.random.default_rng(4))
    assert len(boxes) == 2
    assert wide.shape[1] > narrow.shape[1]


def test_a_handwritten_word_is_as_long_as_asked() -> None:
    lengths = [write_word(30, np.random.default_rng(0), letters).shape[1] for letters in (1, 4, 12)]
    assert lengths == sorted(set(lengths))


def test_a_sign_is_about_as_tall_as_asked() -> None:
    heights = [write_sign(60, np.random.default_rng(seed)).shape[0] for seed in range(60)]
    assert 50 < max(heights) < 95


def test_a_font_that_cannot_be_opened_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torn.ttf").write_bytes(b"no font")
    monkeypatch.setattr(words, "FOLDERS", (str(tmp_path), str(tmp_path / "missing")))
    find_fonts.cache_clear()
    assert find_fonts() == ()
    find_fonts.cache_clear()


def test_printed_letters_contain_none_that_look_like_a_digit() -> None:
    assert not set(words.CAPITALS + words.SMALL) & set("0123456789OoIlSsZzBbqgyDPQ")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda rng: print_text("12", 3, rng), "at least 4 pixels"),
        (lambda rng: print_text("  ", 30, rng), "with ink"),
        (lambda rng: print_digits("1a", 30, rng), "digits 0 to 9"),
        (lambda rng: write_word(7, rng), "at least 8 pixels"),
        (lambda rng: write_sign(7, rng), "at least 8 pixels"),
    ],
)
def test_bad_requests_get_a_sentence(
    make: Callable[[np.random.Generator], object], sentence: str, rng: np.random.Generator
) -> None:
    with pytest.raises(ValueError, match=sentence):
        make(rng)


def test_one_pen_writes_a_word() -> None:
    """Strokes of a word are of one width: the distance to the paper at their middles hardly differs."""
    ink = (write_word(80, np.random.default_rng(1), 6) > 0.5).astype(np.uint8)
    count, parts = cv2.connectedComponents(ink)
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    widths = [np.percentile(depth[parts == part], 80) for part in range(1, count)]
    assert count > 2
    assert max(widths) < 1.8 * min(widths)
