"""The page itself in Chromium: keys alone, axe-core, both lights, three widths, a busy server, what is broken off."""

from typing import Any

import pytest

from benchmarks.browsing import Hand
from tests.web.browsing import LONG, NEEDS_BROWSER, SAMPLES, expect_strings, sync, upload, visit_site

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = NEEDS_BROWSER

NOTE = ["20731", "4816", "95024"]

WIDTHS = {320: 640, 1280: 800, 3840: 2160}
"""Of windows, in pixels, with their heights: a telephone, a laptop, a large screen."""


def get_name(page: Any) -> str:
    """Return what a screen reader calls that which has the focus."""
    name: str = page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText")
    return name


def list_sins(page: Any) -> list[str]:
    """Return what axe-core finds, each with its weight and its place."""
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['impact']} {each['id']}: {each['nodes'][0]['html']}" for each in found]


def test_keys_alone_read_a_file_and_look_at_its_digits(page: Any) -> None:
    # the chooser is waited for before the first key: Chromium shows one that is asked for before it hears of the wait
    with page.expect_file_chooser(timeout=LONG) as chooser:
        for name in ("Files", "Help", "Choose files"):
            page.keyboard.press("Tab")
            assert get_name(page) == name
        page.keyboard.press("Enter")
    chooser.value.set_files([SAMPLES / "note.jpg"])
    expect_strings(page, "files", NOTE)
    sync.expect(page.locator("#news")).to_have_text("note.jpg: 3 strings. 2 0 7 3 1, 4 8 1 6, 9 5 0 2 4.")
    while not get_name(page).startswith("A 2, "):
        page.keyboard.press("Tab")
    sync.expect(page.locator("#panel-files .which")).to_have_text("Digit 1 of 5")
    for key in ("ArrowDown", "ArrowRight", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert get_name(page).startswith("A 1, ")
    sync.expect(page.locator("#panel-files .which")).to_have_text("Digit 3 of 4")
    told = page.locator("#panel-files .inspector")
    assert told.locator(".why").inner_text() == get_name(page)
    shares = told.locator(".scores").get_attribute("aria-label").removeprefix("Scores: ").split(", ")
    assert [share.split(":")[0] for share in shares] == [str(digit) for digit in range(10)]
    assert page.locator("#sheet .frame.marked").get_attribute("data-digit") == "2", "the box stands out, too"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px", "the focus can be seen"
    page.keyboard.press("Tab")
    assert get_name(page) == "Copy 4816"
    page.keyboard.press("Enter")
    assert page.evaluate("navigator.clipboard.readText()") == "4816"


def test_the_ways_in_are_tabs_and_the_help_is_a_dialog(page: Any) -> None:
    page.focus("#tab-files")
    page.keyboard.press("ArrowRight")
    assert get_name(page) == "Draw"
    assert page.locator("#panel-draw").is_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#panel-camera").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#help").is_visible()
    assert get_name(page) == "Close"
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    assert get_name(page) == "Help"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, site: str, scheme: str) -> None:
    with visit_site(browser, site, color_scheme=scheme, reduced_motion="reduce") as page:
        assert list_sins(page) == []
        upload(page, SAMPLES / "note.jpg")
        expect_strings(page, "files", NOTE)
        page.locator("#panel-files .digit").first.hover()
        assert list_sins(page) == []
        page.click("#tab-draw")
        Hand(page).write("3")
        expect_strings(page, "draw", ["3"])
        assert list_sins(page) == []
        page.click("#tab-camera")
        assert list_sins(page) == []
        page.click("#help-open")
        assert list_sins(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_at_any_width(browser: Any, site: str, width: int) -> None:
    with visit_site(browser, site, viewport={"width": width, "height": WIDTHS[width]}) as page:
        upload(page, SAMPLES / "note.jpg")
        expect_strings(page, "files", NOTE)
        for name in ("files", "draw", "camera"):
            page.click(f"#tab-{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
            hidden = page.evaluate("""() => [...document.querySelectorAll("button, select, input, .text")]
              .filter((part) => part.checkVisibility() && part.getBoundingClientRect().width)
              .filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.outerHTML)""")
            assert hidden == []
            paper = page.locator(f"#{name}-bench").bounding_box()
            assert paper["height"] > 200, "there is room for what is read"


def test_dark_is_dark(browser: Any, site: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        with visit_site(browser, site, color_scheme=scheme) as page:
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"))
    assert min(grounds[0]) > 200
    assert max(grounds[1]) < 40


def test_a_busy_server_is_asked_again(browser: Any, site: str) -> None:
    with visit_site(browser, site, "429") as page:
        answers = iter([429, 429])

        def answer(route: Any) -> None:
            if next(answers, None):
                route.fulfill(status=429, headers={"Retry-After": "1"}, json={"title": "Busy", "detail": "Ask again."})
            else:
                route.continue_()

        page.route("**/v1/read?*", answer)
        upload(page, SAMPLES / "note.jpg")
        sync.expect(page.locator("#files-state")).to_have_text("The server is busy. It is asked again in 1 second.")
        expect_strings(page, "files", NOTE)
        assert page.locator("#files-state").inner_text() == "1 file: 3 strings."


def test_escape_breaks_off_what_is_read(browser: Any, site: str) -> None:
    with visit_site(browser, site) as page:
        stopped: list[str] = []
        page.on("requestfailed", lambda asked: stopped.append(asked.failure))
        page.route("**/v1/read?*", lambda route: None)  # an answer that never comes
        upload(page, SAMPLES / "note.jpg", SAMPLES / "board.jpg", SAMPLES / "form.jpg")
        sync.expect(page.locator("#files-state")).to_have_text("Reading: 0 of 3 files done.")
        page.keyboard.press("Escape")
        sync.expect(page.locator("#files-state")).to_have_text("")
        page.unroute("**/v1/read?*")
        upload(page, SAMPLES / "note.jpg")
        expect_strings(page, "files", NOTE)
        assert stopped == ["net::ERR_ABORTED"] * 2


def test_a_server_that_is_gone_is_told_with_its_cure(browser: Any, site: str) -> None:
    with visit_site(browser, site, "ERR_CONNECTION_REFUSED") as page:
        page.route("**/v1/read?*", lambda route: route.abort("connectionrefused"))
        upload(page, SAMPLES / "note.jpg")
        told = page.locator(".group.failed .note")
        sync.expect(told).to_have_text("The server does not answer. Start digits-web again, then try once more.")
        page.click("#tab-draw")
        Hand(page).write("1")
        sync.expect(page.locator("#draw-state")).to_contain_text("The server does not answer.", timeout=LONG)


def test_a_refused_digit_is_explained(browser: Any, site: str) -> None:
    """The answer is written by hand, as no picture is doubtful for ever."""
    doubtful = {"text": "?", "confidence": 0.41, "box": [40, 60, 50, 80], "alternatives": [["7", 0.41], ["1", 0.33]]}
    line = {"text": "?", "confidence": 0.41, "box": [40, 60, 50, 80], "digits": [doubtful]}
    reading = {"source": "upload", "page": 1, "width": 720, "height": 360, "lines": [line], "fields": {}}
    answer = {"readings": [reading | {"problems": []}], "more": False}
    with visit_site(browser, f"{site}#draw") as page:
        page.route("**/v1/read?*", lambda route: route.fulfill(json=answer))
        Hand(page).write("7")
        expect_strings(page, "draw", ["?"])
        page.locator("#panel-draw .digit").focus()
        sync.expect(page.locator("#panel-draw .why")).to_have_text(
            "? stands for a digit that it is not sure enough of to say; most likely 7 41 %, or 1 33 %."
        )
