"""Forms: how many filled forms are read without a fault, and how many of the fields that are accepted are wrong.

    python -m benchmarks.forms [--count 100] [--seed 0] [--accept 0.99] [--list]

Cheques and applications are drawn by benchmarks/blanks.py, filled in by hands with habits of their own, and scanned,
tilted, shadowed or photographed askew; each way has as many. A document counts when every field, the empty ones too, is
exactly right and valid.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.blanks import WAYS, Blank, draw_application, draw_cheque, fill_in, photograph
from model.classifier import Classifier
from scanner.errors import ScanError
from scanner.form import load_form
from scanner.forms import FormReader
from scanner.page import Page
from scanner.pipeline import Options
from scanner.reading import Reading
from scanner.tables import Status, judge


@dataclass(frozen=True)
class Outcome:
    """What became of one document."""

    form: str
    way: str
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


def draw_documents(blanks: list[Blank], count: int, seed: int) -> Iterator[tuple[Blank, str, dict[str, str], Page]]:
    """Yield documents: the form, the way it comes in, what stands in its fields, and the picture."""
    ways = list(WAYS)
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        blank, way = blanks[number % len(blanks)], ways[number // len(blanks) % len(ways)]
        texts = blank.fill(rng)
        yield blank, way, texts, Page(photograph(fill_in(blank, texts, rng), way, rng), f"{blank.name} {number}")


def judge_document(form: str, way: str, texts: dict[str, str], reading: Reading, accept: float, took: float) -> Outcome:
    """Compare a reading with what stands on the document. texts: with points; an empty one for an empty field."""
    wrong, wrong_texts, accepted, accepted_wrong = [], 0, 0, 0
    for field in reading.fields:
        truth = texts[field.name].replace(".", "")
        is_accepted = judge(field, accept) == Status.ACCEPTED
        accepted += is_accepted
        accepted_wrong += is_accepted and field.text != truth
        wrong_texts += field.text != truth
        if field.text != truth or not field.valid:
            wrong.append(f"{field.name}: {truth or 'empty'} read as {field.text} {field.confidence:.3f} {field.reason}")
    is_right = not wrong and reading.template == form and len(reading.fields) == len(texts)
    return Outcome(form, way, is_right, len(reading.fields), tuple(wrong), wrong_texts, accepted, accepted_wrong, took)


def read_document(
    reader: FormReader, blank: Blank, way: str, texts: dict[str, str], page: Page, accept: float
) -> Outcome:
    """Read a document and compare it with the truth."""
    began = time.perf_counter()
    try:
        reading = reader.read(page)
    except ScanError as error:
        return Outcome(blank.name, way, False, len(texts), (str(error),), 0, 0, 0, time.perf_counter() - began)
    return judge_document(blank.name, way, texts, reading, accept, time.perf_counter() - began)


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


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="How well forms with templates are read.")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="documents (100)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="where chance starts (0)")
    parser.add_argument("--accept", type=float, default=0.99, metavar="P", help="fields at least so sure are accepted")
    parser.add_argument("--list", action="store_true", help="print what is wrong, field by field")
    options = parser.parse_args()
    blanks = [draw_cheque(), draw_application()]
    with TemporaryDirectory() as folder:
        forms = [load_form(str(blank.save(Path(folder)))) for blank in blanks]
    reader = FormReader(forms, Classifier(), Options())
    outcomes = []
    for document in draw_documents(blanks, options.count, options.seed):
        outcome = read_document(reader, *document, options.accept)
        outcomes.append(outcome)
        for sentence in outcome.wrong if options.list else ():
            print(f"{document[3].source}, {outcome.way}: {sentence}", flush=True)
    print(HEAD)
    for key in [*(blank.name for blank in blanks), *WAYS]:
        chosen = [outcome for outcome in outcomes if key in (outcome.form, outcome.way)]
        if chosen:
            print(describe(key, chosen))
    print(describe("all", outcomes))


if __name__ == "__main__":
    main()
