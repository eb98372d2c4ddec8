"""What the page's tests share: visits that tell of every complaint, and what is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.browsing import PATIENCE, find_chromium

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

NEEDS_BROWSER = [pytest.mark.browser, pytest.mark.skipif(find_chromium() is None, reason="there is no Chromium")]

SAMPLES = Path(__file__).parents[2] / "samples"

LONG = 1000 * PATIENCE
"""For how long tests wait for what must come, in milliseconds."""

SHIFTS = """window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifts.push(...entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
  }
}).observe({ type: "layout-shift", buffered: true });"""
"""Keeps the names of what moved on the page by itself."""


@contextmanager
def visit_site(browser: Any, address: str, *allowed: str, **how: Any) -> Iterator[Any]:
    """Open the site in a context of its own; yields its page. Whatever it complains of fails the test at its end.

    allowed: parts of complaints that are meant to come. how: of the context, such as its viewport.
    """
    how = {"viewport": {"width": 1280, "height": 800}, "permissions": ["clipboard-read", "clipboard-write"]} | how
    context = browser.new_context(accept_downloads=True, **how)
    page, troubles = context.new_page(), []
    page.add_init_script(SHIFTS)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text))
    own = (address.split("#")[0], "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else troubles.append(asked.url))
    try:
        page.goto(address)
        sync.expect(page.locator("#limits")).to_contain_text("megapixels", timeout=LONG)
        yield page
        assert [each for each in troubles if not any(part in each for part in allowed)] == []
    finally:
        context.close()


def expect_strings(page: Any, way: str, strings: list[str]) -> None:
    """Wait until these strings stand in the readout of a way in, and no others."""
    sync.expect(page.locator(f"#panel-{way} .text")).to_have_text(strings, timeout=LONG)


def upload(page: Any, *paths: Path) -> None:
    """Choose files."""
    page.set_input_files("#chooser", list(paths))
