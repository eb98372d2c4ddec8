"""Synthetic forms for tests: a cheque and an application with their templates, filled in by a hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages import Hand, lay_ink, take_hand, write, write_digit
from samples.blanks import Frame
from samples.filling import choose_date, choose_digits

Picture = NDArray[np.uint8]
Ink = NDArray[np.float32]

TYPE = cv2.FontFace("sans")


@dataclass(frozen=True)
class Blank:
    """An empty form."""

    name: str
    picture: Picture
    """(H, W, 3) uint8 BGR."""
    template: str
    """TOML; its blank is NAME.png."""
    fill: Callable[[np.random.Generator], dict[str, str]]
    """Chooses what is written into each field: digits, points and blanks; nothing for an empty field."""

    def save(self, folder: Path) -> Path:
        """Write blank and template into a folder; returns the template's path."""
        cv2.imwrite(str(folder / f"{self.name}.png"), self.picture)
        path = folder / f"{self.name}.toml"
        path.write_text(self.template, encoding="utf-8")
        return path


CHEQUE = {
    "date": Frame(790, 60, 336, 46, 8),
    "amount": Frame(850, 196, 276, 62),
    "number": Frame(120, 60, 210, 46, 6),
    "account": Frame(120, 380, 430, 48, 10),
    "routing": Frame(690, 380, 396, 48, 9),
}

APPLICATION = {
    "birth": Frame(420, 330, 384, 52, 8),
    "customer": Frame(420, 440, 480, 52, 10),
    "card": Frame(420, 550, 736, 52, 16),
    "postcode": Frame(420, 660, 240, 52, 5),
    "phone": Frame(420, 770, 576, 52, 12),
    "children": Frame(420, 880, 96, 52, 2),
    "rent": Frame(700, 1050, 300, 64),
    "food": Frame(700, 1150, 300, 64),
    "total": Frame(700, 1250, 300, 64),
}


def draw_cheque() -> Blank:
    """Draw a cheque of a bank that does not exist, 1200 x 520 pixels."""
    paper = np.full((520, 1200, 3), (232, 240, 236), np.uint8)
    waves = np.sin(np.mgrid[:520, :1200][0] / 6 + 4 * np.sin(np.mgrid[:520, :1200][1] / 60))
    paper[waves > 0.93] = (205, 222, 210)
    _type(paper, "BANK OF THE SEVEN BRIDGES", 360, 62, 26)
    _type(paper, "12 Harbour Row, Bridgeton", 360, 92, 20)
    _type(paper, "No.", 60, 92, 24)
    _type(paper, "Date", 720, 92, 24)
    _type(paper, "Pay to the order of", 60, 180, 24)
    cv2.line(paper, (290, 184), (800, 184), (60, 60, 60), 2)
    _type(paper, "the sum of", 60, 240, 24)
    cv2.line(paper, (190, 244), (800, 244), (60, 60, 60), 2)
    _type(paper, "EUR", 800, 238, 24)
    _type(paper, "Account", 60, 366, 20)
    _type(paper, "Routing number", 690, 366, 20)
    _type(paper, "Signature", 690, 500, 20)
    cv2.line(paper, (800, 496), (1140, 496), (60, 60, 60), 2)
    cv2.rectangle(paper, (18, 18), (1181, 501), (120, 90, 60), 3)
    _frame(paper, CHEQUE, (140, 90, 50))
    template = _head("cheque") + _table(
        {
            "number": "boxes = 6\nlength = 6\nrequired = true",
            "date": 'boxes = 8\nkind = "date"\norder = "DDMMYYYY"\nrequired = true',
            "amount": 'kind = "amount"\ndecimals = 2\nleast = 0.01\nmost = 99999.99\nrequired = true',
            "account": 'boxes = 10\nlength = 10\ncheck = "mod97"\nrequired = true',
            "routing": 'boxes = 9\ncheck = "aba"\nlength = 9\nrequired = true',
        },
        CHEQUE,
    )
    return Blank("cheque", paper, template, fill_cheque)


