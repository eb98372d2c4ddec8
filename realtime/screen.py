"""Where readings are shown: in a window, or wherever else. The only file that calls imshow."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

import cv2

from realtime.desk import Desk
from realtime.frame import Frame
from realtime.keys import ESCAPE, NO_DIGIT_KEYS, Action, find_action
from realtime.layout import Layout, choose_window, lay_out
from realtime.overlay import Sight, draw
from realtime.rate import Rate
from realtime.said import Said, lay_said_over
from realtime.seen import Seen
from realtime.tools import Tools
from realtime.wishes import Wishes

TITLE = "digitlens"

KEY_WAIT = 1
"""Milliseconds that a film's frame waits for a key; the window draws itself in this time."""

LOOK_WAIT = 50
"""Milliseconds between two looks at keys and close button while a picture stands still."""

MESSAGE_TIME = 4.0
"""Seconds for which the window says what was done."""

ASKS = "What is this digit? Type it; x: it is none; Esc: leave it."


class Screen(Protocol):
    """What the loop asks of a screen."""

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Show what is seen on a frame. Returns what the person wants from the next frame on."""
        ...


class Screens:
    """Several screens for one loop; the first one's wishes count."""

    def __init__(self, screens: Sequence[Screen]) -> None:
        """screens: at least one."""
        self._screens = screens

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Show it on all. Passes on what they raise."""
        wishes = [screen.show(frame, seen, rate) for screen in self._screens]
        return wishes[0]


class Slides:
    """Frames of which a picture comes again when the person wishes that it is read otherwise."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames
        self.again = False

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            yield frame
            while self.again:
                self.again = False
                yield frame


class Window:
    """Shows frames in a window until q, Esc or its close button. See realtime.display before."""

    def __init__(
        self, desk: Desk, tools: Tools, slides: Slides | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """slides: where the frames come from, if pictures are to be read anew. clock: seconds."""
        self._desk = desk
        self._tools = tools
        self._slides = slides
        self._clock = clock
        self._sight: Sight | None = None
        self._layout: Layout | None = None
        self._message, self._until = "", 0.0
        self._said: Said | None = None

    def __enter__(self) -> Self:
        """The window opens with its first frame."""
        # Qt complains that OpenCV's package holds no fonts for it; no text of ours is set by Qt
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the window."""
        cv2.destroyAllWindows()

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Show the frame; a picture stays until a key that does nothing else. Raises OutputError of a film."""
        recorded = None if frame.trouble else self._tools.add(frame, seen.reading)
        before = self._desk.wishes
        if self._sight is None or frame.still or not before.is_frozen:
            self._sight = Sight(frame, seen, rate, self._desk, recorded=recorded)
        self._sight = replace(self._sight, recorded=recorded)
        goes_to_next = self._look(KEY_WAIT)
        while frame.still and self._desk.wishes.goes_on:
            is_otherwise = replace(self._desk.wishes, is_frozen=before.is_frozen) != before
            if (is_otherwise or self._said) and self._slides:
                self._slides.again = True
                break
            if goes_to_next:
                break
            goes_to_next = self._look(LOOK_WAIT)
        said, self._said = self._said, None
        return replace(self._desk.wishes, said=said)

    def _look(self, wait: int) -> bool:
        """Paint, and do what keys and mouse say within some milliseconds. Returns whether another key was pressed."""
        assert self._sight is not None
        if self._layout is None:
            self._open(self._sight.frame)
        self._sight = replace(self._sight, desk=self._desk, message=self._choose_message())
        self._layout = self._measure()
        cv2.imshow(TITLE, draw(self._sight, self._layout))
        is_other, code = False, cv2.waitKey(wait)
        while code >= 0:
            is_other = not self._press(code & 0xFF) or is_other
            code = cv2.pollKey()  # several may have been pressed while the frame was read
        if not self._is_visible():
            self._desk = self._desk.press(Action.QUIT)
        return is_other

    def _press(self, code: int) -> bool:
        """Do what a key says. Returns whether it says anything."""
        assert self._sight is not None
        frame, reading = self._sight.frame, self._sight.seen.reading
        picked = self._desk.picked
        if picked is not None and (code == ESCAPE or code in NO_DIGIT_KEYS or chr(code) in "0123456789"):
            self._desk = self._desk.put_down()
            if code != ESCAPE:
                label = None if code in NO_DIGIT_KEYS else int(chr(code))
                self._correct(Said(picked, label))
            return True
        match action := find_action(code):
            case None:
                return False
            case Action.SNAPSHOT:
                self._say(self._tools.snap(frame, reading))
            case Action.RECORD:
                self._say(self._tools.toggle_film())
            case Action.COPY:
                self._say(self._tools.copy(reading))
            case Action.TEMPLATE if not self._desk.templates:
                self._say("There is no template; start with --template FILE.")
            case _:
                self._desk = self._desk.press(action)
        return True

    def _correct(self, said: Said) -> None:
        """Keep what a person said of a digit, show it on the picture that stands, and tell who looks at the next."""
        assert self._sight is not None
        self._say(self._tools.correct(self._sight.frame, said.digit, said.label))
        seen = self._sight.seen
        self._sight = replace(self._sight, seen=replace(seen, reading=lay_said_over(seen.reading, said)))
        self._said = said

    def _choose_message(self) -> str:
        if self._desk.picked:
            return ASKS
        if self._desk.is_choosing:
            return "Draw with the mouse what is to be read; m: read all."
        return self._message if self._clock() < self._until else ""

    def _say(self, sentence: str) -> None:
        self._message, self._until = sentence, self._clock() + MESSAGE_TIME

    def _open(self, frame: Frame) -> None:
        size = choose_window((frame.image.shape[1], frame.image.shape[0]))
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, *size)
        cv2.setMouseCallback(TITLE, self._touch)
        self._layout = lay_out((frame.image.shape[1], frame.image.shape[0]), size)

    def _measure(self) -> Layout:
        """Return the layout for the window as it is now: the person may have made it larger."""
        assert self._layout is not None
        assert self._sight is not None
        image = self._sight.frame.image
        try:
            _, _, width, height = cv2.getWindowImageRect(TITLE)
        except cv2.error:  # Qt knows nothing of windows any more when the last one was closed
            width, height = 0, 0
        size = (width, height) if min(width, height) > 1 else (self._layout.width, self._layout.height)
        return lay_out((image.shape[1], image.shape[0]), size)

    def _touch(self, event: int, x: int, y: int, flags: int, _: object) -> None:
        """Take what the mouse does; OpenCV calls it while a key is waited for. x, y: pixels of what was shown."""
        if self._layout is None or self._sight is None:
            return
        if event == cv2.EVENT_LBUTTONDOWN:
            self._desk = self._desk.touch(x, y, self._layout, self._sight.seen.reading)
        elif event == cv2.EVENT_MOUSEMOVE:
            self._desk = self._desk.move(x, y)
        elif event == cv2.EVENT_LBUTTONUP:
            self._desk = self._desk.release(x, y, self._layout)

    def _is_visible(self) -> bool:
        try:
            return cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # Qt knows nothing of windows any more when the last one was closed
            return False
