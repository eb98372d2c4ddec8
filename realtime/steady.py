"""Steady labels: digits are followed from reading to reading, shown once they are settled, and held until they go."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from realtime.glance import Glance, Mask, Move
from realtime.scene import Ground
from realtime.strands import Strands
from realtime.track import OTHER, Track, carry_places, match, to_logs, to_place
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

SURE = 0.9
"""A digit as sure as this (0..1) is settled at once, where nothing moves;"""

ENOUGH, ENOUGH_HIDDEN = 2, 3
"""any other after so many readings, which are averaged; where something moves, so many have to be sure together."""

HIDDEN = 0.15
"""A place is hidden when this share of it is covered, or moves (0..1)."""

LOST, MISSED, MOST_MISSES = 3, 1, 5
"""A reading that misses a digit, or reads another, counts so much where its ink has changed, and where not. From LOST
on it is in doubt, as if its ink had changed; MOST_MISSES are too many."""

FADED = 0.4
"""Ink whose contrast has fallen below this share of what it was has gone."""

CLAIMED = 0.3
"""A digit that lies on a settled one by more than this share of its own box is no new one."""

REPLACED = 0.5
"""A digit whose box is covered by others by more than this share has given way to them."""

LONGEST_HIDDEN, LONGEST_OUTSIDE = 60.0, 5.0
"""Seconds for which a digit is remembered under a hand, and outside the picture."""

SAME = 0.5
"""A box that covers this share of what it and a digit's cover together (0..1) is that digit's, as it stands now."""

MOST_TRIALS = 6
"""Readings after which a digit that was never seen at rest is given up."""


@dataclass(frozen=True)
class Found:
    """What a reading found, and what was known of the page where it was read."""

    reading: Reading
    glance: Glance
    """Of the frame that was read; the ground's masks lie as it does."""
    ground: Ground
    time: float
    """The frame's, in seconds."""
    is_open: bool
    """Whether digits may also settle where something moves or covers the page: a card in a hand, a page pushed in."""


class Steady:
    """Keeps the digits of a page. Places are in pixels of the key's frame, the one read last."""

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        """numbers: of the digits to come; those of a page that is gone must not name digits of the next."""
        self.tracks: list[Track] = []
        self._numbers = count() if numbers is None else numbers
        self._strands = Strands()

    @property
    def has_settled(self) -> bool:
        """Whether any digit is settled."""
        return any(track.label is not None for track in self.tracks)

    @property
    def is_unsettled(self) -> bool:
        """Whether another reading would settle something."""
        return any((track.label is None and track.gone is None) or track.misses >= LOST for track in self.tracks)

    def carry(self, move: Move) -> None:
        """Move all that is known. move: (3, 3), from the key's frame to one that becomes the key."""
        if self.tracks:
            places = carry_places(np.array([track.place for track in self.tracks]), move)
            self.tracks = [replace(track, place=place) for track, place in zip(self.tracks, places, strict=True)]
        self._strands.carry(move)

    def take(self, found: Found) -> None:
        """Learn from a reading."""
        digits = [(number, digit) for number, line in enumerate(found.reading.lines) for digit in line.digits]
        places = np.array([to_place(digit.box) for _, digit in digits]).reshape(-1, 4)
        pairs = match(np.array([track.place for track in self.tracks]).reshape(-1, 4), places)
        lines = self._name_lines(found.reading.lines, digits, pairs)
        partners = dict(pairs)
        kept: list[Track] = []
        for i, track in enumerate(self.tracks):
            if i in partners:
                number, digit = digits[partners[i]]
                heard = _hear(track, digit, lines[number], found)
            else:
                heard = _miss(track, places, found)
            if heard is not None:
                kept.append(heard)
        taken = set(partners.values())
        for k, (number, digit) in enumerate(digits):
            if k not in taken and not _is_claimed(digit.box, kept, found):
                born = _settle(Track(to_place(digit.box), to_logs(digit), lines[number]), found)
                if found.is_open or not is_hidden(digit.box, found):
                    kept.append(replace(born, number=next(self._numbers)))
        self.tracks = kept
        self._strands.keep({track.line for track in kept})

    def _name_lines(
        self, lines: tuple[Line, ...], digits: list[tuple[int, Digit]], pairs: list[tuple[int, int]]
    ) -> list[int]:
        """Return the number under which each line of a reading is kept: that of most of its digits, or a new one."""
        votes: list[Counter[int]] = [Counter() for _ in lines]
        for i, k in pairs:
            votes[digits[k][0]][self.tracks[i].line] += 1
        return [
            self._strands.put(line, vote.most_common(1)[0][0] if vote else None)
            for line, vote in zip(lines, votes, strict=True)
        ]

    def to_lines(self, move: Move, size: tuple[int, int], reject_below: float) -> tuple[Line, ...]:
        """Return the settled lines as they stand on a frame.

        move: (3, 3), from the key's frame to it. size: its width and height in pixels; what lies outside is left out.
        """
        settled = [track for track in self.tracks if track.label not in (None, OTHER)]
        return self._strands.compose(settled, move, size, reject_below)

    def hear_said(self, number: int, label: int | None) -> None:
        """Believe a person of a digit. number: its own. label: 0 to 9, or None where it is no digit."""
        said = OTHER if label is None else label
        self.tracks = [
            replace(track, label=said, is_said=True, misses=0) if track.number == number else track
            for track in self.tracks
        ]

    def mark(self, glance: Glance) -> Mask:
        """Return where digits stand: (h, w) bool in pixels of the key's glance."""
        marked = np.zeros(glance.grey.shape, np.bool_)
        for track in self.tracks:
            marked[glance.crop(grow(track.box, 0.5))] = True
        return marked


