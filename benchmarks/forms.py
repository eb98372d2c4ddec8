"""Forms: how many filled forms are read without a fault, and how many of the fields that are accepted are wrong.

    python -m benchmarks.forms [--count 100] [--seed 0] [--accept 0.99] [--data mnist.npz] [--list]

The cheque and the application of samples/forms are filled in by hands with habits of their own, and scanned, tilted,
shadowed or photographed askew. Every other pair is written with MNIST's test digits, by which nothing was chosen; the
others are drawn from strokes. A document counts when every field, the empty ones too, is exactly right and valid.
"""

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.hand import shape_digit, take_hand
from benchmarks.pages import Ink
from benchmarks.photos import WAYS, photograph
from model.classifier import Classifier
from model.data import Glyphs, load_mnist
from samples.blanks import FORMS
from samples.filling import Filled, Writer, choose_application, choose_cheque, fill_application, fill_cheque
from scanner.errors import ScanError
from scanner.form import Form, load_form
from scanner.forms import FormReader
from scanner.page import Page
from scanner.pipeline import Options
from scanner.reading import Reading
from scanner.tables import Status, judge

SAMPLES = {"cheque": (choose_cheque, fill_cheque), "application": (choose_application, fill_application)}
"""Who chooses what stands on each form, and who writes it."""

SOURCES = ("drawn", "MNIST")
"""Where digits come from."""

HEIGHT = 32.0
"""Of a digit of MNIST's in a comb, in pixels of the blank."""


@dataclass(frozen=True)
class Document:
    """A filled form as it comes in."""

    name: str
    form: str
    way: str
    """One of benchmarks.photos.WAYS."""
    source: str
    """One of SOURCES."""
    texts: Mapping[str, str]
    """What stands in each field: digits and points; empty where nothing does."""
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one document."""

    form: str
    way: str
    source: str
    is_right: bool
    fields: int
    wrong: tuple[str, ...]
    """A sentence for each field that is wrong or not valid."""
    wrong_texts: int
    """Fields of which another text was read than stands there."""
    accepted: int
    """Fields that are accepted,"""
    accepted_wrong: int
    """and those of them that are wrong."""
    seconds: float
    """It took to be read, its decoding left out."""


def draw_documents(numbers: Iterable[int], seed: int, digits: Glyphs | None) -> Iterator[Document]:
    """Yield the documents of these numbers: all forms, sources and ways in turn.

    digits: what MNIST's hands write with; None leaves them to strokes.
    """
    ways, forms = list(WAYS), list(SAMPLES)
    for number in numbers:
        rng = np.random.default_rng((seed, number))
        form, turn = forms[number % len(forms)], number // len(forms)
        source = SOURCES[turn % len(SOURCES)] if digits is not None else SOURCES[0]
        way = ways[turn // len(SOURCES) % len(ways)]
        choose, fill = SAMPLES[form]
        writer = take_mnist_writer(rng, digits) if digits is not None and source == "MNIST" else None
        filled: Filled = fill(choose(rng), rng, writer)
        name = f"{form} {number}"
        pages = (Page(photograph(page, way, rng), name, k) for k, page in enumerate(filled.pages, 1))
        yield Document(name, form, way, source, filled.texts, tuple(pages))


def take_mnist_writer(rng: np.random.Generator, digits: Glyphs) -> Writer:
    """Return a hand that writes with digits of MNIST's, all as slim and as slanted as one another."""
    hand = replace(
        take_hand(rng, HEIGHT), drawn=0.0, slant=float(rng.uniform(-0.1, 0.25)), slim=1.0, unrest=0.3, zero=1.0
    )
    # none is drawn, and strokes stay as wide as they are: retraced, a slim 8 loses its holes
    hand = replace(hand, forms=("",) * 10, pen=0.0)

    def draw(sign: str, chance: np.random.Generator) -> Ink:
        return shape_digit(int(sign), hand, digits, chance)

    return draw


def load_forms() -> dict[str, Form]:
    """Return the templates of the sample forms."""
    return {name: load_form(str(FORMS / f"{name}.toml")) for name in SAMPLES}


