"""What the network for glyphs is shown of a row's candidates."""

import numpy as np
from numpy.typing import NDArray

from model.context import look_at, take_surroundings
from scanner.ink import Ink
from scanner.lattice import Lattice


def look_at_candidates(lattice: Lattice, ink: Ink) -> list[NDArray[np.uint8]]:
    """Return each candidate in its surroundings: (28, 28, 2) uint8 views."""
    box = lattice.atoms[0].box
    for atom in lattice.atoms[1:]:
        box = box.joined(atom.box)
    around = take_surroundings(ink.mask, (box.x, box.y, box.width, box.height), lattice.height)
    return [look_at(each.ink, each.box.x, each.box.y, around) for each in lattice.candidates]
