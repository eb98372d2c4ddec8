"""The whole story on one screen: from a page to its reading."""

from dataclasses import dataclass

from model.classifier import GlyphClassifier
from scanner.page import Page
from scanner.reading import Reading


@dataclass(frozen=True)
class Options:
    """What the person chose, made once in `__main__` and handed down."""

    reject_below: float = 0.5
    """Digits less sure than this are printed as "?" (0..1)."""


def read(page: Page, classifier: GlyphClassifier, options: Options = Options()) -> Reading:
    """Read all digit strings on a page. Boxes are in pixels of page.image."""
    height, width = page.image.shape[:2]
    return Reading(page.source, page.number, width, height, ())
