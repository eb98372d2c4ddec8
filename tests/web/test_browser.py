"""The page in Chromium: files, drawings and a camera each end with the right string on it."""

import json
import time
from base64 import b64decode, b64encode
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
from pdfs import encode_pdf

from benchmarks.browsing import Hand
from scanner.page import Page, open_pages
from scanner.reading import from_json
from scanner.store import FileResult, PageResult
from scanner.tables import write_csv
from tests.web.browsing import LONG, NEEDS_BROWSER, SAMPLES, expect_strings, sync, upload, visit_site

pytestmark = NEEDS_BROWSER

NOTE, BOARD = ["20731", "4816", "95024"], ["7306", "159248"]

SHOWN = ["31415", "0577", "2718"]
"""What stands before the camera."""

PRINT = """() => {
  const [paper, print] = [document.getElementById("draw-canvas"), document.createElement("canvas")];
  [print.width, print.height] = [720, Math.round(720 * paper.height / paper.width)];
  const pen = print.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, print.width, print.height);
  pen.drawImage(paper, 0, 0, print.width, print.height);
  return print.toDataURL("image/jpeg", 0.95).split(",")[1];
}"""
"""Yields what is drawn, as large as the page sends it."""

SLOWER = 6
"""The page may take so many times the reader's own time from a stroke's end to its reading."""


def get_page(name: str) -> Page:
    """Return the page of a sample."""
    return next(iter(open_pages(SAMPLES / name)))


def test_pictures_and_documents_are_read_in_their_order(page: Any, tmp_path: Path) -> None:
    pictures = [get_page(name).image[..., ::-1] for name in ("board.jpg", "note.jpg")]
    (tmp_path / "both.pdf").write_bytes(encode_pdf(*pictures, resolution=100))
    upload(page, SAMPLES / "note.jpg", tmp_path / "both.pdf")
    expect_strings(page, "files", [*NOTE, *BOARD, *NOTE])
    sync.expect(page.locator("#files-state")).to_have_text("2 files: 8 strings.")
    assert page.locator("#panel-files h3").all_inner_texts() == ["note.jpg", "both.pdf", "both.pdf, page 2"]
    assert page.locator("#sheet .boxes .frame").count() == sum(map(len, NOTE))
    page.locator("#panel-files .digit").nth(14).hover()
    sync.expect(page.locator("#page-name")).to_have_text("2 of 3")
    assert page.locator("#sheet .boxes .frame").count() == sum(map(len, BOARD))
    assert page.evaluate("window.shifts") == [], "something moved when the answers came"


def test_boxes_lie_on_the_digits(page: Any) -> None:
    """The sheet's shapes are where the ink is: as far along the picture as the reader's boxes say."""
    upload(page, SAMPLES / "note.jpg")
    expect_strings(page, "files", NOTE)
    height, width = get_page("note.jpg").image.shape[:2]
    picture, sheet = (page.locator(f"#sheet {part}").bounding_box() for part in ("img", ".boxes"))
    scale = min(picture["width"] / width, picture["height"] / height)
    left = picture["x"] + (picture["width"] - scale * width) / 2
    x = int(page.locator("#sheet .edge").first.get_attribute("x"))
    edge = page.locator("#sheet .edge").first.bounding_box()
    assert abs(edge["x"] + 1 - (left + scale * x)) < 2
    assert picture == sheet


def test_a_bad_file_is_told_where_it_stands_and_the_others_are_read(browser: Any, site: str, tmp_path: Path) -> None:
    (tmp_path / "=notes.txt").write_text("hello")
    with visit_site(browser, site, "415") as page:
        upload(page, tmp_path / "=notes.txt", SAMPLES / "board.jpg")
        expect_strings(page, "files", BOARD)
        failed = page.locator(".group.failed")
        assert failed.locator("h3").inner_text() == "=notes.txt"
        assert failed.inner_text().splitlines()[-1].startswith("This is no image that can be read here; expected ")
        sync.expect(page.locator("#files-state")).to_have_text("2 files: 2 strings; 1 file could not be read.")


def test_files_are_dropped_and_pasted(page: Any) -> None:
    give = """([kind, name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))], name));
      const how = { clipboardData: data, dataTransfer: data, bubbles: true, cancelable: true };
      document.body.dispatchEvent(kind === "paste" ? new ClipboardEvent(kind, how) : new DragEvent(kind, how));
    }"""
    page.click("#tab-draw")
    for kind, name in (("drop", "board.jpg"), ("paste", "note.jpg")):
        page.evaluate(give, [kind, name, b64encode((SAMPLES / name).read_bytes()).decode()])
    expect_strings(page, "files", [*BOARD, *NOTE])


def test_a_form_is_read_by_the_template_that_is_chosen(page: Any) -> None:
    page.select_option("#template", "cheque")
    upload(page, SAMPLES / "forms" / "cheques" / "cheque-4.jpg")
    expect_strings(page, "files", ["798599", "28012020", "120.60", "685168257", "3904841701"])
    names = page.locator("#panel-files .string .name").all_inner_texts()
    assert names == ["number", "date", "amount", "routing", "account"]
    assert "means 2020-01-28" in page.locator("#panel-files .string").nth(1).inner_text()


