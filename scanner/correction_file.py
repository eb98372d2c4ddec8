"""Files of corrections, as review pages save them: what is good in them comes in, and what is not is told."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scanner.corrections import Correction
from scanner.errors import UsageError, to_printable
from scanner.marks import SIGNS
from scanner.page import Box

KIND = "digitlens-corrections"
"""What a file of corrections says it is."""

FORMAT = 1
"""Version of that file."""

LONGEST = 100
"""Digits in a typed string, at most."""

TYPED = re.compile(rf"(?:[0-9][{re.escape(''.join(SIGNS))}]?){{0,{LONGEST}}}", re.ASCII)
"""A typed string: digits, with at most one mark behind each; empty where there are no digits."""


def load_corrections(path: Path, results: str) -> tuple[list[Correction], list[str]]:
    """Return the corrections in a file that a review page saved, and a sentence for each entry that is none.

    results: identity of the results that they must belong to. Raises UsageError for another kind of file.
    """
    try:
        envelope = _Envelope.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"{path}: the corrections cannot be read ({error.strerror}). Check the name.") from error
    except (ValueError, RecursionError):  # a validation's error is a ValueError
        raise UsageError(
            f"{path}: these are no corrections; expected the JSON file that a review page saves, of version {FORMAT}."
        ) from None
    if envelope.results != results:
        raise UsageError(
            f"{path}: these corrections belong to other results. Give them with the results whose page they come from."
        )
    corrections, refused = [], []
    for number, entry in enumerate(envelope.corrections, 1):
        try:
            corrections.append(_to_correction(_Entry.model_validate(entry)))
        except ValidationError as error:
            name = to_printable(str(entry.get("file", "")))[:200] if isinstance(entry, dict) else ""
            refused.append(f"{path}: correction {number}{f' ({name})' if name else ''} is left out: {_explain(error)}")
    return corrections, refused


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True)
    kind: Literal["digitlens-corrections"]
    version: Literal[1]
    results: str
    corrections: list[Any]


Count = Annotated[int, Field(ge=0, lt=2**31)]
Size = Annotated[int, Field(ge=1, lt=2**31)]


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True)
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    page: Size
    size: Annotated[list[Size], Field(min_length=2, max_length=2)]
    box: Annotated[list[Count], Field(min_length=4, max_length=4)]
    read: Annotated[str, Field(max_length=3 * LONGEST)]
    text: Annotated[str, Field(pattern=f"^{TYPED.pattern}$", max_length=2 * LONGEST)]
    file: str = ""
    field: Annotated[str, Field(max_length=200)] = ""


def _to_correction(entry: _Entry) -> Correction:
    size = (entry.size[0], entry.size[1])
    return Correction(entry.content, entry.page, size, Box(*entry.box), entry.read, entry.text, entry.file, entry.field)


def _explain(error: ValidationError) -> str:
    """Return what is wrong with the first part of an entry that is wrong."""
    first = error.errors(include_url=False)[0]
    part = str(first["loc"][0]) if first["loc"] else "entry"
    if part == "text":
        return f"{first['input']!r:.60} is typed; expected digits, with a point, comma, dash or slash behind some."
    return f"its {part} is off ({first['msg']}). Save the corrections again."
