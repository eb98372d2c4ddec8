"""Reads regions that a person names, or all strings of a page, when their length or their pattern is known."""

from collections.abc import Sequence
from dataclasses import replace

from model.classifier import GlyphClassifier
from scanner.calibration import LINE
from scanner.clean import Grey, to_grey
from scanner.constraint import Constraint
from scanner.decode import Decoded
from scanner.errors import RegionError
from scanner.evidence import find_evidence, to_log_odds, weigh_opinion
from scanner.fields import read_fields, to_line
from scanner.knowledge import MOST_DIGITS, Knowledge
from scanner.lattice import Lattice
from scanner.page import Page
from scanner.pipeline import Options, choose_rows, take_apart
from scanner.problems import find_problems, to_problems
from scanner.reading import Reading
from scanner.template import FieldSpec
from scanner.uncut import weigh_strings
from scanner.upright import Upright, cut_regions, to_homography
from scanner.ways import weigh
from scanner.written import decide

ANYWHERE = 5.0
"""How many times likelier a string of a page is when it obeys the rules: other strings may well stand there too."""


class RegionReader:
    """Reads the string in each of some regions; nothing else on the page."""

    def __init__(self, knowledge: Knowledge, classifier: GlyphClassifier, options: Options) -> None:
        """knowledge: holds at least one region."""
        self._fields = tuple(
            (region.name, _make_spec(knowledge, [region.x, region.y, region.width, region.height]))
            for region in knowledge.regions
        )
        self._classifier = classifier
        self._options = replace(options, straighten=False)  # a region is named as the picture lies

    @property
    def fields(self) -> tuple[tuple[str, FieldSpec], ...]:
        """The regions, by their names, as fields of a form."""
        return self._fields

    def read(self, page: Page) -> Reading:
        """Read a page's regions. Raises RegionError where one lies outside of the page."""
        grey = to_grey(page.image)
        upright = self.lay(page, grey)
        fields, lines = read_fields(upright, self._fields, (), self._classifier, self._options, grey.shape)
        problems = find_problems(grey) + to_problems(fields)
        height, width = grey.shape
        return Reading(page.source, page.number, width, height, lines, problems, fields)

    def lay(self, page: Page, grey: Grey) -> Upright:
        """Return the regions and their ink. grey: (H, W) uint8, the page as stored. Raises RegionError as read does."""
        height, width = grey.shape
        for name, spec in self._fields:
            if spec.box.x >= width or spec.box.y >= height or spec.box.right <= 0 or spec.box.bottom <= 0:
                raise RegionError(
                    f"{page.source}: {name} at {spec.box.as_list()} lies outside of page {page.number}, which has "
                    f"{width}x{height} pixels. Regions count in pixels of the image, from its upper left corner."
                )
        return cut_regions(grey, self._fields, self._options)


class LineReader:
    """Reads all strings of a page that obey a rule; those that cannot be read so are left out."""

    def __init__(self, knowledge: Knowledge, classifier: GlyphClassifier, options: Options) -> None:
        """knowledge: holds a length or a pattern."""
        self._constraint = Constraint(_make_spec(knowledge, [0, 0, 1, 1]))
        self._classifier = classifier
        self._options = options

    def read(self, page: Page) -> Reading:
        """Read a page's strings."""
        grey = to_grey(page.image)
        ink, lattices, guesses = take_apart(grey, self._classifier, self._options)
        to_picture = to_homography(ink.placement)
        lattices, decoded, kept = choose_rows(lattices, guesses, ink, self._classifier)
        are_digits = set(map(id, kept))
        lines = []
        for row, lattice, here in zip(decoded, lattices, guesses, strict=True):
            if id(row) in are_digits:
                written = decide([lattice], [here], self._constraint, ANYWHERE, weigh)
                line = to_line(written, 1.0, to_picture, self._options, grey.shape)
                if line is not None and not written.choice.reason:
                    evidence = replace(
                        find_evidence(written.row),
                        odds=to_log_odds(written.choice.share),
                        uncut=_ask_again(row, lattice, written.row.labels),
                    )
                    whole = LINE.apply(evidence) * written.lowering
                    lines.append(replace(line, confidence=min([whole, *(digit.confidence for digit in line.digits)])))
        height, width = grey.shape
        return Reading(page.source, page.number, width, height, tuple(lines), find_problems(grey))


def _ask_again(row: Decoded, lattice: Lattice, labels: Sequence[int]) -> float:
    """Return what the reader of rows thinks of a string in place of the row's own, as log-odds in nats."""
    return weigh_opinion(None if row.uncut is None else weigh_strings([lattice], [labels])[0])


def _make_spec(knowledge: Knowledge, box: list[int]) -> FieldSpec:
    """Return what is known of a string as a field. Raises ValueError for a pattern that is none."""
    length = None if knowledge.length is None else list(knowledge.length)
    return FieldSpec.model_validate({"box": box, "length": length or [1, MOST_DIGITS], "pattern": knowledge.pattern})
