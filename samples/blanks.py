"""Draws the empty forms: a cheque of a bank that does not exist, and the two pages of an application.

Their templates say where the fields are, and the frames are drawn there.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""BGR, 0..255."""

FORMS = Path(__file__).parent / "forms"

SANS = cv2.FontFace("sans")
"""OpenCV brings it, so that all machines draw the same."""

REGULAR, BOLD = 400, 700

INK: Colour = (58, 50, 46)
GREEN: Colour = (92, 112, 40)
BLUE: Colour = (128, 84, 40)
GREY: Colour = (120, 116, 112)
WHITE: Colour = (255, 255, 255)

CHEQUE_SIZE, A4_SIZE = (1200, 540), (1240, 1754)
"""Width and height in pixels at 150 dpi."""

SIGNED = 1250
"""Height of the line for the signature, in pixels."""

MARKER, MARKER_EDGE = 72, 56
"""Side of a printed marker, and how far it stands from the paper's edges, in pixels."""


@dataclass(frozen=True)
class Frame:
    """A field as it is printed, in pixels of its page."""

    x: int
    y: int
    width: int
    height: int
    boxes: int = 0
    """Of a comb; 0 for a plain frame."""
    page: int = 1


NAMES = (Frame(450, 446, 690, 52, 15), Frame(450, 538, 690, 52, 15))
"""Combs for letters, which no template reads: surname, given names."""


@lru_cache(maxsize=2)
def load_frames(name: str) -> dict[str, Frame]:
    """Return the fields of a sample's template, by name."""
    with (FORMS / f"{name}.toml").open("rb") as file:
        fields = tomllib.load(file)["fields"]
    frames = {}
    for key, field in fields.items():
        x, y, width, height = field["box"]
        frames[key] = Frame(x, y, width, height, field.get("boxes", 0), field.get("page", 1))
    return frames


