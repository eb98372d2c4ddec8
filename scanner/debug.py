"""Pictures of what each stage makes of a page, so that anyone can see why a digit was lost. `--debug` writes them.

A `Recorder` watches a page being read; `draw_stages` draws what it saw. Colours are those of Okabe and Ito's palette.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, cycle

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from scanner.annotate import WHITE, Chip, Colour, annotate, draw_chip
from scanner.decode import Decoded
from scanner.lattice import Lattice
from scanner.page import Box, Page
from scanner.reading import Reading
from scanner.stages import Chosen, Classified, Cleaned, Cut, Stage

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR, or (H, W) grey."""

LARGEST_SIDE = 2000
"""Longer side of a picture of a stage, in pixels, at most."""

SMALLEST_WIDTH = 900
"""Smaller pictures are enlarged by a whole factor towards this width, in pixels: a title has to fit over them."""

TITLE = 24
"""Size of a title's type, in pixels."""

ORANGE: Colour = (0, 159, 230)
VERMILION: Colour = (0, 94, 213)
BLUE: Colour = (178, 114, 0)
GREEN: Colour = (115, 158, 0)
PURPLE: Colour = (167, 121, 204)
SKY: Colour = (233, 180, 86)
FADED: Colour = (205, 205, 205)
DARK: Colour = (40, 40, 40)

ROWS = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY)
"""Rows next to one another differ."""

SHEET_WIDTH, SHEET_HEIGHT = LARGEST_SIDE, LARGEST_SIDE - 2 * TITLE
"""Of the contact sheet, in pixels; its height at most."""

ZOOMS = (3, 2, 1)
"""How many pixels wide a glyph's pixel is drawn: the first that lets the sheet hold all candidates."""

CAPTION, FRAME, GAP = 17, 3, 2
"""Height of a caption, width of a frame and of the gap around it, in pixels."""


@dataclass(frozen=True)
class Contact:
    """A candidate on the contact sheet."""

    glyph: NDArray[np.uint8]
    """(28, 28) or (28, 28, C) uint8, as the network sees it."""
    caption: str
    """The likeliest label and its probability in per cent; "x" is no digit."""
    frame: Colour


@dataclass
class Recorder:
    """Keeps what it is shown of one page, until the next page begins."""

    seen: dict[type[Stage], Stage] = field(default_factory=dict)

    def observe(self, stage: Stage) -> None:
        """Keep the stage. The first stage of a page drops those of the page before."""
        if isinstance(stage, Cleaned):
            self.seen.clear()
        self.seen[type(stage)] = stage


def draw_stages(page: Page, reading: Reading, recorder: Recorder) -> Iterator[tuple[str, Picture]]:
    """Yield each stage's name, "01-grey", and picture: (H, W, 3) BGR uint8, with a title.

    recorder: has watched this page being read. Stages that the page never came to are left out.
    """
    seen = recorder.seen
    cleaned, cut, classified, chosen = (seen.get(kind) for kind in (Cleaned, Cut, Classified, Chosen))
    if isinstance(cleaned, Cleaned):
        yield "01-grey", _entitle(cleaned.grey, "grey: the channel in which ink stands out")
        yield (
            "02-even-light",
            _entitle(cleaned.even, f"even light: white is paper, or too dark for it{_name_turn(cleaned)}"),
        )
        yield "03-ink", _entitle(_draw_ink(cleaned.written), "ink: what is darker than its surroundings")
        yield "04-rules", _entitle(draw_rules(cleaned), "rules: orange is taken out, blue parts strings, black is left")
        if isinstance(cut, Cut):
            yield "05-rows", _entitle(draw_rows(cleaned, cut), "rows: a colour each; grey is in no row")
            yield (
                "06-cuts",
                _entitle(draw_cuts(cleaned, cut), "cuts: neighbours are black and blue; orange is where ink was cut"),
            )
        if isinstance(cut, Cut) and isinstance(classified, Classified) and isinstance(chosen, Chosen):
            sheet = arrange_contacts(list_contacts(cut, classified, chosen))
            yield (
                "07-candidates",
                _entitle(
                    sheet,
                    "candidates as the network sees them, in per cent; x is no digit; "
                    "blue is read, orange left out, grey another way to cut",
                ),
            )
    yield "08-reading", _entitle(annotate(page.image, reading), "reading")


