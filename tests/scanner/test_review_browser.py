"""The review page in Chromium: keys, mouse, undo, saving, both views, and names that look like markup."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from results import fill_store

from scanner.__main__ import main
from scanner.errors import ExitCode, to_printable

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

ODD = "<img src=x onerror=alert(1)>\n'\"&.png"

LINES = {"a.png": [("12", 0.3), ("3?7", 0.4)], ODD: [("77", 0.1), ("123", 0.5)], "gone.png": [("4", 0.6)]}
"""On the page they come as 77, 12, 3?7, 123, 4."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with results and their page."""
    monkeypatch.chdir(tmp_path)
    fill_store(Path("r.sqlite"), Path(), LINES)
    Path("gone.png").unlink()
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    return tmp_path


@pytest.fixture
def page(browser: Any, folder: Path) -> Iterator[Any]:
    """The page, opened; whatever it complains of, asks for, or tries to load fails the test."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 900, "height": 700})
    page, troubles = context.new_page(), []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message) if dialog.type == "alert" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    own = ("data:", "blob:", (folder / "p.html").as_uri())
    page.on("request", lambda request: None if request.url.startswith(own) else troubles.append(request.url))
    page.goto((folder / "p.html").as_uri())
    yield page
    assert troubles == []
    context.close()


def save(page: Any, folder: Path) -> dict[str, str]:
    """Press s, and return what was typed by what was read."""
    with page.expect_download() as download:
        page.keyboard.press("s")
    download.value.save_as(folder / "c.json")
    assert download.value.suggested_filename == "r.sqlite.corrections.json"
    corrections = json.loads((folder / "c.json").read_text())["corrections"]
    return {each["read"]: each["text"] for each in corrections}


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def get_field(page: Any) -> str:
    value: str = page.evaluate("document.activeElement.value")
    return value


def test_keys_alone_do_all_and_the_corrections_go_back(
    page: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert get_field(page) == "77"
    page.keyboard.type("71")
    press(page, "Enter", "Enter", "Enter")
    assert "Type what stands where the ? is" in page.inner_text("#news")
    page.keyboard.type("3a1x.7")  # letters are commands or nothing, never text
    press(page, "Enter", "n", "ArrowUp")
    assert save(page, folder) == {"77": "71", "12": "12", "3?7": "31.7", "123": ""}
    assert page.inner_text("#count") == "4 of 5 done, 3 corrected, saved"
    assert main(["review", "r.sqlite", "--apply", "c.json"]) == ExitCode.OK
    assert "4 strings looked at, 3 of them corrected; 0 left out" in capsys.readouterr().err


def test_undo_takes_back_one_decision_after_the_other(page: Any, folder: Path) -> None:
    press(page, "Enter", "n", "u")
    assert get_field(page) == "12"
    assert page.inner_text("#count") == "1 of 5 done, 0 corrected, not saved"
    press(page, "u", "u")
    assert page.inner_text("#news") == "There is nothing to undo."
    press(page, "s")
    assert page.inner_text("#news") == "Nothing is decided yet."


def test_next_and_previous_decide_nothing(page: Any) -> None:
    press(page, "j", "ArrowDown", "k")
    assert get_field(page) == "12"
    press(page, "PageDown")
    assert get_field(page) == "4"
    assert page.inner_text("#count").startswith("0 of 5 done")


def test_the_mouse_does_it_too(page: Any, folder: Path) -> None:
    page.locator(".row").nth(0).get_by_role("button", name="Digit 1 is a 1").click()
    page.locator(".row").nth(0).get_by_role("button", name="Accept").click()
    page.locator(".row").nth(1).get_by_role("button", name="No digits").click()
    assert save(page, folder) == {"77": "17", "12": ""}


def test_digits_read_alike_stand_together_the_most_doubtful_first(page: Any, folder: Path) -> None:
    press(page, "d")
    groups = page.locator(".group").evaluate_all(
        "groups => groups.map(g => [g.getAttribute('aria-label'), g.querySelectorAll('.thumb').length])"
    )
    assert groups == [["read as 1", 2], ["read as 2", 2], ["read as 3", 2], ["read as 7", 3], ["not read", 1]]
    rows = page.locator(".group").nth(3).locator(".thumb").evaluate_all("all => all.map(each => each.dataset.row)")
    assert rows == ["0", "0", "2"], "the row that is gone has no picture, and so no digit here"
    page.locator(".group").nth(3).locator(".thumb").nth(1).focus()
    press(page, "1", "ArrowLeft", "ArrowRight", "ArrowRight", "4")
    assert "changed" in page.locator('.thumb[data-row="0"][data-digit="1"]').get_attribute("class")
    assert page.inner_text("#count").startswith("1 of 5 done"), "one string still holds a ?"
    page.locator('.thumb[data-row="2"][data-digit="1"]').focus()
    press(page, "0")
    page.locator('.thumb[data-row="3"][data-digit="2"]').focus()
    press(page, "x")
    assert save(page, folder) == {"77": "71", "3?7": "304", "123": "12"}
    press(page, "u", "Enter")
    assert get_field(page) == "123"


def test_a_reload_loses_nothing_and_leaving_asks_first(page: Any, folder: Path) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.reload()
    assert asked == [], "nothing is decided yet"
    page.keyboard.type("71")
    press(page, "Enter", "1")
    page.reload()
    assert asked == ["beforeunload"]
    assert page.inner_text("#count").startswith("1 of 5 done, 1 corrected")
    assert page.locator(".field").nth(1).input_value() == "1", "what was being typed is there, too"
    assert save(page, folder) == {"77": "71"}
    page.reload()
    assert asked == ["beforeunload"], "all is saved"


def test_names_that_look_like_markup_are_text(page: Any) -> None:
    assert to_printable(ODD) in page.locator(".meta").nth(0).inner_text()
    assert page.locator("main img").count() == 4
    assert "not there now" in page.locator(".row").nth(4).inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_it_is_legible_in_any_light_and_width(browser: Any, folder: Path, scheme: str, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 700})
    page = context.new_page()
    page.goto((folder / "p.html").as_uri())
    for key in ("n", "h", "d"):
        page.keyboard.press(key)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        assert page.evaluate(CONTRASTS) == []
    names = page.evaluate("[...document.querySelectorAll('button, input')].filter(e => !(e.ariaLabel || e.innerText))")
    assert names == [], "something has no name for who cannot see it"
    context.close()


CONTRASTS = """() => {
  const light = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *:not(script):not(noscript)")];
  return texts.filter((element) => element.checkVisibility() && [...element.childNodes]
      .some((node) => node.nodeType === 3 && node.data.trim())).map((element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
    return [element.tagName, element.textContent, (a + 0.05) / (b + 0.05)];
  }).filter(([, , contrast]) => contrast < 4.5);
}"""
"""Yields all texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3)."""