def load_readers() -> dict[str, FormReader]:
    """Return who reads each form, by its own template."""
    classifier = Classifier()
    return {name: FormReader([form], classifier, Options()) for name, form in load_forms().items()}


def read_document(reader: FormReader, document: Document, accept: float) -> Outcome:
    """Read a document and compare it with the truth."""
    began = time.perf_counter()
    try:
        readings = [reader.read(page) for page in document.pages]
    except ScanError as error:
        form, way, source, count = document.form, document.way, document.source, len(document.texts)
        return Outcome(form, way, source, False, count, (str(error),), count, 0, 0, time.perf_counter() - began)
    return judge_document(document, readings, accept, time.perf_counter() - began)


def judge_document(document: Document, readings: Iterable[Reading], accept: float, took: float) -> Outcome:
    """Compare the readings of a document's pages with what stands on it. took: seconds."""
    wrong, wrong_texts, accepted, accepted_wrong, seen = [], 0, 0, 0, 0
    is_right = True
    for number, reading in enumerate(readings, 1):
        is_right = is_right and reading.template == document.form and reading.template_page == number
        for field in reading.fields:
            truth = document.texts[field.name].replace(".", "")
            is_accepted = judge(field, accept) == Status.ACCEPTED
            seen += 1
            accepted += is_accepted
            accepted_wrong += is_accepted and field.text != truth
            wrong_texts += field.text != truth
            if field.text != truth or not field.valid:
                said = f"{truth or 'empty'} read as {field.text} {field.confidence:.3f} {field.reason}"
                wrong.append(f"{field.name}: {said}{' ACCEPTED' if is_accepted else ''}")
    is_right = is_right and not wrong and seen == len(document.texts)
    form, way, source = document.form, document.way, document.source
    return Outcome(
        form, way, source, is_right, len(document.texts), tuple(wrong), wrong_texts, accepted, accepted_wrong, took
    )


def describe(name: str, outcomes: list[Outcome]) -> str:
    """Return one row of the table."""
    fields, accepted = sum(o.fields for o in outcomes), sum(o.accepted for o in outcomes)
    wrong = sum(o.accepted_wrong for o in outcomes)
    return (
        f"{name:14}{len(outcomes):6}{sum(o.is_right for o in outcomes) / len(outcomes):10.1%}{fields:8}"
        f"{1 - sum(o.wrong_texts for o in outcomes) / fields:10.2%}{accepted:10}{accepted / fields:8.1%}{wrong:7}"
        f"{1000 * float(np.median([o.seconds for o in outcomes])):8.0f} ms"
    )


HEAD = "               forms  all right  fields     right  accepted   share  wrong    a form"


def list_rows(outcomes: list[Outcome]) -> list[str]:
    """Return the table: a row for each form, each way, each source of digits, and all."""
    rows = [HEAD]
    for key in [*SAMPLES, *WAYS, *SOURCES]:
        chosen = [outcome for outcome in outcomes if key in (outcome.form, outcome.way, outcome.source)]
        rows += [describe(key, chosen)] if chosen else []
    return [*rows, describe("all", outcomes)]


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="How well forms with templates are read.")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="documents (100)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="where chance starts (0)")
    parser.add_argument("--accept", type=float, default=0.99, metavar="P", help="fields at least so sure are accepted")
    parser.add_argument("--data", type=Path, metavar="FILE", help="MNIST's file; left out, all digits are drawn")
    parser.add_argument("--list", action="store_true", help="print what is wrong, field by field")
    options = parser.parse_args()
    digits = None if options.data is None else load_mnist(options.data, "test")
    readers = load_readers()
    outcomes = []
    for document in draw_documents(range(options.count), options.seed, digits):
        outcomes.append(read_document(readers[document.form], document, options.accept))
        for sentence in outcomes[-1].wrong if options.list else ():
            print(f"{document.name}, {document.way}, {document.source}: {sentence}", flush=True)
    print("\n".join(list_rows(outcomes)))


if __name__ == "__main__":
    main()