def test_what_is_read_is_copied_and_saved_as_the_scanner_writes_it(page: Any, tmp_path: Path) -> None:
    upload(page, SAMPLES / "counts.jpg")
    sync.expect(page.locator("#files-state")).to_contain_text("8 strings", timeout=LONG)
    saved = {}
    for kind in ("json", "csv"):
        with page.expect_download() as download:
            page.locator(f"#panel-files .{kind}").click()
        saved[kind] = Path(download.value.path()).read_bytes()
    (reading,) = json.loads(saved["json"])["readings"]
    assert reading["source"] == "counts.jpg"
    assert "picture" not in reading
    result = FileResult("counts.jpg", "", (PageResult(from_json(json.dumps(reading))),))
    write_csv(tmp_path / "theirs.csv", [result], None)
    assert saved["csv"] == (tmp_path / "theirs.csv").read_bytes()
    assert b'"007"' in saved["csv"]
    page.locator("#panel-files .copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == "007"
    page.locator("#panel-files .copy-all").click()
    assert (
        page.evaluate("navigator.clipboard.readText()").split("\n")
        == page.locator("#panel-files .text").all_inner_texts()
    )
    page.locator("#panel-files .text").first.evaluate("(text) => getSelection().selectAllChildren(text)")
    assert page.evaluate("getSelection().toString()") == "007", "strings can be selected"


@pytest.mark.parametrize("tool", ["mouse", "touch", "pen"])
def test_what_is_drawn_is_read(browser: Any, site: str, tool: str) -> None:
    with visit_site(browser, f"{site}#draw", has_touch=tool == "touch", device_scale_factor=2) as page:
        hand = Hand(page, tool)
        hand.write("305")
        expect_strings(page, "draw", ["305"])
        hand.write("74", line=1)
        expect_strings(page, "draw", ["305", "74"])


def test_strokes_are_taken_back_and_brought_again(page: Any) -> None:
    page.click("#tab-draw")
    Hand(page).write("30")
    expect_strings(page, "draw", ["30"])
    page.keyboard.press("Control+z")
    expect_strings(page, "draw", ["3"])
    page.click("#redo")
    expect_strings(page, "draw", ["30"])
    page.click("#draw-clear")
    expect_strings(page, "draw", [])
    page.click("#undo")
    expect_strings(page, "draw", ["30"])


def test_a_pen_that_presses_draws_a_broader_line(browser: Any, site: str) -> None:
    with visit_site(browser, f"{site}#draw", "willReadFrequently") as page:
        paper = page.locator("#draw-canvas").bounding_box()
        inks = []
        for force in (0.1, 0.9):
            line = np.linspace((100, 200), (400, 200), 20) + np.array((paper["x"], paper["y"]))
            Hand(page, "pen", force).draw([line])
            page.wait_for_timeout(50)
            inks.append(
                page.evaluate("""() => {
              const paper = document.getElementById("draw-canvas");
              const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height);
              return data.filter((value, i) => i % 4 === 3 && value > 127).length;
            }""")
            )
            page.click("#draw-clear")
        assert inks[1] > 2 * inks[0] > 0


def test_the_reading_follows_the_pen(page: Any, site: str, record_property: Any) -> None:
    """From a stroke's end to its reading the page adds little to what the reader takes for the same picture."""
    page.click("#tab-draw")
    hand = Hand(page)
    taken = []
    for count in range(1, 5):
        hand.write("0368"[count - 1], place=count - 1)
        expect_strings(page, "draw", ["0368"[:count]])
        state = page.locator("#draw-state")
        sync.expect(state).to_contain_text("after the last", timeout=LONG)
        taken.append(int(state.inner_text().split("read ")[1].split(" ms")[0]))
    picture = b64decode(page.evaluate(PRINT))
    direct = []
    for _ in range(4):
        began = time.perf_counter()
        with urlopen(Request(f"{site}v1/read?scores=1", picture, {"Content-Type": "image/jpeg"})) as answer:
            answer.read()
        direct.append(1000 * (time.perf_counter() - began))
    record_property("ms from a stroke's end to its reading", taken)
    record_property("ms of the reader alone", direct)
    assert median(taken) < SLOWER * median(direct), (taken, direct)


def test_what_the_camera_sees_is_read(page: Any) -> None:
    page.click("#tab-camera")
    page.click("#camera-start")
    expect_strings(page, "camera", SHOWN)
    assert page.locator("#video").evaluate("(video) => getComputedStyle(video).transform") == "none", "it is mirrored"
    drawn = page.evaluate("""() => {
      const canvas = document.getElementById("overlay");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    }""")
    assert drawn > 1000, "nothing is drawn over the video"
    page.click("#hold")
    sync.expect(page.locator("#camera-state")).to_have_text("Held. Press Hold again to go on.", timeout=LONG)
    expect_strings(page, "camera", SHOWN)
    page.locator("#panel-camera .digit").first.hover()
    assert "3: 9" in page.locator("#panel-camera .scores").get_attribute("aria-label")
    page.click("#hold")
    sync.expect(page.locator("#camera-state")).to_contain_text("frames/s", timeout=LONG)
    page.check("#mirror")
    sync.expect(page.locator("#panel-camera .strings")).not_to_contain_text("31415", timeout=LONG)
    page.click("#camera-stop")
    assert page.locator("#video").evaluate("(video) => video.srcObject") is None, "the camera is still on"
    assert page.evaluate("window.shifts") == []
