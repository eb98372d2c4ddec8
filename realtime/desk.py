"""What the person at the window has asked for, and how keys and the mouse change it. Pure: no window, no files."""

from dataclasses import dataclass, field, replace

from realtime.keys import Action
from realtime.layout import Layout
from realtime.wishes import Wishes
from scanner.page import Box
from scanner.reading import Digit, Reading

STEP = 0.05
"""How much a key moves the threshold."""

HIGHEST = 0.95
"""The threshold that keys reach, at most: at 1 nothing would be read."""

LEAST_REGION = 8
"""Width and height in pixels of the frame below which a drag was a slip of the hand."""

REACH = 0.15
"""A click beside a digit, by this share of its height, still means it."""


@dataclass(frozen=True)
class Desk:
    """The state of the window."""

    wishes: Wishes = field(default_factory=Wishes)
    templates: tuple[str, ...] = ()
    """Names of the templates that were given."""
    shows_help: bool = False
    shows_stages: bool = False
    is_choosing: bool = False
    """Whether the next drag of the mouse draws the region."""
    start: tuple[int, int] | None = None
    """Where a drag began, in pixels of the window."""
    end: tuple[int, int] | None = None
    """Where it is now."""
    picked: Digit | None = None
    """The digit that was clicked, and waits for what it is; the picture is frozen meanwhile."""
    thaws: bool = False
    """Whether the picture goes on when nothing is picked any more: it was not frozen before."""

    def press(self, action: Action) -> "Desk":
        """Return the desk after a key that changes nothing but the desk; other actions leave it as it is."""
        match action:
            case Action.QUIT:
                return self._wish(goes_on=False)
            case Action.FREEZE:
                return self._wish(is_frozen=not self.wishes.is_frozen)
            case Action.SURER:
                return self._wish(reject_below=min(HIGHEST, round(self.wishes.reject_below + STEP, 4)))
            case Action.LAXER:
                return self._wish(reject_below=max(0.0, round(self.wishes.reject_below - STEP, 4)))
            case Action.TEMPLATE:
                return self._wish(template=(self.wishes.template + 1) % (len(self.templates) + 1))
            case Action.REGION if self.wishes.region or self.is_choosing:
                return replace(self._wish(region=None), is_choosing=False, start=None, end=None)
            case Action.REGION:
                return replace(self, is_choosing=True)
            case Action.STAGES:
                return replace(self, shows_stages=not self.shows_stages)
            case Action.HELP:
                return replace(self, shows_help=not self.shows_help)
        return self

    def touch(self, x: int, y: int, layout: Layout, reading: Reading) -> "Desk":
        """Return the desk after the mouse's button went down there: a region begins, or a digit is picked."""
        if self.is_choosing:
            return replace(self, start=(x, y), end=(x, y))
        desk = self.put_down()
        found = find_digit(reading, *layout.to_frame(x, y)) if layout.is_in_view(x, y) else None
        if found is None:
            return desk
        return replace(desk._wish(is_frozen=True), picked=found, thaws=not desk.wishes.is_frozen)

    def put_down(self) -> "Desk":
        """Return the desk with no digit picked."""
        desk = replace(self, picked=None, thaws=False)
        return desk._wish(is_frozen=False) if self.thaws else desk

    def move(self, x: int, y: int) -> "Desk":
        """Return the desk after the mouse moved there."""
        return replace(self, end=(x, y)) if self.start else self

    def release(self, x: int, y: int, layout: Layout) -> "Desk":
        """Return the desk after the button came up there: a region is read from now on, where one was drawn."""
        if self.start is None:
            return self
        region = span(layout.to_frame(*self.start), layout.to_frame(x, y))
        if min(region.width, region.height) < LEAST_REGION:
            return replace(self, start=None, end=None)
        return replace(self._wish(region=region), is_choosing=False, start=None, end=None)

    def _wish(self, **changes: object) -> "Desk":
        return replace(self, wishes=replace(self.wishes, **changes))  # type: ignore[arg-type]  # names are checked there


def find_digit(reading: Reading, x: int, y: int) -> Digit | None:
    """Return the digit that stands at a pixel of the frame, or close to it; None where none does."""
    near = [
        (abs(digit.box.centre_x - x) + abs(digit.box.centre_y - y), digit)
        for line in reading.lines
        for digit in line.digits
        if _is_near(digit.box, x, y)
    ]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def span(one: tuple[int, int], other: tuple[int, int]) -> Box:
    """Return the box between two corners, both included."""
    x, y = min(one[0], other[0]), min(one[1], other[1])
    return Box(x, y, abs(one[0] - other[0]) + 1, abs(one[1] - other[1]) + 1)


def _is_near(box: Box, x: int, y: int) -> bool:
    reach = round(REACH * box.height)
    return box.x - reach <= x < box.right + reach and box.y - reach <= y < box.bottom + reach
