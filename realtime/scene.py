"""The page as it was last read, and where it lies now: all that changes is told from what merely moves or flickers."""

from collections import deque
from dataclasses import dataclass, replace

import cv2
import numpy as np

from realtime.change import SQUARE, find_changes, find_cover, measure_noise
from realtime.glance import Glance, Grey, Mask, Move
from realtime.motion import Landmarks, find_landmarks, follow

CALM = 0.065
"""Seconds after which a place that stayed the same is calm: two frames of a camera that takes 30 in a second."""

MEMORY = 4
"""Glances that are kept to tell what moves, at most."""

SAME = 4.0
"""Two glances show the same when they differ nowhere by more than this, of 255 and averaged over 3x3 pixels."""

RISE = 1.02
"""The measure of noise grows by at most this factor a frame: what moves in one frame is no noise."""


@dataclass(frozen=True)
class Ground:
    """What is known of a page's places. All masks are (h, w) bool, in pixels of the key: the glance last read."""

    seen: Mask
    """What the frame shows of it."""
    changed: Mask
    """What is not as it was read, or was never read."""
    restless: Mask
    """What moves still."""
    cover: Mask
    """What something lies over that reaches in from the border: a hand, a sleeve, a pen."""


@dataclass(frozen=True)
class View:
    """What a glance shows, beside the key."""

    glance: Glance
    time: float
    """Seconds, the frame's."""
    move: Move | None
    """(3, 3) float64: takes the key's pixels to the glance's; None where the page is lost, or in the dark."""
    ground: Ground

    @property
    def is_calm(self) -> bool:
        """Whether nothing moves."""
        return self.move is not None and not self.ground.restless.any()


class Scene:
    """Follows a page from glance to glance."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: nothing has been read."""
        self._key: Landmarks | None = None
        self._known: Mask | None = None
        self._move: Move = np.eye(3)
        self._past: deque[View] = deque(maxlen=MEMORY)
        self._noise = 1.0
        self._anchor: View | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing has been read yet."""
        return self._key is None

    @property
    def move(self) -> Move:
        """Where the page was last: (3, 3), takes the key's pixels to a glance's."""
        return self._move

    def look(self, glance: Glance, time: float) -> View:
        """Find the page in a glance, and what has changed on it. time: seconds, the frame's."""
        shape = glance.grey.shape
        if self._past and self._past[-1].glance.grey.shape != shape:
            self.forget()
        self._measure_noise(glance.grey)
        view = self._look_again(glance, time) or self._look_closely(glance, time)
        self._past.append(view)
        return view

    def _measure_noise(self, grey: Grey) -> None:
        if self._past:
            noise = measure_noise(grey, self._past[-1].glance.grey)
            self._noise = min(noise, RISE * self._noise + 0.01)

    def _look_again(self, glance: Glance, time: float) -> View | None:
        """Return the same view when the glance shows the same as one that was looked at closely."""
        anchor = self._anchor
        if anchor is None or self._past[-1].move is None:
            return None
        difference = cv2.blur(cv2.absdiff(glance.grey, anchor.glance.grey), (3, 3))
        if int(difference.max()) > max(SAME, 3 * self._noise):
            return None
        ground = anchor.ground
        if time - anchor.time >= CALM and ground.restless.any():
            ground = replace(ground, restless=np.zeros_like(ground.restless))
        return View(glance, time, anchor.move, ground)

    def _look_closely(self, glance: Glance, time: float) -> View:
        nothing = np.zeros(glance.grey.shape, np.bool_)
        move = None if glance.is_dark else self._find_move(glance.grey)
        if move is None:
            self._anchor = None
            return View(glance, time, None, Ground(nothing, nothing, nothing, nothing))
        self._move = move
        grey, seen = _lay_back(glance.grey, move)
        changed, cover = ~nothing, nothing
        if self._key is not None and self._known is not None:
            changed = find_changes(self._key.grey, grey, seen & self._known, self._noise)
            cover = find_cover(changed, seen)
            changed = changed | (seen & ~self._known)
        view = View(glance, time, move, Ground(seen, changed, self._find_restless(grey, seen, time), cover))
        self._anchor = view
        return view

    def _find_move(self, grey: Grey) -> Move | None:
        return self._move if self._key is None else follow(self._key, grey, self._move)

    def _find_restless(self, grey: Grey, seen: Mask, time: float) -> Mask:
        """Return what is not as it was CALM seconds ago. grey: as the key lies."""
        before = [view for view in self._past if view.move is not None and time - view.time < 4 * CALM]
        if not before:
            return np.zeros_like(seen)
        old = next((view for view in reversed(before) if time - view.time >= CALM), before[0])
        assert old.move is not None
        there, was_seen = _lay_back(old.glance.grey, old.move)
        moved = find_changes(there, grey, seen & was_seen, self._noise)
        return np.asarray(cv2.dilate(moved.view(np.uint8), SQUARE).view(np.bool_), np.bool_)

    def renew(self, view: View, kept: Mask, writing: Mask | None) -> None:
        """Take a view, as it was read, for the key.

        kept: what of it is not taken over, in pixels of the key before: it is hidden, or was moving when it was read.
        writing: where digits stand, in pixels of the new key.
        """
        assert view.move is not None, "only a page that was found is read"
        back, grey = np.linalg.inv(view.move), view.glance.grey
        shape = grey.shape[::-1]
        hidden = cv2.warpAffine(kept.view(np.uint8), view.move[:2], shape, flags=cv2.INTER_NEAREST).view(np.bool_)
        known = ~hidden
        if self._key is not None and self._known is not None and hidden.any():
            old = cv2.warpAffine(self._key.grey, view.move[:2], shape, borderMode=cv2.BORDER_REPLICATE)
            grey = np.where(hidden, old, grey)
            was_known = cv2.warpAffine(self._known.view(np.uint8), view.move[:2], shape, flags=cv2.INTER_NEAREST)
            known |= was_known.view(np.bool_)
        self._key, self._known = find_landmarks(grey, writing), known
        self._move = self._move @ back
        moved = [replace(each, move=None if each.move is None else each.move @ back) for each in self._past]
        self._past = deque(moved, MEMORY)
        self._anchor = None


def _lay_back(grey: Grey, move: Move) -> tuple[Grey, Mask]:
    """Return a glance as the key lies, and what of the key it shows."""
    if np.array_equal(move, np.eye(3)):
        return grey, np.ones(grey.shape, np.bool_)
    size, flags = grey.shape[::-1], cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(grey, move[:2], size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    whole = np.full(grey.shape, 255, np.uint8)
    seen = cv2.warpAffine(whole, move[:2], size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(laid, np.uint8), np.asarray(seen > 250, np.bool_)


def carry(mask: Mask, move: Move) -> Mask:
    """Return a mask as the glance lies to which the move takes it; what comes into view is not in it."""
    moved = cv2.warpAffine(mask.view(np.uint8), move[:2], mask.shape[::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(moved.view(np.bool_), np.bool_)
