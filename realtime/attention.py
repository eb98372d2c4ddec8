"""When a frame is worth reading: something was written, a page came, or a digit is not settled yet."""

from dataclasses import dataclass

import numpy as np

from realtime.scene import View

REST = 1.0
"""Seconds that what covers a page must rest before it is read as well: hands rest for less, a page laid down stays."""

READS_AT_REST = 3
"""So often it is read then: what it shows has to be read three times alike."""

PAUSE = 0.3
"""Seconds between two readings while something moves that will not rest."""

NEW_PAGE = 0.6
"""What changes more than this share of the picture is no hand: it is another page, or another place."""

NEW_PAGE_RESTS = 0.2
"""Seconds that it rests before all is read anew."""

LOST = 0.4
"""Seconds for which a page that cannot be found is waited for."""

IN_VIEW = 0.85
"""When less than this share of the picture was read before, it is read again."""


@dataclass(frozen=True)
class Resolve:
    """What is to be done with a frame."""

    reads: bool = False
    """Whether it is read."""
    is_open: bool = False
    """Whether digits may settle where something moves or covers the page, too."""
    forgets: bool = False
    """Whether all that was known is of another page."""


class Attention:
    """Decides, from what it has seen so far. All times are the frames', in seconds."""

    def __init__(self) -> None:
        self._lost_since: float | None = None
        self._rests_since: float | None = None
        self._reads_at_rest = 0
        self._read = -np.inf

    def decide(self, view: View, is_free: bool, is_new: bool, has_settled: bool, is_unsettled: bool) -> Resolve:
        """Decide about a frame.

        is_free: whether it can be read now. is_new: nothing has been read yet. has_settled: there are labels, which a
        hand must not disturb. is_unsettled: another reading would settle something.
        """
        if view.move is None:
            return self._search(view)
        self._lost_since = None
        ground = view.ground
        rests = self._measure_rest(view)
        if ground.cover.mean() > NEW_PAGE and rests >= NEW_PAGE_RESTS:
            return Resolve(forgets=True)
        if not is_free:
            return Resolve()
        if is_new:
            return self._resolve(view, is_open=True)
        if not has_settled:
            is_changed = bool((ground.changed & ~ground.restless).any())
            is_restless = bool(ground.restless.any())
            if is_changed or is_unsettled or (is_restless and view.time - self._read >= PAUSE):
                return self._resolve(view, is_open=True)
            return Resolve()
        hidden = ground.cover | ground.restless
        if ground.cover.any() and rests >= REST and self._reads_at_rest < READS_AT_REST:
            self._reads_at_rest += 1
            return self._resolve(view, is_open=True)
        if (ground.changed & ~hidden).any() or is_unsettled:
            return self._resolve(view)
        if ground.seen.mean() < IN_VIEW and view.time - self._read >= PAUSE:
            return self._resolve(view)
        return Resolve()

    def _resolve(self, view: View, is_open: bool = False) -> Resolve:
        self._read = view.time
        return Resolve(reads=True, is_open=is_open)

    def _search(self, view: View) -> Resolve:
        if view.glance.is_dark:  # a page in the dark has not gone
            self._lost_since = None
            return Resolve()
        since = self._lost_since = view.time if self._lost_since is None else self._lost_since
        return Resolve(forgets=view.time - since >= LOST)

    def _measure_rest(self, view: View) -> float:
        """Return for how long what covers the page has been at rest, in seconds."""
        cover = view.ground.cover
        if not cover.any() or (view.ground.restless & cover).any():
            self._rests_since, self._reads_at_rest = None, 0
            return 0.0
        if self._rests_since is None:
            self._rests_since = view.time
        return view.time - self._rests_since