def _hear(track: Track, digit: Digit, line: int, found: Found) -> Track | None:
    """Return a track whose digit was read again; None where it was never settled and never will be."""
    if track.label is not None and is_touched(track.box, found):
        return replace(track, gone=None) if track.label == int(to_logs(digit)[:OTHER].argmax()) else track
    if track.is_said:
        if not _has_changed(track.box, found):
            is_same = digit.box.measure_likeness(track.box) >= SAME  # not a part of it, as another cut has it
            return replace(track, place=to_place(digit.box) if is_same else track.place, misses=0, gone=None)
        track = replace(track, is_said=False, label=track.best)  # it was written over: what was said is of the past
    if is_hidden(track.box, found):
        heard = _settle(replace(track.hear(digit, is_anew=False), line=line), found)
        return heard if heard.label is not None or heard.reads < MOST_TRIALS else None
    is_anew = track.label is not None and (_has_changed(track.box, found) or track.misses >= LOST)
    heard = track.hear(digit, is_anew)
    if track.label is None or is_anew:
        return _settle(replace(heard, line=line, label=None if is_anew else heard.label), found, is_anew)
    if int(to_logs(digit)[:OTHER].argmax()) != track.label:  # its ink is as it was: the reading is in doubt first
        return replace(track, misses=track.misses + MISSED, gone=None)
    return heard


def _settle(track: Track, found: Found, at_once: bool = False) -> Track:
    """Return the track with its label, if that may be shown now."""
    is_sure = float(track.shares[track.best]) >= SURE
    if is_hidden(track.box, found):
        is_ripe = track.reads >= ENOUGH_HIDDEN and is_sure
    else:
        is_ripe = at_once or is_sure or track.reads >= ENOUGH
    if not is_ripe:
        return track
    return replace(track, label=track.best, contrast=measure_contrast(track.box, found.glance))


def _miss(track: Track, places: NDArray[np.float64], found: Found) -> Track | None:
    """Return a track that a reading did not find; None when it has gone."""
    height, width = found.reading.height, found.reading.width
    if not (0 <= track.place[0] < width and 0 <= track.place[1] < height):
        return _wait(track, found.time, LONGEST_OUTSIDE)
    if track.label is None:
        return None
    if is_touched(track.box, found):
        return _wait(_doubt(track, found), found.time, LONGEST_HIDDEN)
    has_changed = _has_changed(track.box, found) or track.misses >= LOST
    if has_changed and cover_share(track.box, places) > REPLACED:
        return None
    if track.is_said and not _has_changed(track.box, found):
        return replace(track, gone=None)
    misses = track.misses + (LOST if has_changed else MISSED)
    has_faded = has_changed and measure_contrast(track.box, found.glance) < FADED * track.contrast
    return None if has_faded or misses >= MOST_MISSES else replace(track, misses=misses, gone=None)


def _doubt(track: Track, found: Found) -> Track:
    """Return a track that is half hidden: where its ink has changed beside the hand, it is read again afterwards."""
    ground, at = found.ground, found.glance.crop(track.box)
    beside = ground.changed[at] & ~(ground.cover[at] | ground.restless[at])
    return replace(track, misses=max(track.misses, LOST)) if beside.any() else track


def _wait(track: Track, time: float, longest: float) -> Track | None:
    since = time if track.gone is None else track.gone
    return replace(track, gone=since) if time - since <= longest else None


def _is_claimed(box: Box, tracks: list[Track], found: Found) -> bool:
    """Tell whether a digit lies on a settled one whose ink is as it was: how a string is cut is settled, too."""
    claims = [to_place(track.box) for track in tracks if track.label is not None and not _has_changed(track.box, found)]
    return bool(claims) and cover_share(box, np.array(claims)) > CLAIMED


def is_hidden(box: Box, found: Found) -> bool:
    """Tell whether something lies over a place, or moves there."""
    at = found.glance.crop(box)
    return bool((found.ground.cover[at] | found.ground.restless[at]).mean() > HIDDEN)


def is_touched(box: Box, found: Found) -> bool:
    """Tell whether anything lies over a part of a place, or moves there: what is read of it then counts for nothing."""
    at = found.glance.crop(box)
    return bool((found.ground.cover[at] | found.ground.restless[at]).any())


def _has_changed(box: Box, found: Found) -> bool:
    return bool(found.ground.changed[found.glance.crop(box)].any())


def measure_contrast(box: Box, glance: Glance) -> float:
    """Return how far the ink in a box stands out from its paper, 0..255."""
    values = np.sort(glance.grey[glance.crop(grow(box, 0.15))], axis=None)
    return float(values[-1 - values.size // 20]) - float(values[values.size // 20])


def grow(box: Box, share: float) -> Box:
    """Return a box larger by a share of its height on each side."""
    margin = round(share * box.height)
    return Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)


def cover_share(box: Box, places: NDArray[np.float64]) -> float:
    """Return how much of a box others cover, 0..1; what two of them cover counts twice. places: (N, 4)."""
    if not len(places):
        return 0.0
    x, y, width, height = places.T
    across = np.minimum(x + width / 2, box.right) - np.maximum(x - width / 2, box.x)
    down = np.minimum(y + height / 2, box.bottom) - np.maximum(y - height / 2, box.y)
    return min(1.0, float((np.maximum(across, 0) * np.maximum(down, 0)).sum()) / (box.width * box.height))
