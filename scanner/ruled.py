"""The strings of ruled tables, cell by cell."""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scanner.decode import Decoded
from scanner.errors import NoTableError
from scanner.grid import Grid, find_grids
from scanner.ink import Binarisation, binarise
from scanner.marks import insert_marks
from scanner.reading import Line, Reading
from scanner.stages import Agreed, Cleaned, Stage

Cells = tuple[tuple[str, ...], ...]
"""Rows of a table from top to bottom, each from left to right; what stands in each cell, digits and ?."""


@dataclass
class TableReader:
    """Watches pages being read, and tells what stands in their tables."""

    marks: bool = False
    """Whether cells hold points, commas, dashes and slashes, too."""
    seen: dict[type[Stage], Stage] = field(default_factory=dict)

    def observe(self, stage: Stage) -> None:
        """Keep what is needed of a page, until the next page begins."""
        if isinstance(stage, Cleaned):
            self.seen.clear()
        if isinstance(stage, Cleaned | Agreed):
            self.seen[type(stage)] = stage

    def get_tables(self, reading: Reading) -> list[Cells]:
        """Return the tables of the page that was read last. Raises NoTableError where there is none."""
        cleaned, agreed = self.seen.get(Cleaned), self.seen.get(Agreed)
        assert isinstance(cleaned, Cleaned), "the page has been read"
        rows = agreed.rows if isinstance(agreed, Agreed) else []
        ink = binarise(cleaned.even, Binarisation.ADAPTIVE) | cleaned.written  # rules may be far fainter than the pen
        grids = find_grids(ink, cleaned.ink.erased, _measure_height(rows) or DIGITLESS * min(ink.shape))
        if not grids:
            raise NoTableError(
                f"{reading.source}: no ruled table on page {reading.page}; expected level and upright lines around at "
                "least two rows and two columns. Leave out --table to read its strings."
            )
        tables = [grid for grid in grids if not grid.is_squared_paper]
        if not tables:
            raise NoTableError(
                f"{reading.source}: page {reading.page} is squared paper; its squares are no cells of a table. "
                "Leave out --table to read its strings."
            )
        return [fill(grid, reading.lines, rows, self.marks) for grid in tables]


def _measure_height(rows: Sequence[Decoded]) -> float:
    """Return the digits' usual height in working pixels; 0 without any."""
    heights = [found.candidate.box.height for row in rows for found in row.found]
    return float(np.median(heights)) if heights else 0.0


DIGITLESS = 0.03
"""On a page without digits, digits are taken to be this share of its shorter side high."""


def fill(grid: Grid, lines: Sequence[Line], rows: Sequence[Decoded], marks: bool) -> Cells:
    """Return a table's cells. A string that reaches over a rule is parted, digit by digit.

    lines, rows: the strings, and where their digits lie among the working pixels.
    """
    cells: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for line, row in zip(lines, rows, strict=True):
        places = [grid.locate(found.candidate.box.centre_x, found.candidate.box.centre_y) for found in row.found]
        if len(set(places)) == 1:
            cells[places[0] or OUTSIDE].append(insert_marks(line) if marks else line.text)
            continue
        parted: defaultdict[tuple[int, int], str] = defaultdict(str)
        for place, digit in zip(places, line.digits, strict=True):
            parted[place or OUTSIDE] += digit.text
        for where, text in parted.items():
            cells[where].append(text)
    return tuple(
        tuple(" ".join(cells[row_number, column]) for column in range(grid.columns)) for row_number in range(grid.rows)
    )


OUTSIDE = (-1, -1)
"""Stands for what is in no cell."""


def to_csv(cells: Cells) -> str:
    """Return a table as CSV (RFC 4180, with line feeds), without the last line's end."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(cells)
    return file.getvalue().removesuffix("\n")