def _name_turn(cleaned: Cleaned) -> str:
    """Say how the page was brought upright."""
    placement = cleaned.ink.placement
    way = "against" if placement.turned > 0 else "with"
    turn = f"; turned by {abs(placement.turned):.0f} degrees {way} the clock" if abs(placement.turned) >= 1 else ""
    return turn + ("; as from straight above" if placement.is_aside else "")


def draw_rules(cleaned: Cleaned) -> Picture:
    """Draw the ink that is left in black, what was taken out in orange, and the rules that part strings in blue."""
    picture = _draw_ink(cleaned.ink.mask)
    picture[cleaned.written & ~cleaned.ink.mask] = VERMILION
    picture[cleaned.ink.rules] = BLUE
    return picture


def draw_rows(cleaned: Cleaned, cut: Cut) -> Picture:
    """Draw a box around each piece, in its row's colour, and the row's number before its first."""
    picture = _draw_ink(cleaned.ink.mask, FADED)
    for number, (row, colour) in enumerate(zip(cut.rows, cycle(ROWS)), start=1):
        for blob in row.blobs:
            _place(picture, blob.box)[blob.ink] = DARK
            cv2.rectangle(picture, (blob.box.x, blob.box.y), (blob.box.right, blob.box.bottom), colour, 2)
        draw_chip(picture, Chip(str(number), TITLE * 3 // 4, colour), row.box.x, row.box.y - 2)
    return picture


def draw_cuts(cleaned: Cleaned, cut: Cut) -> Picture:
    """Draw the atoms, neighbours in two shades, and orange lines where ink was cut."""
    picture = _draw_ink(cleaned.ink.mask, FADED)
    owners = np.zeros(picture.shape[:2], np.int32)
    for number, atom in enumerate((atom for lattice in cut.lattices for atom in lattice.atoms), start=1):
        _place(picture, atom.box)[atom.ink] = DARK if number % 2 else SKY
        _place(owners, atom.box)[atom.ink] = number
    lines = np.zeros(owners.shape, np.uint8)
    for here, beside, at in (
        (owners[:, :-1], owners[:, 1:], lines[:, 1:]),
        (owners[:-1], owners[1:], lines[1:]),
    ):
        at[(here != beside) & (here > 0) & (beside > 0)] = 1
    picture[cv2.dilate(lines, np.ones((5, 5), np.uint8)) > 0] = VERMILION
    return picture


def list_contacts(cut: Cut, classified: Classified, chosen: Chosen) -> list[tuple[str, list[Contact]]]:
    """Return each row's title and its candidates: what the network saw, and what became of it.

    Of rows that are not read only those candidates are shown that the decoder chose: scribbles have hundreds.
    """
    counts = [len(lattice.candidates) for lattice in cut.lattices]
    ends = list(accumulate(counts, initial=0))
    kept = {id(row) for row in chosen.kept}
    listed = []
    for number, row in enumerate(chosen.decoded):
        text = "".join(str(found.label) for found in row.found)
        beyond = sum(found.is_beyond for found in row.found)
        note = f", {beyond} of them seen in the row as a whole alone" if beyond else ""
        note = note if id(row) in kept or not text else ", not trusted"
        title = f"row {number + 1}: {text or 'no digits'}{note}"
        glyphs = classified.glyphs[ends[number] : ends[number + 1]]
        contacts = list(_make_contacts(cut.lattices[number], glyphs, classified.guesses[number], row))
        listed.append((title, contacts if id(row) in kept else [c for c in contacts if c.frame != FADED]))
    return listed


def _make_contacts(
    lattice: Lattice, glyphs: NDArray[np.uint8], guesses: Iterable[Guess], row: Decoded
) -> Iterator[Contact]:
    # by identity: candidates of one span may differ in their ink alone
    read = {id(found.candidate) for found in row.found}
    left_out = {id(candidate) for candidate in (*row.left_out, *row.small)}
    for candidate, glyph, guess in zip(lattice.candidates, glyphs, guesses, strict=True):
        best = max(range(NOT_A_DIGIT + 1), key=guess.scores.__getitem__)
        label = "x" if best == NOT_A_DIGIT else str(best)
        colour = BLUE if id(candidate) in read else VERMILION if id(candidate) in left_out else FADED
        yield Contact(glyph, f"{label} {int(100 * guess.scores[best])}", colour)


def arrange_contacts(rows: list[tuple[str, list[Contact]]]) -> Picture:
    """Return a sheet of each row's title and its candidates, as large as fits; what does not fit is counted."""
    for zoom in ZOOMS:
        strips = list(_make_strips(rows, zoom))
        if sum(len(strip) for strip in strips) <= SHEET_HEIGHT:
            break
    ends = accumulate(len(strip) for strip in strips)
    fitting = sum(end <= SHEET_HEIGHT for end in ends)
    if fitting < len(strips):
        strips = [*strips[: fitting - 1], _draw_caption(f"and {len(strips) - fitting + 1} more lines", SHEET_WIDTH)]
    return np.vstack(strips) if strips else _draw_caption("none", SHEET_WIDTH)


def _make_strips(rows: list[tuple[str, list[Contact]]], zoom: int) -> Iterator[Picture]:
    """Yield lines of titles and candidates, all SHEET_WIDTH wide, broken where they are full."""
    line: list[Picture] = []
    for title, contacts in rows:
        for tile in (_draw_title(title, zoom), *(_draw_contact(contact, zoom) for contact in contacts)):
            if sum(other.shape[1] for other in line) + tile.shape[1] > SHEET_WIDTH:
                yield _fill_up(line)
                line = []
            line.append(tile)
    if line:
        yield _fill_up(line)


def _fill_up(line: list[Picture]) -> Picture:
    strip = np.hstack(line)
    return _pad(strip, (0, 0, 0, SHEET_WIDTH - strip.shape[1]), WHITE)


def _draw_title(text: str, zoom: int) -> Picture:
    """Draw a row's title as high as a contact."""
    width = min(SHEET_WIDTH, CAPTION + CAPTION * 5 // 9 * len(text))
    above = (zoom * SIDE + 2 * FRAME - CAPTION) // 2
    return _pad(_draw_caption(text, width), (above, zoom * SIDE + 2 * FRAME + GAP - above, 0, 0), WHITE)


def _draw_contact(contact: Contact, zoom: int) -> Picture:
    """Draw the glyph, and beside it what else the network sees, in a frame over its caption."""
    channels = contact.glyph.reshape(SIDE, SIDE, -1)
    beside = np.hstack([channels[..., k] for k in range(channels.shape[2])])
    large = beside.repeat(zoom, axis=0).repeat(zoom, axis=1)
    framed = _pad(_to_colour(large), (FRAME,) * 4, contact.frame)
    tile = np.vstack([framed, _draw_caption(contact.caption, framed.shape[1])])
    return _pad(tile, (0, GAP, GAP, GAP), WHITE)


def _draw_caption(text: str, width: int) -> Picture:
    """Draw dark type on a white bar of this width, in pixels."""
    bar = np.full((CAPTION, width, 3), 255, np.uint8)
    face = cv2.FontFace("sans")
    cv2.putText(bar, text, (2, CAPTION - 4), DARK, face, CAPTION - 4, 500, 0, (0, 1 << 20))
    return bar


def _entitle(picture: Picture, title: str) -> Picture:
    """Bring a picture to a legible size and put its title over it. Returns (H, W, 3) BGR."""
    fitted = _fit(_to_colour(picture))
    fitted = _pad(fitted, (0, 0, 0, max(0, SMALLEST_WIDTH - fitted.shape[1])), FADED)
    bar = np.full((2 * TITLE, fitted.shape[1], 3), 255, np.uint8)
    cv2.putText(bar, title, (TITLE // 2, TITLE * 3 // 2), DARK, cv2.FontFace("sans"), TITLE, 600, 0, (0, 1 << 20))
    return np.vstack([bar, fitted])


def _fit(picture: Picture) -> Picture:
    """Shrink a picture that is too large; enlarge a small one by a whole factor, so that its pixels show."""
    height, width = picture.shape[:2]
    scale = min(LARGEST_SIDE / width, (LARGEST_SIDE - 2 * TITLE) / height)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    factor = max(1, min(-(-SMALLEST_WIDTH // width), int(scale)))
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST), np.uint8)


def _pad(picture: Picture, sides: tuple[int, int, int, int], colour: Colour) -> Picture:
    """Widen a picture. sides: top, bottom, left, right, in pixels."""
    return np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def _to_colour(picture: Picture) -> Picture:
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)


def _draw_ink(mask: NDArray[np.bool_], colour: Colour = DARK) -> Picture:
    picture = np.full((*mask.shape, 3), 255, np.uint8)
    picture[mask] = colour
    return picture


def _place(picture: NDArray[np.generic], box: Box) -> NDArray[np.generic]:
    return picture[box.y : box.bottom, box.x : box.right]
