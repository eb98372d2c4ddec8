"""Reads filled forms: finds which template a page fits and where it lies, and reads its fields."""

from collections.abc import Sequence
from dataclasses import replace

from model.classifier import GlyphClassifier
from scanner.clean import Grey, to_grey
from scanner.errors import UnlikeTemplateError
from scanner.fields import read_fields
from scanner.form import Form, FormPage
from scanner.ink import Mask
from scanner.page import Page
from scanner.pipeline import Options
from scanner.problems import find_problems, to_problems
from scanner.reading import Reading
from scanner.registration import Registration, register
from scanner.upright import Upright, find_print, lay_upright
from scanner.view import View


class FormReader:
    """Reads pages with some templates. What the templates' blanks give is made once."""

    def __init__(self, forms: Sequence[Form], classifier: GlyphClassifier, options: Options) -> None:
        """forms: at least one. The classifier belongs to one thread, and so does the reader."""
        self._forms = forms
        self._classifier = classifier
        self._options = replace(options, straighten=False)  # each page is laid upright by its own homography
        self._prints: dict[tuple[str, int], Mask] = {}

    def read(self, page: Page) -> Reading:
        """Read a page's fields; boxes are in pixels of page.image. Raises UnlikeTemplateError where none fits."""
        grey = to_grey(page.image)
        form, spec, upright = self.lay(page, grey)
        fields, lines = read_fields(
            upright, spec.fields, form.template.sums, self._classifier, self._options, grey.shape
        )
        height, width = grey.shape
        problems = find_problems(grey) + to_problems(fields)
        return Reading(page.source, page.number, width, height, lines, problems, fields, form.name, spec.number)

    def lay(self, page: Page, grey: Grey) -> tuple[Form, FormPage, Upright]:
        """Return the template that a page fits, which of its pages it is, and the page laid upright.

        grey: (H, W) uint8, the page as stored. Raises UnlikeTemplateError where no template fits.
        """
        form, spec, registration = self._find(page, View(grey))
        print_ = self._find_print(form, spec)
        return form, spec, lay_upright(grey, spec, registration.homography, print_, self._options)

    def _find(self, page: Page, view: View) -> tuple[Form, FormPage, Registration]:
        """Return the template that a page fits best, which of its pages it is, and where that lies."""
        found = [
            (form, spec, registration)
            for form in self._forms
            for spec in form.pages
            if (registration := register(view, spec)) is not None
        ]
        if not found:
            names = " or ".join(form.source for form in self._forms)
            raise UnlikeTemplateError(
                f"{page.source}: page {page.number} is no form of {names}: {_describe_lack(self._forms)} was not found "
                "on it. Check that it is the right form, and shown whole; or read it without --template."
            )
        return max(found, key=lambda each: each[2].likeness)

    def _find_print(self, form: Form, spec: FormPage) -> Mask:
        key = form.digest, spec.number
        if key not in self._prints:
            self._prints[key] = find_print(spec, self._options)
        return self._prints[key]


LACKS = {
    "features": "the print of the blank",
    "aruco": "at least two of its markers",
    "marks": "its four corner marks",
    "none": "the print of the blank",
}
"""What is looked for, by the kind of anchors."""


def _describe_lack(forms: Sequence[Form]) -> str:
    kinds = dict.fromkeys(LACKS[spec.anchors.kind] for form in forms for spec in form.template.page)
    return " or ".join(kinds)
