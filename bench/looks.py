"""Who looks at a digit, what each says of it, and who changed the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES
from model.data import NOT_A_DIGIT

Scores = NDArray[np.float64]
"""(11,) probabilities: the digits 0..9, then "not a digit"."""

ALONE, AROUND, POSES, ROW, ALL = (
    "the glyph alone",
    "where it stands",
    "leaning as well",
    "the row as a whole",
    "all ways together",
)
"""Who says something of a digit, in this order; those that were not asked are left out, and the row as a whole where it
is not read as digits."""


@dataclass(frozen=True)
class Look:
    """What one of those who look says."""

    name: str
    scores: Scores

    @property
    def label(self) -> int:
        """0..9, or NOT_A_DIGIT: the likeliest."""
        return int(self.scores.argmax())


def tell_changes(looks: Sequence[Look], label: int | None) -> Iterator[str]:
    """Yield who changed the answer, in sentences. label: what is read; None where nothing is."""
    by_name = {look.name: look for look in looks}
    glyph = by_name.get(POSES, by_name[AROUND])
    alone, around, row = by_name[ALONE], by_name[AROUND], by_name.get(ROW)
    if alone.label != around.label:
        yield f"Alone it would be {_tell(alone)}; what stands around it makes it {_tell(around)}."
    if glyph.label != around.label:
        yield f"As it stands it is {_tell(around)}; shown leaning to either side as well, {_tell(glyph)}."
    if label is None:
        if row and row.label == NOT_A_DIGIT != glyph.label:
            yield f"The glyph is {_tell(glyph)}, but the network for whole rows says {_tell(row)}."
        return
    if glyph.label == label:
        others = [look for look in (alone, around, row) if look and look.label != label]
        if not others:
            yield f"All who look at it say {label}."
        elif row and row.label != label:
            yield f"The network for whole rows would have {_tell(row)} here; the glyph counts for more."
        return
    because = f"The glyph is {_tell(glyph)}; the row is read with a {label}, because "
    if row and row.label == label:
        yield f"{because}the network for whole rows says {_tell(row)}."
    elif glyph.label == NOT_A_DIGIT:
        yield f"{because}to leave ink of this size out of a row of digits is less likely than a {label}."
    else:
        yield f"{because}all ways to read the row together make that the likeliest."


def _tell(look: Look) -> str:
    name = "no digit" if look.label == NOT_A_DIGIT else f"a {look.label}"
    return f"{name} ({look.scores[look.label]:.2f})"


def format_table(looks: Sequence[Look]) -> str:
    """Return what each look says of all eleven answers, a row for each."""
    names = [*map(str, range(NOT_A_DIGIT)), "none"]
    width = max(len(look.name) for look in looks)
    lines = [" " * width + "".join(f"{name:>6}" for name in names)]
    for look in looks:
        lines.append(f"{look.name:<{width}}" + "".join(f"{look.scores[k]:>6.2f}" for k in range(CLASSES)))
    return "\n".join(lines)
