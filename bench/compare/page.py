"""index.html: the whole report in one file, its pictures inside, nothing fetched."""

import base64
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from bench.compare.charts import draw_corruptions, draw_curves, draw_gap, draw_pairs, draw_verdicts
from bench.compare.tables import (
    Table,
    list_classes,
    list_corruptions,
    list_costs,
    list_elsewhere,
    list_missing,
    list_photos,
    list_test,
    list_ties,
    sort_best,
)
from bench.contestants.registry import make_contestants
from scanner.whole import SHARED, write_whole

PAGE = "index.html"

TITLE = "Classifiers of digits, compared"

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-top: 1px solid #ddd; padding-top: 1rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid #eee; white-space: nowrap; }
th { background: #f3f6f9; font-weight: 600; }
.words td:nth-child(-n+2), .words th:nth-child(-n+2), td:first-child, th:first-child { text-align: left; }
tbody tr:hover { background: #f8fafc; } img { max-width: 100%; height: auto; } p { max-width: 48rem; }
details { border-bottom: 1px solid #eee; padding: .3rem 0; } summary { cursor: pointer; font-weight: 600; }
.note { color: #555; font-size: 13px; } .warn { background: #fff4d6; padding: .5rem .8rem; }
"""


def write_page(folder: Path, report: dict[str, Any]) -> None:
    """Write index.html. Raises OutputError."""
    write_whole(folder / PAGE, "".join(_write(report)).encode(), SHARED)


def _write(report: dict[str, Any]) -> Iterator[str]:
    yield "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    yield f"<title>{TITLE}</title><style>{STYLE}</style><h1>{TITLE}</h1>"
    yield from _write_origin(report)
    yield "<h2>MNIST's test digits</h2>" + _to_html(list_test(report), "words")
    yield _note(
        "Accuracy is that of the first seed, with Wilson's 95 % interval; over seeds, the mean with Student's, and how "
        "many seeds. Precision, recall and F1 are means over the digits. * learnt from more than MNIST: its accuracy "
        "here says nothing about which classifier is better."
    )
    yield from _write_pairs(report)
    if report["photos"]:
        yield "<h2>Behind the pipeline, on photos</h2>" + _show_picture(draw_gap(report), "test digits beside photos")
        yield _to_html(list_photos(report))
        yield _note(
            "Each classifier in the place of the shipped one, in the same pipeline. It sees the glyph alone and has no "
            "class for what is no digit, and the network for rows is off; the shipped network stands there in the same "
            "way, and also as it is meant to be used. Misread, refused and missed count labelled digits. The share of "
            "digits can fall below 0: digits too many count as errors."
        )
    yield "<h2>Other digits, spoilt digits</h2>" + _to_html(list_elsewhere(report))
    yield _show_picture(draw_corruptions(report), "accuracy under corruptions")
    yield _note(f"Spoilt: {report['corrupted']} test digits in fifteen ways, each at five strengths.")
    yield f"<details><summary>The same as a table</summary>{_to_html(list_corruptions(report))}</details>"
    yield "<h2>Cost</h2>" + _to_html(list_costs(report))
    yield _note(
        "All in one process, in turns, one thread each; the fastest call of five turns. Networks run in LiteRT, with "
        "float32 weights, the shipped one with int8. Training: by the clock, whatever else ran, and of all threads."
    )
    yield "<h2>One by one</h2>" + "".join(_write_contestant(each) for each in sort_best(report))
    yield "</html>\n"


def _write_origin(report: dict[str, Any]) -> Iterator[str]:
    if report["quick"]:
        yield "<p class=warn>A quick run: one epoch on a few hundred digits. It shows that all works, and no more.</p>"
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    seeds = max((len(each["seeds"]) for each in report["contestants"]), default=0)
    yield f"<p>Made {escape(report['made'])} by digitlens {report['digitlens']} on {escape(report['machine'])}; "
    yield f"{escape(versions)}; seeds 1 to {seeds}. All figures: report.json.</p>"
    names = [f"{data['name']}: {data['digits']:,} of {data['file']} ({data['sha256'][:12]})" for data in report["data"]]
    yield _note("Digits: " + "; ".join(names) + ". Each seed holds some of those to train on out for validation.")
    missing = list_missing(report, [each.name for each in make_contestants()])
    if missing:
        yield f"<p class=warn>Not in this report: {escape('; '.join(missing))}.</p>"


def _write_pairs(report: dict[str, Any]) -> Iterator[str]:
    yield "<h2>Which differences are larger than chance</h2>" + _show_picture(draw_pairs(report), "pairs")
    yield _note(
        "How many digits the row has right beyond the column; white where chance alone may do it. "
        f"McNemar's exact test on the same test digits, corrected for {len(report['pairs'])} pairs by Holm, at 5 %."
    )
    ties = list_ties(report)
    if ties:
        yield f"<p>Chance alone may part: {escape('; '.join(ties))}.</p>"


def _write_contestant(each: dict[str, Any]) -> str:
    parts = [
        f"<details><summary>{escape(each['name'])}: {escape(each['title'])}</summary>",
        _note(f"From {each['source']}. Recipe: {each['recipe']}. Learnt from: {each['trained_on']}."),
        _show_picture(draw_curves(each), "by epoch"),
        _show_picture(draw_verdicts(each), "confusions, and share right over confidence"),
        _to_html(list_classes(each)),
        "</details>",
    ]
    return "".join(parts)


def _to_html(table: Table, kind: str = "") -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in table.head)
    rows = "".join("<tr>" + "".join(f"<td>{escape(word)}</td>" for word in row) + "</tr>" for row in table.rows)
    return f"<div class=wide><table class='{kind}'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _show_picture(png: bytes | None, words: str) -> str:
    if png is None:
        return ""
    return f"<p><img alt='{escape(words)}' src='data:image/png;base64,{base64.b64encode(png).decode()}'></p>"


def _note(words: str) -> str:
    return f"<p class=note>{escape(words)}</p>"