def draw_cheque() -> Picture:
    """Draw the empty cheque. Returns (H, W, 3) uint8 BGR."""
    width, height = CHEQUE_SIZE
    paper = weave_security(width, height)
    for inset, thickness in ((14, 3), (22, 1)):
        cv2.rectangle(paper, (inset, inset), (width - 1 - inset, height - 1 - inset), GREEN, thickness, cv2.LINE_AA)
    _draw_bridge(paper, 82, 82, 36)
    _type(paper, "Fairwater Savings Bank", 136, 80, 34, BOLD, GREEN)
    _type(paper, "14 Harbour Row, Fairwater  ·  a bank that does not exist", 137, 108, 16)
    frames = load_frames("cheque")
    for name, label in (("number", "Cheque no."), ("date", "Date"), ("amount", "$")):
        frame = frames[name]
        _type(paper, label, frame.x - 14, frame.y + frame.height // 2 + 8, 28 if label == "$" else 18, align=1.0)
    for k, sign in enumerate("DDMMYYYY"):
        _type(paper, sign, round(frames["date"].x + (k + 0.5) * 40), 174, 11, colour=GREY, align=0.5)
    for label, y, left, right in (
        ("Pay to the order of", 236, 226, 836),
        ("The sum of", 308, 156, 1070),
        ("For", 380, 92, 520),
    ):
        _type(paper, label, 48, y, 18)
        _rule(paper, left, right, y + 4)
    _type(paper, "dollars", 1084, 308, 18)
    _type(paper, "Signature", 660, 380, 18, align=1.0)
    _rule(paper, 674, 1152, 384)
    for name, label in (("routing", "Routing number"), ("account", "Account number")):
        _type(paper, label, frames[name].x, frames[name].y - 10, 15)
    for k, line in enumerate(("Write digits in blue or black ink,", "one in each box. Void where altered.")):
        _type(paper, line, 1152, 464 + 20 * k, 14, colour=GREY, align=1.0)
    for frame in frames.values():
        _draw_frame(paper, frame, GREEN)
    return paper


def draw_application() -> tuple[Picture, Picture]:
    """Draw the two empty pages of the application. Returns two of (H, W, 3) uint8 BGR."""
    first, second = (_draw_sheet(number) for number in (1, 2))
    frames = load_frames("application")
    _draw_head(first, "Application for membership", "Please write in capitals and digits, one in each box.")
    _draw_band(first, 388, "1   About you")
    for k, label in enumerate(("Surname", "Given names")):
        _type(first, label, 90, NAMES[k].y + 35, 24)
        _draw_frame(first, NAMES[k], BLUE)
    for name, label, note in (
        ("birth", "Date of birth", "day, month, year"),
        ("postcode", "Postcode", ""),
        ("phone", "Telephone", "without blanks; may be left empty"),
    ):
        _label(first, frames[name], label, note)
    _draw_band(first, 952, "2   Your membership")
    _label(first, frames["member"], "Membership number", "on the letter that we sent to you")
    _label(first, frames["persons"], "Rowers at home", "you among them; may be left empty")
    _type(first, "You will be", 90, 1234, 24)
    for name, label in (("rower", "a rower"), ("cox", "a cox"), ("supporter", "a supporter, ashore")):
        _type(first, label, frames[name].x + 52, frames[name].y + 26, 22)
    _draw_head(second, "Application for membership", "Page 2. A comb that does not concern you stays empty.")
    _draw_band(second, 388, "3   What you pay each year, in dollars")
    for name, label, note in (
        ("fee", "Fee", "rowers 144.00, coxes 96.00, supporters 60.00"),
        ("storage", "Storage of your own boat", "by its length; may be left empty"),
        ("total", "Together", "fee and storage"),
    ):
        _label(second, frames[name], label, note)
        frame = frames[name]
        cv2.circle(second, (frame.x + 5 * frame.width // 7, frame.y + frame.height + 9), 4, BLUE, -1, cv2.LINE_AA)
    _rule(second, 90, 1002, 617)
    _draw_band(second, 782, "4   How you pay")
    _label(second, frames["account"], "Account number", "twelve digits; the last two check it")
    _label(second, frames["start"], "From this day on", "day, month, year")
    _type(second, "I have read the club's rules, and I can swim.", frames["rules"].x + 52, frames["rules"].y + 26, 22)
    for left, right, label in ((90, 520, "Place"), (600, 1150, "Signature")):
        _rule(second, left, right, SIGNED)
        _type(second, label, left, SIGNED + 26, 17, colour=GREY)
    for page in (first, second):
        _draw_office(page)
    for frame in frames.values():
        _draw_frame(second if frame.page == 2 else first, frame, BLUE)
    return first, second


def weave_security(width: int, height: int) -> Picture:
    """Return the fine waves of security paper, few colours, so that the file stays small. (H, W, 3) uint8."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    rings = np.hypot((x - 0.47 * width) * 0.8, y - 0.52 * height)
    petals = np.arctan2(y - 0.52 * height, x - 0.47 * width)
    rosette = np.sin((rings + 11 * np.sin(9 * petals)) * (2 * np.pi / 12)) > 0.55
    waves = np.sin((y + 9 * np.sin(x / 47) + 4 * np.sin(x / 19 + y / 41)) * (2 * np.pi / 9)) > 0.6
    paper = np.full((height, width, 3), (240, 246, 240), np.uint8)
    paper[waves] = (226, 238, 222)
    paper[rosette & (rings < 190)] = (222, 234, 212)
    return paper


def _draw_sheet(number: int) -> Picture:
    """Return a sheet with markers in its corners and its last line."""
    width, height = A4_SIZE
    paper = np.full((height, width, 3), 255, np.uint8)
    kind = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    near, right, bottom = MARKER_EDGE, width - MARKER_EDGE - MARKER, height - MARKER_EDGE - MARKER
    for k, (x, y) in enumerate(((near, near), (right, near), (right, bottom), (near, bottom))):
        marker = cv2.aruco.generateImageMarker(kind, 4 * (number - 1) + k, MARKER)
        paper[y : y + MARKER, x : x + MARKER] = marker[..., None]
    said = f"Form M-2, page {number} of 2  ·  Fairwater Rowing Club, a club that does not exist"
    _type(paper, said, width // 2, height - MARKER_EDGE - 24, 17, colour=GREY, align=0.5)
    return paper


def _draw_head(paper: Picture, title: str, note: str) -> None:
    _draw_oars(paper, 1080, 254)
    _type(paper, "Fairwater Rowing Club", 90, 196, 26, BOLD, BLUE)
    _type(paper, title, 90, 254, 46, BOLD)
    _type(paper, note, 90, 302, 22)


def _draw_band(paper: Picture, y: int, text: str) -> None:
    cv2.rectangle(paper, (90, y - 32), (1150, y + 12), BLUE, cv2.FILLED)
    _type(paper, text, 106, y, 25, BOLD, WHITE)


def _label(paper: Picture, frame: Frame, label: str, note: str) -> None:
    middle = frame.y + frame.height // 2
    _type(paper, label, 90, middle + (9 if not note else -1), 24)
    if note:
        _type(paper, note, 90, middle + 23, 16, colour=GREY)


def _draw_frame(paper: Picture, frame: Frame, colour: Colour) -> None:
    """Draw a frame around a field; where it is a comb, with walls between its boxes."""
    right, bottom = frame.x + frame.width, frame.y + frame.height
    cv2.rectangle(paper, (frame.x, frame.y), (right, bottom), WHITE, cv2.FILLED)
    cv2.rectangle(paper, (frame.x, frame.y), (right, bottom), colour, 2)
    for k in range(1, frame.boxes):
        x = frame.x + round(k * frame.width / frame.boxes)
        cv2.line(paper, (x, frame.y), (x, bottom), colour, 1)


def _draw_bridge(paper: Picture, x: int, y: int, radius: int) -> None:
    """Draw the bank's sign: an arch over waves, in a ring."""
    cv2.circle(paper, (x, y), radius, GREEN, 3, cv2.LINE_AA)
    cv2.ellipse(paper, (x, y + 8), (22, 20), 0, 180, 360, GREEN, 4, cv2.LINE_AA)
    cv2.line(paper, (x - 30, y - 12), (x + 30, y - 12), GREEN, 4, cv2.LINE_AA)
    for row in range(2):
        steps = np.arange(-24 + 5 * row, 25 - 5 * row, dtype=np.float32)
        wave = np.stack([x + steps, y + 15 + 8 * row + 2 * np.sin(steps / 3)], axis=1)
        cv2.polylines(paper, [np.round(wave * 8).astype(np.int32)], False, GREEN, 2, cv2.LINE_AA, 3)


def _draw_oars(paper: Picture, x: int, y: int) -> None:
    """Draw the club's sign: two crossed oars."""
    for side in (-1, 1):
        cv2.line(paper, (x - 54 * side, y + 54), (x + 40 * side, y - 40), BLUE, 5, cv2.LINE_AA)
        cv2.ellipse(paper, (x + 46 * side, y - 46), (26, 9), -45 * side, 0, 360, BLUE, cv2.FILLED, cv2.LINE_AA)


def _draw_office(paper: Picture) -> None:
    """Draw the part that the club fills in."""
    cv2.rectangle(paper, (90, 1440), (1150, 1570), (246, 244, 242), cv2.FILLED)
    _type(paper, "For the club", 106, 1472, 17, BOLD, GREY)
    for left, label in ((106, "received"), (460, "entered by"), (814, "filed as")):
        _rule(paper, left, left + 320, 1536)
        _type(paper, label, left, 1558, 15, colour=GREY)


def _rule(paper: Picture, left: int, right: int, y: int) -> None:
    cv2.line(paper, (left, y), (right, y), INK, 1)


def _type(
    paper: Picture,
    text: str,
    x: int,
    y: int,
    size: int,
    weight: int = REGULAR,
    colour: Colour = INK,
    align: float = 0.0,
) -> None:
    """Print a text whose base line is y. align: the share of its width that stands left of x."""
    _, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), SANS, size, weight)
    cv2.putText(paper, text, (round(x - align * width), y), colour, SANS, size, weight)
