import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.glyph import to_white_on_black
from model.middle import INK, LEAST_SIDE, LONGEST, cut_out
from model.strokes import draw

RING, SIX, STICK, TWO = (
    "50 21 05 28 59 88 95 81 50",
    "60 22 06 18 49 78 76 45 17",
    "50 59",
    "24 13 31 50 62 55 09 09 99",
)


def paint(*placed: tuple[str, int], side: int = 64, ground: int = 200, ink: int = 60) -> NDArray[np.uint8]:
    """Return a picture of characters; placed: a text, and how far to the right of the middle it stands."""
    written = np.zeros((side, side), np.uint8)
    for text, shift in placed:
        one = cv2.resize(draw(text, np.random.default_rng(3), 64, 0.0, 0.07), (40, 44))
        canvas = np.zeros((side, side + 160), np.uint8)
        left = 80 + (side - 40) // 2 + shift
        canvas[10:54, left : left + 40] = one
        written = np.maximum(written, canvas[:, 80 : 80 + side])
    return np.asarray(ground + (ink - ground) * (written / 255.0), np.uint8)


def columns(picture: NDArray[np.uint8]) -> tuple[int, int]:
    """Return the first and the last column of ink."""
    found = np.flatnonzero((picture >= INK[1]).any(axis=0))
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("inverted", [False, True])
def test_neighbours_at_the_sides_are_left_out(inverted: bool) -> None:
    alone, crowded = paint((SIX, 0)), paint((SIX, 0), (RING, -36), (STICK, 28))
    assert columns(to_white_on_black(crowded)) != columns(to_white_on_black(alone))
    assert columns(cut_out(255 - crowded if inverted else crowded)) == columns(cut_out(alone))


def test_a_neighbour_that_touches_is_cut_off() -> None:
    left, right = columns(cut_out(paint((SIX, 0))))
    touching = paint((SIX, 0), (TWO, -24))
    labels, _ = cv2.connectedComponents((touching < 130).astype(np.uint8))
    assert labels == 2, "the two are one piece"
    found = columns(cut_out(touching))
    assert abs(found[0] - left) <= 4
    assert found[1] == right


def test_a_wide_character_that_touches_nothing_stays_whole() -> None:
    wide = cv2.resize(paint((RING, 0)), (128, 64))
    assert columns(cut_out(wide)) == columns(to_white_on_black(wide))


def test_parts_above_the_character_stay() -> None:
    five = paint(("20 14 14 44 66 58 39 08, 30 90", 0))
    five[10:54][:, 20:60][9:12] = 200  # the hat stands apart
    labels, _ = cv2.connectedComponents((five < 130).astype(np.uint8))
    assert labels == 3
    assert np.count_nonzero(cut_out(five)[:20] >= INK[1]) > 10


@pytest.mark.parametrize("place", [np.s_[60:62], np.s_[:, 1:3], np.s_[[2, 3, 61, 62]]])
def test_ruled_lines_are_left_out(place: tuple[slice, ...]) -> None:
    ruled, alone = paint((SIX, 0)), paint((SIX, 0))
    ruled[place] = 80
    assert np.abs(np.subtract(columns(cut_out(ruled)), columns(cut_out(alone)))).max() <= 1
    count = np.count_nonzero(cut_out(alone) >= INK[1])
    assert abs(np.count_nonzero(cut_out(ruled) >= INK[1]) - count) <= 0.03 * count


def test_the_frame_around_it_is_left_out() -> None:
    framed = paint((SIX, 0))
    cv2.rectangle(framed, (3, 4), (60, 60), 70, 2)
    found, alone = (np.ptp(columns(cut_out(each))) for each in (framed, paint((SIX, 0))))
    assert found == alone


def test_a_neighbour_s_stroke_above_or_below_it_is_left_out() -> None:
    """Slanted rows: a stroke that runs out of the side reaches over the character; another stands below it."""
    alone = paint((STICK, 0))
    crossed = alone.copy()
    crossed[3:6, 30:], crossed[60:62, 30:34] = 60, 60
    kept = cut_out(crossed)
    assert not (kept[:7] >= INK[0]).any()
    assert not (kept[58:] >= INK[0]).any()
    assert columns(kept) == columns(cut_out(alone))


def test_a_stroke_over_it_that_runs_out_of_the_side_is_left_out() -> None:
    ring = paint((RING, 12))
    crossed = ring.copy()
    crossed[10:13, 48:] = 60
    assert columns(cut_out(crossed)) == columns(cut_out(ring))
    assert not (cut_out(crossed)[:, 61:] >= INK[0]).any()


@pytest.mark.parametrize("left", [15, 39])
def test_a_wide_character_at_a_side_is_not_cut_through(left: int) -> None:
    """Half of a ring would have cost two strokes at the top and at the bottom."""
    wide = cv2.resize(paint((RING, 0)), (128, 64))[:, left : left + 64]
    count = np.count_nonzero(to_white_on_black(wide) >= INK[1])
    assert np.count_nonzero(cut_out(wide) >= INK[1]) > 0.9 * count


def test_a_picture_cut_at_the_character_s_own_box_is_not_cut_further() -> None:
    four = paint(("60 06 06 96, 60 60 69", 0))
    rows = np.flatnonzero((four < 130).any(axis=1))
    left, right = columns(to_white_on_black(four))
    own = cv2.resize(four[rows[0] : rows[-1] + 1, left : right + 1], (90, 60))
    first, last = columns(cut_out(own))
    assert (first, last) == columns(to_white_on_black(own))


def test_specks_and_points_beside_it_are_left_out() -> None:
    dotted = paint((STICK, 0))
    dotted[46:50, 44:48] = 60
    assert columns(cut_out(dotted)) == columns(cut_out(paint((STICK, 0))))


