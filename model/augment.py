"""What handwriting, pens and cameras do to a glyph: MNIST's digits, made to look like those that the pipeline cuts."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.context import ZOOM
from model.glyph import BOX, SIDE, normalise

CANVAS = 72
"""Side of the picture on which a glyph is bent, in pixels; large enough that a threshold leaves smooth outlines."""

LIGHT_SHARE = 0.5
"""Share of the digits that are only moved a little and not cut anew, so that plain MNIST stays known."""

REMNANT_SHARE = 0.3
"""Share of the digits cut anew that keep something of a touching neighbour."""

ELASTIC_GRID = 5
"""Points a side of the coarse random field that bends a glyph (elastic distortion: Simard et al., 2003)."""

WEIGHT = 0.8
"""How far the strokes of a view are thinned or thickened, where 1 is by a pixel on each side."""

BENT = 0.5
"""How far a view is bent, at most: the deviation of its points, in glyph pixels."""

EMPTIED, FILLED = 0.1, 0.4
"""How often what stands above a view's row, or below it, is taken away; and how often another row is put there."""

PITCHES = (1.0, 1.6)
"""How far off that row is, in digit heights."""

CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
"""The four neighbours of a pixel."""


def augment(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a changed copy of a digit that is still the same digit.

    glyph: (H, W) uint8, white ink on black, a 28x28 glyph or a larger drawing. Returns (28, 28) uint8.
    """
    if glyph.shape == (SIDE, SIDE) and rng.random() < LIGHT_SHARE:
        return move(glyph, rng, angle=12, scale=0.1, shift=1.5, shear=0.15, bend=0.45)
    return recut(bend(glyph, rng), rng, with_remnants=True)


def jitter(view: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Turn, scale, shear, bend and shift a view, glyph and surroundings alike, and thin or thicken its strokes.

    view: (28, 28, 2) uint8. Returns the same shape. So a view that was cut from a page is never seen twice the same.
    """
    much = rng.uniform(0, 1)
    turn = _affine(rng, angle=3 + 8 * much, scale=0.08, stretch=0.05 + 0.1 * much, shear=0.05 + 0.13 * much)
    shift = rng.uniform(-1, 1, 2).astype(np.float32)
    around = _elastic_field(SIDE, BENT / ZOOM * much, rng)
    half = SIDE // ZOOM // 2
    middle = np.ascontiguousarray(around[SIDE // 2 - half : SIDE // 2 + half, SIDE // 2 - half : SIDE // 2 + half])
    fields = cv2.resize(middle, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR) * np.float32(ZOOM), around
    weight = rng.uniform(-WEIGHT, WEIGHT)
    out = np.empty_like(view)
    for channel, zoom in enumerate((1, ZOOM)):
        grid = _source_grid(SIDE, turn, SIDE / 2, SIDE / 2) + shift / np.float32(zoom) + fields[channel]
        picture = cv2.remap(np.ascontiguousarray(view[..., channel]), grid[..., 0], grid[..., 1], cv2.INTER_LINEAR)
        change = cv2.dilate if weight > 0 else cv2.erode
        share = abs(weight) / zoom
        out[..., channel] = cv2.addWeighted(picture, 1 - share, change(picture, CROSS), share, 0)
    return out


def change_neighbours(view: NDArray[np.uint8], other: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Let other rows stand above and below a view's row, or none.

    view, other: (28, 28, 2) uint8; the other's row is what comes near. Returns the same shape. What stands there says
    nothing of the glyph: forms and ledgers hold row upon row, single strings do not.
    """
    out = view.copy()
    middle, reach = SIDE // 2, round(BOX / ZOOM / 2) + 1
    for above in (True, False):
        band = out[: middle - reach, :, 1] if above else out[middle + reach :, :, 1]
        chance = rng.random()
        if chance < EMPTIED:
            band[...] = 0
        elif chance < EMPTIED + FILLED:
            pitch = round(BOX / ZOOM * rng.uniform(*PITCHES))
            around = np.roll(other[..., 1], -pitch if above else pitch, axis=0)
            near = around[: middle - reach] if above else around[middle + reach :]
            np.maximum(band, near, out=band)
    return out


def move(
    glyph: NDArray[np.uint8],
    rng: np.random.Generator,
    angle: float,
    scale: float,
    shift: float,
    shear: float,
    bend: float,
) -> NDArray[np.uint8]:
    """Turn (degrees), scale, shift (pixels), shear and bend (pixels) a glyph by random amounts up to those given."""
    turn = _affine(rng, angle, scale, scale / 2, shear)
    grid = _source_grid(SIDE, turn, SIDE / 2, SIDE / 2) + rng.uniform(-shift, shift, 2).astype(np.float32)
    grid += _elastic_field(SIDE, bend, rng)
    return np.asarray(cv2.remap(glyph, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR), np.uint8)


def bend(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Turn, slant, stretch and bend a character onto a CANVAS x CANVAS picture."""
    height, width = glyph.shape
    turn = _affine(rng, angle=14, scale=0.08, stretch=0.22, shear=0.32)
    turn *= max(height, width) / (CANVAS * 0.82)
    grid = _source_grid(CANVAS, turn, width / 2, height / 2)
    grid += _elastic_field(CANVAS, rng.uniform(0, 0.035) * max(height, width), rng)
    return np.asarray(cv2.remap(glyph, grid[..., 0], grid[..., 1], cv2.INTER_CUBIC), np.uint8)


def recut(picture: NDArray[np.uint8], rng: np.random.Generator, with_remnants: bool = False) -> NDArray[np.uint8]:
    """Photograph, binarise and normalise a character as the scanner would. (CANVAS, CANVAS) -> (28, 28), uint8 both."""
    if rng.random() < 0.35:  # a camera far away
        small = int(rng.integers(20, 40))
        far = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
        picture = np.asarray(cv2.resize(far, (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC), np.uint8)
    picture = change_stroke_width(picture, rng)
    if with_remnants and rng.random() < REMNANT_SHARE:
        picture = add_remnant(picture, rng)
    if rng.random() < 0.5:  # lens, noise, threshold
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.6, 2.0)), np.uint8)
        picture = _binarise_with_noise(picture, rng)
    glyph = normalise(picture)
    if rng.random() < 0.4:  # the cut was a little too large or too small
        glyph = move(glyph, rng, angle=0, scale=0.08, shift=1.2, shear=0, bend=0)
    return glyph


def change_stroke_width(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Thin or thicken the strokes by up to 4 of CANVAS pixels; thinning stops before half of the ink is gone."""
    size = int(rng.integers(-4, 6))
    if size == 0:
        return picture
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(size), abs(size)))
    if size > 0:
        return np.asarray(cv2.dilate(picture, kernel), np.uint8)
    thin = np.asarray(cv2.erode(picture, kernel), np.uint8)
    return thin if int(thin.sum()) * 2 > int(picture.sum()) else picture


def add_remnant(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Leave what a cut between touching digits leaves: a bit of a joining stroke, or an edge of the neighbour.

    (H, W) uint8, white ink on black; the ink may not touch the picture's sides. Returns the same shape.
    """
    x, y, width, height = cv2.boundingRect((picture > 127).view(np.uint8))
    if width < 4 or height < 4:
        return picture
    on_right = bool(rng.random() < 0.5)
    if rng.random() < 0.5:
        return _add_ligature(picture, (x, y, width, height), on_right, rng)
    return _add_neighbour_edge(picture, (x, y, width, height), on_right, rng)


def _add_ligature(
    picture: NDArray[np.uint8], box: tuple[int, int, int, int], on_right: bool, rng: np.random.Generator
) -> NDArray[np.uint8]:
    _, y, _, height = box
    row = int(rng.integers(y, y + height))
    columns = np.flatnonzero(picture[row] > 127)
    if not len(columns):
        return picture
    start = (int(columns[-1] if on_right else columns[0]), row)
    reach = rng.uniform(0.06, 0.2) * height
    end = (round(start[0] + (reach if on_right else -reach)), round(row + rng.normal(0, 0.5) * reach))
    thickness = max(1, round(rng.uniform(0.04, 0.1) * height))
    return np.asarray(cv2.line(picture.copy(), start, end, 255, thickness, cv2.LINE_AA), np.uint8)


def _add_neighbour_edge(
    picture: NDArray[np.uint8], box: tuple[int, int, int, int], on_right: bool, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Set a slice of the digit's own far side against its near side, as if a like neighbour stood there."""
    x, _, width, height = box
    share = max(2, round(rng.uniform(0.07, 0.2) * max(width, height // 3)))
    share = min(share, width, x, picture.shape[1] - x - width)
    if share < 2:
        return picture
    source = x if on_right else x + width - share
    edge = np.roll(picture[:, source : source + share], int(rng.normal(0, 0.12) * height), axis=0)
    out = picture.copy()
    left = x + width - 1 if on_right else x - share + 1
    place = out[:, left : left + share]
    np.maximum(place, edge[:, : place.shape[1]], out=place)
    return out


def _binarise_with_noise(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Threshold with noise; a threshold that would lose more than a third of the ink is not taken."""
    coarse = rng.normal(0, rng.uniform(0, 40), (CANVAS // 2, CANVAS // 2)).astype(np.float32)
    noise = cv2.resize(coarse, (CANVAS, CANVAS))
    ink = _keep_large_pieces(np.where(picture + noise > rng.uniform(60, 140), 255, 0).astype(np.uint8))
    return ink if int(ink.sum()) * 3 > int(picture.sum()) * 2 else picture


def _keep_large_pieces(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Drop specks that noise made; a digit in two pieces stays whole."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(picture, connectivity=8)
    if count < 3:
        return picture
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    keep = areas >= 0.06 * areas.max()
    return np.where(keep[labels], picture, 0).astype(np.uint8)


def _affine(rng: np.random.Generator, angle: float, scale: float, stretch: float, shear: float) -> NDArray[np.float32]:
    """Return a random 2x2 matrix from picture to source coordinates; angle in degrees, the others as fractions."""
    turn = np.deg2rad(rng.uniform(-angle, angle))
    size = np.exp(rng.uniform(-scale, scale))
    aspect = np.exp(rng.uniform(-stretch, stretch))
    cos, sin = np.cos(turn), np.sin(turn)
    slant = np.array([[1, rng.uniform(-shear, shear)], [0, 1]])
    stretched = np.diag([size * aspect, size / aspect])
    return np.asarray(np.array([[cos, -sin], [sin, cos]]) @ slant @ stretched, np.float32)


def _source_grid(side: int, matrix: NDArray[np.float32], centre_x: float, centre_y: float) -> NDArray[np.float32]:
    """Return for each pixel of a side x side picture where it is taken from: (side, side, 2), x before y."""
    steps = np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
    x, y = steps[None, :], steps[:, None]
    grid = np.empty((side, side, 2), np.float32)
    grid[..., 0] = matrix[0, 0] * x + matrix[0, 1] * y + np.float32(centre_x - 0.5)
    grid[..., 1] = matrix[1, 0] * x + matrix[1, 1] * y + np.float32(centre_y - 0.5)
    return grid


def _elastic_field(side: int, strength: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a smooth random displacement, (side, side, 2) float32; strength: its deviation in source pixels."""
    coarse = rng.normal(0, 1, (ELASTIC_GRID, ELASTIC_GRID, 2)).astype(np.float32) * np.float32(strength)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)