def draw_application() -> Blank:
    """Draw a page of an application form, A4 at 150 dpi."""
    paper = np.full((1754, 1240, 3), 250, np.uint8)
    _type(paper, "HOUSING OFFICE OF BRIDGETON", 90, 120, 40)
    _type(paper, "Application for a grant towards the rent", 90, 175, 30)
    _type(paper, "Please write in capital letters and digits, one in each box. Leave empty what does not", 90, 235, 20)
    _type(paper, "concern you. We keep what you write for two years, and show it to nobody else.", 90, 262, 20)
    cv2.line(paper, (90, 290), (1150, 290), (40, 40, 40), 3)
    labels = ("Date of birth", "Customer number", "Bank card", "Postcode", "Telephone", "Children")
    for label, name in zip(labels, APPLICATION, strict=False):
        _type(paper, label, 90, APPLICATION[name].y + 36, 26)
    _type(paper, "What you pay each month", 90, 1010, 30)
    for label, name in zip(
        ("Rent and heating", "Food and clothes", "Together"), ("rent", "food", "total"), strict=True
    ):
        _type(paper, label, 90, APPLICATION[name].y + 44, 26)
        _type(paper, "EUR", 620, APPLICATION[name].y + 44, 26)
    for row, label in enumerate(("I live alone.", "I live with others.")):
        cv2.rectangle(paper, (90, 1390 + 70 * row), (124, 1424 + 70 * row), (80, 80, 80), 2)
        _type(paper, label, 150, 1418 + 70 * row, 26)
    _type(paper, "Place, date, signature", 90, 1660, 20)
    cv2.line(paper, (90, 1630), (800, 1630), (40, 40, 40), 2)
    _type(paper, "Form 7-B, page 1 of 1. Printed on recycled paper by the Seven Bridges Press.", 90, 1710, 18)
    _frame(paper, APPLICATION, (90, 90, 90))
    template = (
        'sums = ["total = rent + food"]\n'
        + _head("application")
        + _table(
            {
                "birth": 'boxes = 8\nkind = "date"\norder = "DDMMYYYY"\nrequired = true',
                "customer": "boxes = 10\nlength = 10\ncheck = {weights = [1, 3], modulus = 10}\nrequired = true",
                "card": 'boxes = 16\nlength = 16\ncheck = "luhn"',
                "postcode": 'boxes = 5\npattern = "[1-9][0-9]{4}"\nrequired = true',
                "phone": "boxes = 12\nlength = [7, 12]",
                "children": "boxes = 2\nmost = 15",
                "rent": 'kind = "amount"\nrequired = true',
                "food": 'kind = "amount"',
                "total": 'kind = "amount"\nrequired = true',
            },
            APPLICATION,
        )
        + '[fields.alone]\nbox = [84, 1384, 46, 46]\nkind = "checkbox"\n'
        + '[fields.shared]\nbox = [84, 1454, 46, 46]\nkind = "checkbox"\n'
    )
    return Blank("application", paper, template, fill_application)


def fill_cheque(rng: np.random.Generator) -> dict[str, str]:
    """Choose what is written on a cheque."""
    amount = f"{int(10 ** rng.uniform(0.5, 4.7))}.{rng.integers(100):02d}"
    account, routing = choose_digits(rng, 8), choose_digits(rng, 8)
    account += f"{98 - int(account + '00') % 97:02d}"
    weights = (3, 7, 1, 3, 7, 1, 3, 7)
    routing += str(-sum(int(d) * w for d, w in zip(routing, weights, strict=True)) % 10)
    return {
        "number": choose_digits(rng, 6),
        "date": choose_date(rng, 2015, 2026),
        "amount": amount,
        "account": account,
        "routing": routing,
    }


def fill_application(rng: np.random.Generator) -> dict[str, str]:
    """Choose what is written on an application; some fields stay empty."""
    customer, card = choose_digits(rng, 9), choose_digits(rng, 15)
    odd, even = (sum(map(int, customer[start::2])) for start in (0, 1))
    customer += str(-(odd + 3 * even) * 7 % 10)  # the last weight is 3, and 7 times 3 leaves 1
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(card)]
    card += str(-sum(sum(divmod(value, 10)) for value in doubled) % 10)
    rent, food = int(rng.integers(20_000, 200_000)), int(rng.integers(5_000, 90_000)) if rng.random() < 0.8 else 0
    return {
        "birth": choose_date(rng, 1930, 2007),
        "customer": customer,
        "card": card if rng.random() < 0.7 else "",
        "postcode": str(rng.integers(10_000, 100_000)),
        "phone": choose_digits(rng, int(rng.integers(7, 13))) if rng.random() < 0.8 else "",
        "children": str(rng.integers(1, 7)) if rng.random() < 0.6 else "",
        "rent": f"{rent // 100}.{rent % 100:02d}",
        "food": f"{food // 100}.{food % 100:02d}" if food else "",
        "total": f"{(rent + food) // 100}.{(rent + food) % 100:02d}",
    }


