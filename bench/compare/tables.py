"""The report's tables, as words: what the page and the docs both show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.compare.photos import ALONE, NO_ROWS, WHOLE
from bench.contestants.shipped import ShippedContestant
from model.data import NOT_A_DIGIT

SHIPPED = ShippedContestant.name

MISSING = "-"
"""Stands where something was not measured, or says nothing."""


@dataclass(frozen=True)
class Table:
    """Words in rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_markdown(self) -> str:
        """Return it as Markdown, one line for each row."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def list_test(report: dict[str, Any]) -> Table:
    """Accuracy on the test digits, best first, with all that goes with it."""
    head = (
        "classifier",
        "what it is",
        "accuracy, %",
        "95 %",
        "over seeds, %",
        "precision",
        "recall",
        "F1",
        "calibration error",
    )
    return Table(head, tuple(_list_test_row(each) for each in sort_best(report)))


def _list_test_row(each: dict[str, Any]) -> tuple[str, ...]:
    test, over = each["test"], each["over_seeds"]
    macro = (f"{test[f'macro_{name}']:.4f}" for name in ("precision", "recall", "f1"))
    between = test["interval"]
    spread = MISSING
    if "low" in over:
        reach = 100 * (over["high"] - over["low"]) / 2
        spread = f"{100 * over['mean']:.2f} ± {reach:.2f} ({len(over['values'])})"
    return (
        mark(each),
        each["title"],
        f"{100 * test['accuracy']:.2f}",
        f"{100 * between['low']:.2f} to {100 * between['high']:.2f}",
        spread,
        *macro,
        f"{test['calibration_error']:.3f}",
    )


def list_costs(report: dict[str, Any]) -> Table:
    """What each costs to train, to keep and to run."""
    head = (
        "classifier",
        "parameters",
        "multiply-adds",
        "kB",
        "training, s",
        "processor, s",
        "one glyph, ms",
        "times shipped",
        "100 glyphs, ms",
        "times shipped",
    )
    rows = [
        (
            mark(each),
            _show(each["parameters"], "{:,}"),
            _show(each["multiply_adds"], "{:,}"),
            f"{each['size'] / 1000:,.0f}",
            *(
                MISSING if each["name"] == SHIPPED else _show(each["seeds"][0][name], "{:.0f}")
                for name in ("seconds", "processor_seconds")
            ),
            f"{each['cost']['one_ms']:.3f}",
            _show(each["cost"].get("one_ratio"), "{:.2f}"),
            f"{each['cost']['batch_ms']:.1f}",
            _show(each["cost"].get("batch_ratio"), "{:.2f}"),
        )
        for each in report["contestants"]
    ]
    return Table(head, tuple(rows))


def list_elsewhere(report: dict[str, Any]) -> Table:
    """Accuracy where the digits are others': other glyphs, spoilt ones, and photos behind the pipeline."""
    names = [data["name"] for data in report["data"] if data["name"] not in ("train", "test")]
    head = ("classifier", "MNIST test, %", *(f"{name}, %" for name in names), "spoilt, %")
    rows = [
        (
            mark(each),
            f"{100 * each['test']['accuracy']:.2f}",
            *(_show(each["data"].get(name, {}).get("accuracy"), "{:.1f}", 100) for name in names),
            _show(each.get("corrupted", {}).get("mean"), "{:.1f}", 100),
        )
        for each in sort_best(report)
    ]
    return Table(head, tuple(rows))


READERS = {ALONE: "", NO_ROWS: ", with surroundings and the class of no digit", WHOLE: ", and the network for rows"}
"""What is said behind a contestant's name for each way of reading."""


def list_photos(report: dict[str, Any]) -> Table:
    """What each reads on whole images behind the pipeline, best first."""
    found = [
        (mark(each) + READERS[way], figures)
        for each in report["contestants"]
        for way, figures in each["photos"].items()
        if way in READERS
    ]
    found.sort(key=lambda pair: -(pair[1]["exact"] or 0))
    head = (
        "classifier",
        "strings right, %",
        "by source, %",
        "digits, %",
        "misread",
        "refused",
        "missed",
        "false an image",
    )
    keys = ("exact", "by_source", "digits")
    rows = [
        (
            name,
            *(_show(figures[key], "{:.1f}", 100) for key in keys),
            *_count(figures),
            _show(figures["false"], "{:.2f}"),
        )
        for name, figures in found
    ]
    return Table(head, tuple(rows))


def _count(figures: dict[str, Any]) -> tuple[str, str, str]:
    """Return how many labelled digits were taken for others, refused, and missed."""
    rows = figures["confusion"][:NOT_A_DIGIT]
    misread = sum(sum(row[:NOT_A_DIGIT]) - row[digit] for digit, row in enumerate(rows))
    refused, missed = (sum(row[NOT_A_DIGIT + more] for row in rows) for more in (0, 1))
    return str(misread), str(refused), str(missed)


def list_corruptions(report: dict[str, Any]) -> Table:
    """Accuracy under each kind of corruption, the mean over strengths."""
    known = [each for each in report["contestants"] if "corrupted" in each]
    kinds = list(known[0]["corrupted"]["kinds"]) if known else []
    rows = [
        (kind, *(f"{100 * sum(values) / len(values):.0f}" for values in (e["corrupted"]["kinds"][kind] for e in known)))
        for kind in kinds
    ]
    return Table(("spoilt by", *(each["name"] for each in known)), tuple(rows))


def list_classes(each: dict[str, Any]) -> Table:
    """Precision, recall and F1 of each digit, for one contestant."""
    rows = [
        (
            str(digit),
            *(_show(rate[name], "{:.3f}") for name in ("precision", "recall", "f1")),
            str(rate["count"]),
        )
        for digit, rate in enumerate(each["test"]["per_class"])
    ]
    return Table(("digit", "precision", "recall", "F1", "digits"), tuple(rows))


def list_ties(report: dict[str, Any]) -> list[str]:
    """Say which of the neighbours in the order of accuracy chance alone may have parted."""
    pairs = {frozenset((pair["one"], pair["other"])): pair for pair in report["pairs"]}
    names = [each["name"] for each in sort_best(report)]
    return [
        f"{a} and {b}: {pairs[frozenset((a, b))]['probability']:.2f}"
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if not pairs[frozenset((a, b))]["is_larger_than_chance"]
    ]


def sort_best(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the contestants that were measured on the test digits, the best first."""
    known = [each for each in report["contestants"] if "test" in each]
    return sorted(known, key=lambda each: -each["test"]["accuracy"])


def mark(each: dict[str, Any]) -> str:
    """Return the name, with a star where it learnt from more than MNIST."""
    return each["name"] if each["trained_on"] == "MNIST" else f"{each['name']} *"


def list_missing(report: dict[str, Any], every: Sequence[str]) -> list[str]:
    """Say what the report lacks: who was not trained, and whose photos or spoilt glyphs were not measured."""
    known = {each["name"]: each for each in report["contestants"]}
    said = [f"{name}: not trained" for name in every if name not in known]
    said += [f"{name}: not measured" for name, each in known.items() if "test" not in each]
    said += [f"{name}: spoilt glyphs not measured" for name, each in known.items() if "corrupted" not in each]
    if report["photos"]:
        said += [f"{name}: photos not measured" for name, each in known.items() if ALONE not in each["photos"]]
        if WHOLE not in known.get(SHIPPED, {"photos": WHOLE})["photos"]:
            said.append(f"{SHIPPED}: photos with the network for rows not measured")
    return said


def _show(value: float | int | None, form: str, times: float = 1) -> str:
    return MISSING if value is None else form.format(value * times)
