"""The one character that a picture is of, without what reaches in: neighbours' strokes, ruled lines, specks.

Who cuts single characters out of a page by their boxes gets a good deal of what stands beside them. Of pieces, those
stay that stand at the picture's middle, or above and below what does; where the middle piece runs out of a side, it is
cut along the way of least ink.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import apply_hysteresis_threshold
from skimage.graph import MCP

from model.glyph import AROUND, estimate_stroke_width, is_dark_on_light, to_white_on_black

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

LEAST_SIDE = 32
"""Pictures with a side shorter than this, in pixels, are left alone: they are made of one character, not cut out."""

GROUND = 0.55
"""Side of the square within which ink stands out from its ground, as a share of the picture's shorter side: wider than
a marker's stroke, narrower than a shadow."""

INK = (80, 140)
"""Ink is darker than the first, in stretched grey, where it hangs together with ink that is darker than the second: a
nib leaves hairlines (hysteresis; Canny, 1986)."""

INKIER = 1.3
"""Ink differs from padding more than this many times as much as paper does."""

FAINTEST = 12
"""Ink stands out from its ground by at least this much (0..255): paper's grain does not."""

FULL = 90
"""The percentile of the ink's grey that is taken for full ink."""

MIDDLE = 0.2
"""Pieces that come as near the middle as this share of the picture count 0.6 times as much as those that reach it (a
normal curve's deviation): a frame never does."""

FARTHEST = 0.3
"""A character comes as near the middle as this share of the picture; what does not is a wall, or a neighbour's
stroke."""

WITHIN, MARGIN = 0.6, 0.05
"""Another piece is the character's when this share of its width lies above or below the middle piece, which is taken
wider by this share of the picture on each side,"""

ABOVE = 0.25
"""and it stands no further above than this share of its height: the hat of a 5."""

WIDE = 1.0
"""A character wider than this, in its heights, may hold a neighbour."""

CORE = 0.12
"""Cuts keep this far from the middle, in heights of the character."""

ROOM = 0.15
"""A cut is looked for where it has at least this much room, in heights,"""

CUT = 1.5
"""and it goes through at most this much ink, in widths of the stroke."""

STEP = 0.02
"""What each row of a cut costs, in strokes: of ways through as little ink, the straighter one."""

DOWN = ((1, -1), (1, 0), (1, 1))
"""Steps of a cut, from row to row."""


def cut_out(grey: Grey) -> Grey:
    """Return the character in the middle of a picture.

    grey: (H, W) uint8, either polarity. Returns white ink on black, contrast stretched, (h, w) uint8: the same size, or
    smaller where the picture was padded; black where no ink stands in the middle. Pictures with a side shorter than
    LEAST_SIDE come back whole.
    """
    if min(grey.shape) < LEAST_SIDE:
        return to_white_on_black(grey)
    trimmed = _trim(grey)
    # a padded picture's border is neither ink nor paper
    dark = is_dark_on_light(grey) if trimmed.shape == grey.shape else _is_mostly_bright(trimmed)
    stretched = _stretch(_lift_ink(trimmed, dark))
    ink = np.asarray(apply_hysteresis_threshold(stretched, *INK), np.bool_)  # type: ignore[no-untyped-call]
    if not ink.any():
        return stretched
    kept = _cut_sides(_choose_pieces(ink))
    near = cv2.dilate(kept.view(np.uint8), AROUND).view(np.bool_)  # the soft edge of the strokes
    return np.where(near, stretched, np.uint8(0))


def _trim(grey: Grey) -> Grey:
    """Take padding of one grey off all sides, if it is padding: paper ends there, neither in that grey nor in ink."""
    away = cv2.absdiff(grey, np.full_like(grey, grey[0, 0]))
    x, y, width, height = cv2.boundingRect(away)
    inner = np.s_[y : y + height, x : x + width]
    if min(width, height) < LEAST_SIDE / 4:
        return grey
    left = away[inner]
    border = np.concatenate([left[0], left[-1], left[:, 0], left[:, -1]])
    is_padded = 2 * np.count_nonzero(border) >= border.size and left.max() > INKIER * np.median(left)
    return grey[inner] if is_padded else grey


def _is_mostly_bright(grey: Grey) -> bool:
    return bool(np.median(grey) > cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])


def _lift_ink(grey: Grey, dark: bool) -> Grey:
    """Return how far each pixel stands out from the ground around it (top-hat): shadows and edges of paper vanish.

    dark: whether the ink is darker than its ground.
    """
    side = max(3, int(GROUND * min(grey.shape)) | 1)
    how = cv2.MORPH_BLACKHAT if dark else cv2.MORPH_TOPHAT
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    return np.asarray(cv2.morphologyEx(smooth, how, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REFLECT))