FRAMES = {"cheque": CHEQUE, "application": APPLICATION}


def fill_in(blank: Blank, texts: dict[str, str], rng: np.random.Generator) -> Picture:
    """Write texts into a blank's fields, by one hand with one pen. Returns (H, W, 3) uint8."""
    ink: Ink = np.zeros(blank.picture.shape[:2], np.float32)
    hand = take_hand(rng, 34, float(rng.uniform(2.4, 4.2)), float(rng.uniform(0, 0.25)), float(rng.uniform(0.12, 0.3)))
    for name, text in texts.items():
        frame = FRAMES[blank.name][name]
        if frame.boxes:
            _write_in_comb(ink, text, frame, hand, rng)
        elif text:
            _write_in_frame(ink, text, frame, hand, rng)
    if blank.name == "application":
        top = 1390 + 70 * int(rng.integers(2))
        cv2.line(ink, (92, top + 4), (122, top + 30), 1.0, 3, cv2.LINE_AA)
        cv2.line(ink, (122, top + 2), (94, top + 32), 1.0, 3, cv2.LINE_AA)
    colour = ((120.0, 50.0, 30.0), (50.0, 45.0, 45.0))[int(rng.integers(2))]
    return np.asarray(np.clip(lay_ink(blank.picture.astype(np.float32), ink, colour), 0, 255).round(), np.uint8)


def _write_in_comb(ink: Ink, text: str, frame: Frame, hand: Hand, rng: np.random.Generator) -> None:
    pitch = frame.width / frame.boxes
    for place, sign in enumerate(text):
        middle = frame.x + (place + 0.5) * pitch + rng.normal(0, 0.06) * pitch
        top = frame.y + (frame.height - hand.height) / 2 + rng.normal(0, 0.05) * frame.height
        scratch: Ink = np.zeros((frame.height * 3, frame.height * 4), np.float32)
        box = write_digit(scratch, sign, 40, 20, hand, rng)
        x, y = round(middle - box[2] / 2) - box[0], round(top) - 20
        _lay(ink, scratch, x, y)


def _write_in_frame(ink: Ink, text: str, frame: Frame, hand: Hand, rng: np.random.Generator) -> None:
    top = frame.y + (frame.height - hand.height) / 2 + rng.normal(0, 0.05) * frame.height
    left = frame.x + rng.uniform(0.04, 0.15) * frame.width
    for part in (part for part in text.replace(".", ".|").split("|") if part):
        digits = part.rstrip(".")
        box = write(ink, digits, left, top, hand, rng)
        left = box[0] + box[2] + hand.gap * hand.height
        if part.endswith("."):
            centre = (round(left), round(top + hand.height + rng.normal(0, 1)))
            cv2.circle(ink, centre, max(2, round(0.7 * hand.pen)), 1.0, cv2.FILLED, cv2.LINE_AA)
            left += (0.12 + hand.gap) * hand.height


def _lay(ink: Ink, patch: Ink, x: int, y: int) -> None:
    """Put a patch onto the ink, as far as it lies on the paper."""
    top, left = max(0, -y), max(0, -x)
    there = ink[max(0, y) : y + patch.shape[0], max(0, x) : x + patch.shape[1]]
    np.maximum(there, patch[top : top + there.shape[0], left : left + there.shape[1]], out=there)


def _head(name: str) -> str:
    return f'name = "{name}"\n\n[page]\nblank = "{name}.png"\n\n'


def _table(rules: dict[str, str], frames: dict[str, Frame]) -> str:
    tables = []
    for name, rule in rules.items():
        frame = frames[name]
        tables.append(f"[fields.{name}]\nbox = [{frame.x}, {frame.y}, {frame.width}, {frame.height}]\n{rule}\n")
    return "\n".join(tables)


def _frame(paper: Picture, frames: dict[str, Frame], colour: tuple[int, int, int]) -> None:
    for frame in frames.values():
        for place in range(max(1, frame.boxes)):
            left = frame.x + round(place * frame.width / max(1, frame.boxes))
            right = frame.x + round((place + 1) * frame.width / max(1, frame.boxes))
            cv2.rectangle(paper, (left, frame.y), (right, frame.y + frame.height), colour, 2)


def _type(paper: Picture, text: str, x: int, y: int, size: int) -> None:
    cv2.putText(paper, text, (x, y), (50, 45, 45), TYPE, size, 400, 0, (0, 1 << 20))
