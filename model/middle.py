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

LONGEST = 256
"""The longer side to which larger pictures are shrunk, in pixels: a glyph needs no more, and cuts cost time."""

GROUND = 0.55
"""Side of the square within which ink stands out from its ground, as a share of the picture's shorter side: wider than
a marker's stroke, narrower than a shadow."""

INK = (80, 140)
"""Ink is darker than the first, in stretched grey, where it hangs together with ink that is darker than the second: a
nib leaves hairlines (hysteresis; Canny, 1986)."""

INKIER = 1.3
"""Ink differs from padding more than this many times as much as paper does."""

BETWEEN = 40
"""Where both ink and paper differ from it by more than this (0..255), to either side, a grey is padding."""

FAINTEST, GRAIN = 12, 4
"""Ink stands out from its ground by at least this much (0..255), or as many times as far as the paper's grain."""

FULL = 90
"""The percentile of the ink's grey that is taken for full ink."""

MIDDLE = 0.2
"""Pieces that come as near the middle as this share of the picture count 0.6 times as much as those that reach it (a
normal curve's deviation): a frame never does."""

FARTHEST = 0.3
"""A character comes as near the middle as this share of the picture,"""

HIGH = 0.3
"""or is this share of its height and stands off its sides; what does neither is a wall, or a neighbour's stroke."""

ROUND = 0.9
"""A ring fills less than this share of its box, an ellipse 0.785 of it; a frame fills more."""

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

    grey: (H, W) uint8, either polarity. Returns white ink on black, contrast stretched, (h, w) uint8, at most (H, W):
    padding is left out, and large pictures are shrunk. Black where no character stands about the middle. Pictures with
    a side shorter than LEAST_SIDE come back whole.
    """
    if min(grey.shape) < LEAST_SIDE:
        return to_white_on_black(grey)
    grey = _shrink(grey)
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


def _shrink(grey: Grey) -> Grey:
    """Bring a large picture to LONGEST, unless its shorter side were too short then."""
    scale = max(LONGEST / max(grey.shape), LEAST_SIDE / min(grey.shape))
    if scale >= 1:
        return grey
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _trim(grey: Grey) -> Grey:
    """Take padding of one grey off all sides, if it is padding: paper ends there, neither in that grey nor in ink."""
    away = cv2.absdiff(grey, np.full_like(grey, grey[0, 0]))
    x, y, width, height = cv2.boundingRect(away)
    inner = np.s_[y : y + height, x : x + width]
    if min(width, height) < LEAST_SIDE / 4:
        return grey
    left = away[inner]
    border = np.concatenate([left[0], left[-1], left[:, 0], left[:, -1]])
    ends_in_paper = 2 * np.count_nonzero(border) >= border.size and 0 < INKIER * np.median(left) < left.max()
    pad = int(grey[0, 0])
    lies_between = grey[inner].min() + BETWEEN < pad < int(grey[inner].max()) - BETWEEN
    return grey[inner] if ends_in_paper or lies_between else grey


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
    if full < min(FAINTEST, GRAIN * max(1.0, float(np.median(lifted)))):
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
    height, width = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    pieces = _Pieces(*stats[1:, : cv2.CC_STAT_AREA].T)
    away = _measure_distances(np.asarray(labels, np.int32))
    inside = (pieces.left > 0) & (pieces.top > 0) & (pieces.right < width) & (pieces.bottom < height)
    if not ((away <= FARTHEST) | (inside & (pieces.height >= HIGH * height))).any():
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
    """Return how near each piece comes to the middle, as a share of the picture; 0 for a ring around it.

    labels: (H, W), 0 for paper.
    """
    rows, columns = np.nonzero(labels)
    away = np.hypot((rows + 0.5) / labels.shape[0] - 0.5, (columns + 0.5) / labels.shape[1] - 0.5)
    nearest = np.full(int(labels.max()) + 1, np.inf)
    np.minimum.at(nearest, labels[rows, columns], away)
    for far in 1 + np.flatnonzero(nearest[1:] > FARTHEST):
        if _is_around_middle(labels == far):
            nearest[far] = 0
    return nearest[1:]


def _is_around_middle(piece: Mask) -> bool:
    """Tell whether a piece is a ring around the middle, as a large 0 is; frames fill their box."""
    middle = piece.shape[1] / 2, piece.shape[0] / 2
    outlines, _ = cv2.findContours(piece.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    _, _, width, height = cv2.boundingRect(outlines[0])
    is_round = cv2.contourArea(outlines[0]) < ROUND * width * height
    return is_round and cv2.pointPolygonTest(outlines[0], middle, False) >= 0


def _cut_sides(ink: Mask) -> Mask:
    """Cut off neighbours that touch the character and run out of the picture's left or right side."""
    x, y, width, height = cv2.boundingRect(ink.view(np.uint8))
    # where it reaches from side to side, the picture is cut at the character's own box
    at_left, at_right = x <= 1, x + width >= ink.shape[1] - 1
    if width <= WIDE * height or height >= len(ink) - 2 or (at_left and at_right):
        return ink
    part, kept = ink[y : y + height, x : x + width], ink.copy()
    stroke = max(estimate_stroke_width(ink), 1.0)
    middle = min(max(ink.shape[1] / 2 - x, 0.3 * width), 0.7 * width)
    columns = np.arange(width)
    beyond = np.zeros_like(part)
    if at_left:
        cut = _find_cut(part[:, : int(middle - CORE * height)], height, stroke)
        beyond |= columns <= cut[:, None] if cut is not None else False
    if at_right:
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