def _stretch(lifted: Grey) -> Grey:
    threshold, _ = cv2.threshold(lifted, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    full = float(np.percentile(lifted[lifted >= max(threshold, 1)], FULL)) if lifted.any() else 0.0
    if full < FAINTEST:
        return np.zeros_like(lifted)
    return np.asarray(np.clip(lifted * (255.0 / full), 0, 255), np.uint8)


@dataclass(frozen=True)
class _Pieces:
    """Connected components, as arrays over them."""

    left: NDArray[np.int32]
    top: NDArray[np.int32]
    width: NDArray[np.int32]
    height: NDArray[np.int32]

    @property
    def right(self) -> NDArray[np.int32]:
        return self.left + self.width

    @property
    def bottom(self) -> NDArray[np.int32]:
        return self.top + self.height


def _choose_pieces(ink: Mask) -> Mask:
    """Return the pieces of the character in the middle; none where nothing stands there. ink: (H, W), not all False."""
    width = ink.shape[1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    pieces = _Pieces(*stats[1:, : cv2.CC_STAT_AREA].T)
    away = _measure_distances(np.asarray(labels, np.int32))
    if away.min() > FARTHEST:
        return np.zeros_like(ink)
    size = np.maximum(pieces.height, pieces.width / 2)
    main = int((size * np.exp(-((away / MIDDLE) ** 2) / 2)).argmax())
    margin = MARGIN * width
    within = np.minimum(pieces.right, pieces.right[main] + margin) - np.maximum(pieces.left, pieces.left[main] - margin)
    runs_out = ((pieces.left == 0) & (pieces.left[main] > 0)) | ((pieces.right == width) & (pieces.right[main] < width))
    kept = (within > WITHIN * pieces.width) & ~runs_out
    kept &= (pieces.top < pieces.bottom[main]) & (pieces.bottom > pieces.top[main] - ABOVE * pieces.height[main])
    kept[main] = True
    return np.asarray(np.concatenate([[False], kept])[labels], np.bool_)


def _measure_distances(labels: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return how near each piece comes to the middle, as a share of the picture. labels: (H, W), 0 for paper."""
    rows, columns = np.nonzero(labels)
    away = np.hypot((rows + 0.5) / labels.shape[0] - 0.5, (columns + 0.5) / labels.shape[1] - 0.5)
    nearest = np.full(int(labels.max()) + 1, np.inf)
    np.minimum.at(nearest, labels[rows, columns], away)
    return nearest[1:]


def _cut_sides(ink: Mask) -> Mask:
    """Cut off neighbours that touch the character and run out of the picture's left or right side."""
    x, y, width, height = cv2.boundingRect(ink.view(np.uint8))
    # where it reaches from top to bottom, the picture is cut at the character's own box
    if width <= WIDE * height or height >= len(ink) - 2:
        return ink
    part, kept = ink[y : y + height, x : x + width], ink.copy()
    stroke = max(estimate_stroke_width(ink), 1.0)
    middle = min(max(ink.shape[1] / 2 - x, 0.3 * width), 0.7 * width)
    columns = np.arange(width)
    beyond = np.zeros_like(part)
    if x <= 1:
        cut = _find_cut(part[:, : int(middle - CORE * height)], height, stroke)
        beyond |= columns <= cut[:, None] if cut is not None else False
    if x + width >= ink.shape[1] - 1:
        cut = _find_cut(part[:, : int(middle + CORE * height) : -1], height, stroke)
        beyond |= columns[::-1] <= cut[:, None] if cut is not None else False
    kept[y : y + height, x : x + width] &= ~beyond
    return kept if kept.any() else ink


def _find_cut(ink: Mask, height: int, stroke: float) -> NDArray[np.intp] | None:
    """Return a column for each row: the way from top to bottom through least ink (a seam; Avidan and Shamir, 2007).

    ink: (H, W) bool. None where there is no room for one, or it goes through more ink than CUT.
    """
    if ink.shape[1] < ROOM * height:
        return None
    ways = MCP(ink / stroke + STEP, offsets=DOWN)
    costs, _ = ways.find_costs([(0, column) for column in range(ink.shape[1])])
    end = int(costs[-1].argmin())
    if costs[-1, end] > CUT + STEP * len(ink):
        return None
    return np.array([column for _, column in ways.traceback((len(ink) - 1, end))], np.intp)
