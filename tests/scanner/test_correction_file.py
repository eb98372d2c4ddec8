"""Files of corrections: only good ones come in."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.correction_file import FORMAT, KIND, load_corrections
from scanner.corrections import Correction
from scanner.errors import UsageError
from scanner.page import Box

CONTENT = "ab" * 32


def make_entry(**changes: Any) -> dict[str, Any]:
    entry = {"file": "a.png", "content": CONTENT, "page": 1, "size": [200, 400], "box": [0, 0, 30, 12], "read": "1?"}
    return entry | {"text": "12"} | changes


def save(path: Path, *entries: Any, **changes: Any) -> Path:
    file = {"kind": KIND, "version": FORMAT, "results": "these", "corrections": list(entries)} | changes
    path.write_text(json.dumps(file))
    return path


def test_what_the_page_saves_comes_in(tmp_path: Path) -> None:
    corrections, refused = load_corrections(save(tmp_path / "c.json", make_entry(text="1.2,3-4/5")), "these")
    assert corrections == [Correction(CONTENT, 1, (200, 400), Box(0, 0, 30, 12), "1?", "1.2,3-4/5", "a.png")]
    assert refused == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "12a"}, {"text": "1?"}, {"text": ".5"}, {"text": "1.,2"}, {"text": "١٢"}, {"text": "12\n"},
        {"text": "1" * 101}, {"text": 12}, {"text": None}, {"content": "abc"}, {"page": 0}, {"page": "1"},
        {"page": True}, {"size": [0, 4]}, {"size": [1]}, {"box": [1, 2, 3]}, {"box": [-1, 0, 3, 4]}, {"read": None},
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_told_and_costs_no_other(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = save(tmp_path / "c.json", make_entry(**changes), make_entry(), "no entry", None)
    corrections, refused = load_corrections(path, "these")
    assert len(corrections) == 1
    assert [sentence.count("\n") for sentence in refused] == [0, 0, 0]
    assert refused[0].startswith(f"{path}: correction 1 (a.png) is left out: ")
    if "text" in changes:
        assert "expected digits" in refused[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"not json", b"\xff\xfe", b'{"kind": "digitlens-corrections"}', b"[" * 100_000],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="these are no corrections; expected the JSON file"):
        load_corrections(path, "these")


def test_corrections_of_other_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="belong to other results"):
        load_corrections(save(tmp_path / "c.json", make_entry(), results="those"), "these")
    with pytest.raises(UsageError, match="no corrections"):
        load_corrections(save(tmp_path / "c.json", make_entry(), version=FORMAT + 1), "these")
    with pytest.raises(UsageError, match="cannot be read"):
        load_corrections(tmp_path / "missing.json", "these")
