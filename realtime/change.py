"""What has changed between two glances at a page, whatever the light, the sensor's noise, or half a pixel of motion."""

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.glance import Grey, Mask

CELLS = (20, 12)
"""Columns and rows in which the light is compared."""

ROUNDS = 4
"""How often the light is fitted again, each time with less heed to what does not fit: a hand is no light."""

OUTLIER = 0.08
"""A cell this far from the fitted light, in nats, hardly counts: a tenth brighter or darker than the rest."""

LEAST_CHANGE = 7.0
"""What differs by less than this, of 255 in the mean of 3x3 pixels, has not changed: a pen's stroke differs by 15 and
more."""

NOISE_FACTOR = 2.5
"""Nor has what differs by less than this many standard deviations of the noise, of which the mean of 3x3 pixels has a
third."""

EDGE = 0.25
"""Nor what differs by less than this share of the contrast around it: edges soften when a page moves."""

SPECK = 3
"""Changes of fewer pixels of a glance are noise."""

JUMP = 6
"""Differences count as this at most when noise is measured, of 255: what moves is no noise."""

GROWN = 5
"""Pixels of a glance across which the parts of a hand are taken for one."""

LEAST_COVER = 40
"""What reaches the picture's border and is smaller than this, in pixels of a glance, is no hand."""

RIM = np.ones((7, 7), np.uint8)
"""What comes within three pixels of the border, reaches it: the outermost are lost when a page shifts a little."""

SQUARE = np.ones((3, 3), np.uint8)


def measure_noise(one: Grey, other: Grey) -> float:
    """Return the standard deviation of the noise, 0..255, from two pictures of one scene in which little moves."""
    return float(np.minimum(cv2.absdiff(one, other), JUMP).mean()) / 1.13


def find_changes(old: Grey, new: Grey, known: Mask, noise: float) -> Mask:
    """Return where something was written, erased, laid down or taken away. (h, w) bool.

    old, new: (h, w) uint8, the page in the same place. known: where both show it. noise: standard deviation (0..255).
    Means of 3x3 pixels are compared: a thin stroke has the same wherever it lies between two pixels. A place has
    changed when it is darker, or brighter, than all that stood within a pixel of it: so strokes may shift a little.
    """
    old, new = (np.asarray(cv2.blur(each, (3, 3)), np.uint8) for each in (even_light(old, new, known), new))
    darkest_old, darkest_new = cv2.erode(old, SQUARE), cv2.erode(new, SQUARE)
    brightest_old, brightest_new = cv2.dilate(old, SQUARE), cv2.dilate(new, SQUARE)
    most = cv2.subtract(darkest_old, new)
    for one, other in ((darkest_new, old), (new, brightest_old), (old, brightest_new)):
        cv2.max(most, cv2.subtract(one, other), dst=most)
    steep = cv2.max(cv2.subtract(brightest_old, darkest_old), cv2.subtract(brightest_new, darkest_new))
    most = cv2.subtract(most, np.asarray(cv2.convertScaleAbs(steep, alpha=EDGE), np.uint8))
    changed = (most > max(LEAST_CHANGE, NOISE_FACTOR * noise)) & known
    return drop_specks(np.asarray(changed, np.bool_))


def even_light(old: Grey, new: Grey, known: Mask) -> Grey:
    """Return the old picture in the light of the new one: a plane is fitted to the logarithm of their ratio."""
    weights = cv2.resize(known.astype(np.float32), CELLS, interpolation=cv2.INTER_AREA).ravel()
    small = [cv2.resize(each, CELLS, interpolation=cv2.INTER_AREA).astype(np.float64).ravel() for each in (old, new)]
    ratio = np.log((small[1] + 2) / (small[0] + 2))
    if np.abs(ratio[weights > 0.5]).max(initial=0.0) < 0.01:
        return old
    down, across = np.divmod(np.arange(ratio.size), CELLS[0])
    terms = np.stack([np.ones_like(ratio), across / CELLS[0], down / CELLS[1]], axis=1)
    plane = np.array([np.median(ratio), 0.0, 0.0])
    for _ in range(ROUNDS):
        near = weights / (1 + ((ratio - terms @ plane) / OUTLIER) ** 2) ** 2
        weighted = terms * near[:, None]
        plane = np.linalg.solve(terms.T @ weighted + 1e-6 * np.eye(3), weighted.T @ ratio)
    return _light(old, plane)


def _light(picture: Grey, plane: NDArray[np.float64]) -> Grey:
    height, width = picture.shape
    across = np.exp(plane[0] + plane[1] * (np.arange(width) / width - 0.5 / CELLS[0])).astype(np.float32)
    down = np.exp(plane[2] * (np.arange(height) / height - 0.5 / CELLS[1])).astype(np.float32)
    return np.asarray(cv2.convertScaleAbs(picture * across * down[:, None]), np.uint8)


def drop_specks(mask: Mask) -> Mask:
    """Return a mask without its smallest pieces."""
    if not mask.any():
        return mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= SPECK
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def find_cover(changed: Mask, seen: Mask) -> Mask:
    """Return what lies over the page: changes that reach the border of what is seen, as a hand and its pen do.

    changed, seen: (h, w) bool. Its holes are filled, and a rim around it counts too: its shadow.
    """
    nothing = np.zeros_like(changed)
    if not changed.any():
        return nothing
    near = cv2.dilate(changed.view(np.uint8), np.ones((GROWN, GROWN), np.uint8))
    count, labels = cv2.connectedComponents(near)
    inner = cv2.erode(seen.view(np.uint8), RIM, borderType=cv2.BORDER_CONSTANT, borderValue=0).view(np.bool_)
    rim = seen & ~inner
    areas = np.bincount(labels[changed], minlength=count)
    reaches = np.bincount(labels[changed & rim], minlength=count) > 0
    lies = reaches & (areas >= LEAST_COVER)
    lies[0] = False
    if not lies.any():
        return nothing
    filled = lies[labels].astype(np.uint8)
    contours, _ = cv2.findContours(filled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(filled, contours, -1, 1, cv2.FILLED).view(np.bool_) & seen, np.bool_)
