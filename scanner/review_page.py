"""The page on which a person looks at doubtful strings: one HTML file that needs nothing else, and no network.

Names and readings go into it as JSON, which the page's script shows as text: no file name is ever markup.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from scanner.correction_file import FORMAT, KIND
from scanner.crops import Crop
from scanner.errors import to_printable
from scanner.marks import insert_marks
from scanner.reading import DECIMALS, Line
from scanner.review import Doubt, Doubts


@dataclass(frozen=True)
class Heading:
    """What the page says of itself."""

    results: Path
    """The file of results that it is about."""
    identity: str
    """The results' identity, which the corrections carry back."""
    accept: float
    """Strings less sure than this are shown (0..1)."""
    everything: bool
    """Whether all are."""


def build_page(heading: Heading, doubts: Doubts, crops: Iterable[tuple[int, Crop]]) -> str:
    """Return the page. crops: of each string, with its index, in any order."""
    rows: list[dict[str, Any]] = [{}] * len(doubts.chosen)
    for index, crop in crops:
        rows[index] = _to_record(doubts.chosen[index], crop)
    data = {
        "kind": KIND,
        "version": FORMAT,
        "results": heading.identity,
        "name": to_printable(heading.results.name),
        "about": _describe(heading, doubts),
        "rows": rows,
    }
    style, script = _read("review.css"), _read("review_views.js") + _read("review.js")
    policy = (
        f"default-src 'none'; img-src data: blob:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(_read("review.html")).substitute(
        title=escape(f"Review of {to_printable(heading.results.name)}"),
        policy=escape(policy, quote=True),
        style=style,
        script=script,
        data=to_safe_json(data),
    )


def _describe(heading: Heading, doubts: Doubts) -> str:
    """Return what stands on the page, in a sentence or two."""
    count = len(doubts.chosen)
    is_form = any(doubt.field for doubt in doubts.chosen)
    unit, broken = ("field", "not valid") if is_form else ("string", "with a ?")
    unit += "s" * (count != 1)
    kind = unit if heading.everything else f"{unit} less sure than {heading.accept:g}, or {broken}"
    more = f" {doubts.left_out} more wait for the next page." if doubts.left_out else ""
    return f"{count} {kind}, the most doubtful first.{more}"


def to_safe_json(data: object) -> str:
    """Return JSON that can stand inside a script element: no text in it can end the element."""
    text = json.dumps(data, separators=(",", ":"))  # ASCII: line separators of Unicode are escaped as well
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _to_record(doubt: Doubt, crop: Crop) -> dict[str, Any]:
    line = doubt.line
    marked, judged = insert_marks(line), doubt.judged
    read = line.read if isinstance(judged, Line) or line.digits else judged.read
    return {
        "content": doubt.content,
        "page": doubt.page,
        "size": list(doubt.size),
        "box": doubt.box.as_list(),
        "file": to_printable(doubt.source),
        "link": _to_link(doubt.source),
        "line": doubt.number,
        "field": "" if doubt.field is None else doubt.field.name,
        "means": "" if doubt.field is None or doubt.field.value == marked else doubt.field.value,
        "reason": "" if doubt.field is None else doubt.field.reason,
        "read": marked if read is None else read,
        "text": marked,
        "seen": judged.read is not None,
        "sure": round(judged.confidence, DECIMALS),
        "digits": [
            {
                "text": digit.text,
                "sure": round(digit.confidence, DECIMALS),
                "others": [[text, round(share, 3)] for text, share in digit.alternatives],
            }
            for digit in line.digits
        ],
        "crop": base64.b64encode(crop.picture).decode(),
        "width": crop.width,
        "height": crop.height,
        "boxes": [box.as_list() for box in crop.boxes],
        "trouble": crop.trouble,
    }


def _to_link(source: str) -> str:
    """Return the address of a file on this machine, with every odd sign in it escaped."""
    try:
        return Path(os.path.abspath(source)).as_uri()  # noqa: PTH100  # resolve() would follow links
    except ValueError:
        return ""


def _read(name: str) -> str:
    return resources.files("scanner").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return by what a content security policy knows a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
