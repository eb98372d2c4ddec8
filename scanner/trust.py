"""Is a row digits at all? Text, textures and rulings throw up strokes that look like a 1; their company tells."""

from scanner.decode import Decoded, Found

LEAST_TRUST = 0.42
"""Rows trusted less than this (0..1) are no digits. Chosen on the development photos and pages without digits."""

WEIGHT_OF_ONE = 0.45
"""What a 1 says for its row, where another digit says 1: any straight stroke looks like a 1."""

PAGE_PIECES = 4.0
"""The page's own trust counts in each row as much as this many pieces."""

SURE = 0.8
"""A digit speaks for its row only as far as its confidence exceeds this (0..1): strays are rarely so sure."""

FREE_PIECES = 2.0
"""A page is trusted at first as if it held this many sure digits."""

FEW_PIECES = 8
"""A page with at most this many pieces, all of which may be digits, is read whatever they are: there is no company."""


def keep_digit_rows(rows: list[Decoded]) -> list[Decoded]:
    """Return the rows that are digits, in their order.

    A row's trust is the share of its tall pieces that are surely digits, drawn towards the page's share: the mean of a
    beta distribution whose prior is the page.
    """
    said = [sum(_evidence(found) for found in row.found) for row in rows]
    pieces = [len(row.found) + len(row.left_out) for row in rows]
    if sum(pieces) <= FEW_PIECES and not any(row.left_out for row in rows):
        return [row for row in rows if row.found]
    page = (sum(said) + FREE_PIECES) / (sum(pieces) + FREE_PIECES)
    return [
        row
        for row, evidence, count in zip(rows, said, pieces, strict=True)
        if row.found and (evidence + PAGE_PIECES * page) / (count + PAGE_PIECES) >= LEAST_TRUST
    ]


def _evidence(found: Found) -> float:
    """Return 0..1: how much a digit says that its row is digits."""
    weight = WEIGHT_OF_ONE if found.label == 1 else 1.0
    return weight * max(0.0, (found.confidence - SURE) / (1 - SURE))
