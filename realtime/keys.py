"""The keys of the window: which does what, as the help and the docs tell it."""

from dataclasses import dataclass
from enum import Enum, auto


class Action(Enum):
    """What a key asks for."""

    QUIT = auto()
    FREEZE = auto()
    SNAPSHOT = auto()
    RECORD = auto()
    STAGES = auto()
    SURER = auto()
    LAXER = auto()
    REGION = auto()
    COPY = auto()
    TEMPLATE = auto()
    HELP = auto()


@dataclass(frozen=True)
class Key:
    """A key, or two that do the same."""

    action: Action
    codes: tuple[int, ...]
    """As cv2.waitKey gives them, less what is above 8 bits."""
    name: str
    """As the help prints it."""
    does: str


ESCAPE, SPACE = 27, 32

NO_DIGIT_KEYS = frozenset({ord("x"), 8, 127, 255})
"""x, Backspace and Delete, which Qt gives as 8 and 255: what was clicked is no digit."""

KEYS = (
    Key(Action.QUIT, (ord("q"), ord("Q"), ESCAPE), "q, Esc", "quit"),
    Key(Action.FREEZE, (SPACE,), "space", "freeze the picture, and go on"),
    Key(Action.SNAPSHOT, (ord("s"), ord("S")), "s", "snapshot: a picture and its reading as JSON"),
    Key(Action.RECORD, (ord("r"), ord("R")), "r", "record a film, and stop"),
    Key(Action.COPY, (ord("c"), ord("C")), "c", "copy the strings"),
    Key(Action.REGION, (ord("m"), ord("M")), "m", "read only a part: draw it with the mouse; again for all"),
    Key(Action.TEMPLATE, (ord("t"), ord("T")), "t", "next template, or none"),
    Key(Action.SURER, (ord("+"), ord("=")), "+", "show only surer digits"),
    Key(Action.LAXER, (ord("-"), ord("_")), "-", "show less sure digits, too"),
    Key(Action.STAGES, (ord("d"), ord("D")), "d", "how long each stage takes"),
    Key(Action.HELP, (ord("h"), ord("H"), ord("?")), "h", "this help"),
)

MOUSE = ("click", "a digit, then type what it is (x: no digit): shown so, and kept to train with")
"""What the mouse does, as the help prints it."""


def find_action(code: int) -> Action | None:
    """Return what a key asks for. code: of cv2.waitKey; below 0 where none was pressed."""
    if code < 0:
        return None
    return next((key.action for key in KEYS if code & 0xFF in key.codes), None)
