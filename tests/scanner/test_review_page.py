"""The page is whole in itself, and no text in it is markup."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import make_line

from scanner.crops import Crop
from scanner.page import Box
from scanner.reading import Field
from scanner.review import Doubt, Doubts
from scanner.review_page import Heading, build_page, to_safe_json

NAMES = [
    '"><img src=x onerror=alert(1)>.png',
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "a\nb'c\"d&amp;.png",
    "\udcff.png",
    "$style ${title} $$",
    "\u2028.png",
]


class Elements(HTMLParser):
    """Gathers the elements of a page, with the text of styles and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text: str) -> None:
        """Keep it, with its element."""
        self.texts.append((self.tags[-1][0] if self.tags else "", text))

    def get_texts(self, tag: str) -> list[str]:
        """Return the texts of all elements of a kind."""
        return [text for found, text in self.texts if found == tag]


def build(*names: str, results: str = "r.sqlite") -> str:
    doubts = tuple(Doubt(name, "ab" * 32, 1, 1, (200, 50), make_line("12")) for name in names)
    crops = [(index, Crop(b"RIFF", 50, 20, (Box(1, 2, 3, 4), Box(5, 2, 3, 4)))) for index in range(len(names))]
    return build_page(Heading(Path(results), "id", 0.99, False), Doubts(doubts, 3, 0), reversed(crops))


def get_data(page: str) -> dict[str, Any]:
    return json.loads(Elements(page).get_texts("script")[0])


@pytest.fixture(scope="module")
def plain() -> list[str]:
    return [tag for tag, _ in Elements(build("a.png")).tags]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_markup(name: str, plain: list[str]) -> None:
    page = build(name, results=name.replace("/", "") or "r")
    assert [tag for tag, _ in Elements(page).tags] == plain
    page.encode()
    file = get_data(page)["rows"][0]["file"]
    assert file.isprintable()
    assert all(part in file for part in re.findall(r"[\w<>]+", name.split("\n")[-1].encode("ascii", "ignore").decode()))


@given(st.recursive(st.text() | st.floats(allow_nan=False), st.lists))
def test_data_stay_what_they_are_and_end_no_element(data: object) -> None:
    text = to_safe_json(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data


def find_addresses(page: str) -> Iterator[str]:
    for _, attributes in Elements(page).tags:
        yield from (value or "" for name, value in attributes.items() if name in ("src", "href", "action"))


def test_it_needs_nothing_else() -> None:
    page = build("a.png")
    assert list(find_addresses(page)) == []
    assert not re.search(r"https?:|@import|url\((?!\$\{)|fetch\(|XMLHttp|innerHTML|eval\(", page)


def test_only_its_own_script_and_style_may_run() -> None:
    page = build("a.png")
    elements = Elements(page)
    policy = next(each["content"] for tag, each in elements.tags if each.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        (text,) = re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_rows_carry_what_the_corrections_need() -> None:
    data = get_data(build("a.png", "b.png"))
    assert (data["kind"], data["version"], data["results"]) == ("digitlens-corrections", 1, "id")
    assert data["about"] == (
        "2 strings less sure than 0.99, or with a ?, the most doubtful first. 3 more wait for the next page."
    )
    first, second = data["rows"]
    assert (first["file"], second["file"]) == ("a.png", "b.png")
    assert (first["read"], first["box"], first["size"]) == ("12", make_line("12").box.as_list(), [200, 50])
    assert base64.b64decode(first["crop"]) == b"RIFF"
    assert first["digits"][0]["others"] == [["7", 0.2]]


def test_a_field_is_named() -> None:
    field = Field("<b>amount</b>", "1200", "12.00", 0.4, Box(5, 6, 70, 30), False, "out of range", 0)
    doubts = Doubts((Doubt("a.png", "ab" * 32, 1, 1, (200, 50), make_line("1200"), field),), 0, 0)
    page = build_page(Heading(Path("r.csv"), "id", 0.99, False), doubts, [(0, Crop(b""))])
    data = get_data(page)
    (row,) = data["rows"]
    assert (row["field"], row["means"], row["reason"]) == ("<b>amount</b>", "12.00", "out of range")
    assert (row["box"], row["sure"], row["read"]) == ([5, 6, 70, 30], 0.4, "1200")
    assert data["about"] == "1 field less sure than 0.99, or not valid, the most doubtful first."
    assert "<b>" not in page


def test_a_string_looked_at_before_says_what_was_read() -> None:
    line = replace(make_line("12"), read="1?")
    doubts = Doubts((Doubt("a.png", "ab" * 32, 1, 1, (200, 50), line),), 0, 0)
    page = build_page(Heading(Path("r.csv"), "id", 0.99, True), doubts, [(0, Crop(b"", trouble="gone."))])
    (row,) = get_data(page)["rows"]
    assert (row["read"], row["text"], row["seen"], row["trouble"]) == ("1?", "12", True, "gone.")