def test_hairlines_hang_together_with_the_strokes() -> None:
    fine = paint((SIX, 0))
    fine[:22] = np.asarray(200 - (200 - fine[:22].astype(float)) * 0.45, np.uint8)  # the nib ran dry at the top
    kept = cut_out(fine)
    assert (kept[:20] >= INK[0]).any()
    assert (kept[:20] < INK[1]).all()


def test_padding_and_shadows_are_no_ink() -> None:
    picture = paint((SIX, 0))
    shaded = np.asarray(picture * np.linspace(1, 0.5, 64), np.uint8)
    assert abs(columns(cut_out(shaded))[0] - columns(cut_out(picture))[0]) <= 1
    padded = cv2.copyMakeBorder(picture, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=150)
    assert columns(cut_out(padded)) == columns(cut_out(picture))


def test_a_stick_that_fills_its_picture_is_no_ruled_line() -> None:
    stick = np.full((64, 40), 220, np.uint8)
    stick[:, 17:22] = 40
    assert np.count_nonzero(cut_out(stick) >= INK[1]) >= 4 * 64


def test_a_bar_on_flawless_ground_is_not_taken_for_a_padded_picture() -> None:
    stick = np.full((64, 40), 220, np.uint8)
    stick[8:56, 17:29] = 40
    assert np.count_nonzero(cut_out(stick) >= INK[1]) >= 11 * 46


@pytest.mark.parametrize("side", [64, 200, 500])
def test_a_ring_that_fills_its_picture_is_a_character(side: int) -> None:
    ring = np.full((side, side), 240, np.uint8)
    cv2.circle(ring, (side // 2, side // 2), 7 * side // 16, 30, side // 12)
    kept = cut_out(ring)
    assert max(kept.shape) == min(side, LONGEST)
    assert np.count_nonzero(kept >= INK[1]) > 0.15 * kept.size


def test_a_character_off_the_middle_is_found_where_it_stands_alone() -> None:
    corner = np.full((90, 90), 200, np.uint8)
    corner[2:66, 2:66] = paint((STICK, -22))
    assert np.count_nonzero(cut_out(corner) >= INK[1]) > 50


def test_a_crumb_off_the_middle_is_no_character() -> None:
    crumb = np.full((64, 64), 200, np.uint8)
    crumb[6:12, 5:9] = 60
    assert not cut_out(crumb).any()


def test_a_character_that_reaches_both_sides_is_not_cut() -> None:
    four = paint(("60 06 06 96, 60 60 69", 0), side=64)
    left, right = columns(to_white_on_black(four))
    square = cv2.resize(four[6:58, left : right + 1], (64, 50))
    assert columns(cut_out(square)) == (0, 63)


@pytest.mark.parametrize(("paper", "pad", "ink"), [(225, 128, 40), (60, 120, 230)])
def test_padding_between_paper_and_ink_is_left_out(paper: int, pad: int, ink: int) -> None:
    rough = np.random.default_rng(1).integers(-3, 4, (64, 64)) + paint((SIX, 0), ground=paper, ink=ink)
    picture = np.clip(rough, 0, 255).astype(np.uint8)
    padded = cv2.copyMakeBorder(picture, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=pad)
    assert columns(cut_out(padded)) == columns(cut_out(picture))


def test_padding_as_light_as_the_paper_ends_at_the_picture_s_sides() -> None:
    """The neighbour runs out of the picture's side, not of the padding's."""
    rough = np.random.default_rng(1).integers(-3, 4, (64, 64)) + paint((SIX, 0), (RING, -27))
    picture = np.clip(rough, 0, 255).astype(np.uint8)
    padded = cv2.copyMakeBorder(picture, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=188)
    assert cut_out(padded).shape == (64, 64)


def test_angular_digits_on_flawless_ground_are_no_padded_pictures() -> None:
    seven = np.full((88, 62), 235, np.uint8)
    seven[14:19, 14:48], seven[14:74, 43:48] = 25, 25
    kept = cut_out(seven)
    assert kept.shape == seven.shape
    assert np.count_nonzero(kept >= INK[1]) > 350


@pytest.mark.parametrize("contrast", [8, 30])
def test_faint_strokes_on_even_paper_are_ink(contrast: int) -> None:
    assert columns(cut_out(paint((SIX, 0), ground=200, ink=200 - contrast))) == (18, 41)


def test_large_pictures_are_shrunk_but_not_below_the_least_side() -> None:
    assert cut_out(np.zeros((1500, 2000), np.uint8)).shape == (192, 256)
    assert cut_out(np.zeros((64, 1000), np.uint8)).shape == (LEAST_SIDE, 500)


def test_small_pictures_are_left_whole() -> None:
    small = cv2.resize(paint((SIX, 0), (RING, -36)), (LEAST_SIDE - 1, LEAST_SIDE - 1))
    assert np.array_equal(cut_out(small), to_white_on_black(small))


def test_an_even_picture_has_no_ink() -> None:
    assert not cut_out(np.full((50, 50), 130, np.uint8)).any()


def test_paper_s_grain_is_no_ink() -> None:
    assert not cut_out(np.random.default_rng(1).integers(180, 187, (60, 60), np.uint8)).any()


def test_the_walls_of_an_empty_cell_are_no_character() -> None:
    cell = np.full((48, 48), 190, np.uint8)
    cell[:, 1:3], cell[44:46] = 60, 60
    assert not cut_out(cell).any()


@settings(deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70))))
def test_any_picture_comes_back_no_larger(grey: NDArray[np.uint8]) -> None:
    found = cut_out(grey)
    assert found.dtype == np.uint8
    assert 0 < found.shape[0] <= grey.shape[0]
    assert 0 < found.shape[1] <= grey.shape[1]
