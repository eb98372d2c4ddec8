"""Measuring data sets and writing what the accuracy page shows: counted right, written whole."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.datasets import CELL, PICTURE_HEIGHT, Measured, Wrong, cut_picture, load_samples, measure, to_sample
from bench.metrics import EVERYWHERE, Judged, count_confusions
from bench.sheet import LabelledPage
from benchmarks import accuracy
from benchmarks.accuracy import FIGURES, fill_page, main, to_figures, to_table, write_report, write_sheet
from benchmarks.charts import draw_confusion, draw_sheet
from model.classifier import StubClassifier
from model.errors import DataError
from scanner.page import Box


def draw_bars(*lefts: int) -> NDArray[np.uint8]:
    """A page with upright bars of 20x40 pixels, dark on light."""
    page = np.full((80, 320), 220, np.uint8)
    for x in lefts:
        page[20:60, x : x + 20] = 60
    return page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three images on which a reader that always says 7 reads "77", "7" and a stray "7"; and one that is damaged."""
    folder = tmp_path / "bars"
    folder.mkdir()
    for name, lefts in (("two", (30, 90)), ("boxed", (30, 270)), ("partial", (30,))):
        cv2.imwrite(str(folder / f"{name}.png"), draw_bars(*lefts))
    (folder / "damaged.png").write_bytes(b"no image")
    labels = [
        {"file": "two.png", "strings": ["77"], "boxes": None, "repo": "a"},
        {"file": "boxed.png", "strings": ["8", "5"], "boxes": [[30, 20, 20, 40], [150, 20, 20, 40]], "repo": "b"},
        {"file": "partial.png", "strings": [], "boxes": [], "repo": "b", "partial_labels": True},
        {"file": "damaged.png", "strings": ["1"], "boxes": None, "repo": "a"},
    ]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)) + "\n\n", encoding="utf-8")
    return folder


@pytest.fixture
def measured(folder: Path) -> Measured:
    return measure("bars", load_samples(folder), StubClassifier([7]))


def test_a_folder_is_counted_as_labelled(measured: Measured) -> None:
    figures = to_figures(measured)
    assert [(each.want, each.got) for each in measured.judged] == [("77", "77"), ("8", "7"), ("5", ""), ("1", "")]
    assert (figures["images"], figures["unread"], figures["strings"]) == (4, 1, 4)
    assert (figures["exact"], figures["by_source"]) == (0.25, 0.25)
    assert figures["digits"] == 0.4  # five digits stand there; one is wrong, two are missed
    assert figures["false"] == 0.3333  # one stray on three images whose labels are complete
    assert [each.judged.want for each in measured.wrong] == ["8"]  # what was not answered is not shown


def test_a_set_without_strings_has_no_shares(measured: Measured) -> None:
    figures = to_figures(replace(measured, judged=(), wrong=()))
    assert [figures[key] for key in ("exact", "by_source", "digits", "read_at_1_percent", "calibration_error")] == [
        None
    ] * 5
    assert to_table({"empty": figures}).splitlines()[-1].startswith("| empty | 4 | 0 | - | - |")


@pytest.mark.parametrize(
    "line", ["{", '{"strings": []}', '{"file": "a", "strings": ["1", "2"]}', '{"file": "a", "strings": 1}']
)
def test_a_label_that_cannot_be_used_says_so(tmp_path: Path, line: str) -> None:
    (tmp_path / "labels.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(DataError, match=r"labels\.jsonl: .*[Ee]xpected"):
        load_samples(tmp_path)


def test_a_folder_without_labels_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Give a folder"):
        load_samples(tmp_path)


def test_a_drawn_page_is_boxed_by_its_writers_after_the_tilt() -> None:
    owners = np.zeros((50, 90), np.uint16)
    owners[10:30, 5:15], owners[15:35, 20:30] = 1, 2
    owners[10:20, 60:70] = 3  # of the second string; its other digit, 4, is off the page
    page = LabelledPage(draw_bars(), owners, (1, 2, 3, 4), (("12", Box(0, 0, 9, 9)), ("34", Box(60, 0, 9, 9))))
    truth = to_sample(page, "drawn").truth
    assert truth.strings == ("12", "?")
    assert truth.boxes[0] == Box(5, 10, 25, 25)


def test_the_report_is_written_whole_and_the_same_again(measured: Measured, tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")
    written = []
    for _ in range(2):
        write_report(tmp_path, [measured], "ab12")
        written.append({path: path.read_bytes() for path in tmp_path.rglob("accuracy*") if path.is_file()})
    assert written[0] == written[1]
    names = {path.relative_to(tmp_path).as_posix() for path in written[0]}
    charts = {f"images/accuracy-{name}.png" for name in ("confusion", "read-rate", "calibration")}
    assert names == {"accuracy.md", FIGURES} | charts
    for name in charts:
        assert cv2.imread(str(tmp_path / name)) is not None
    record = json.loads((tmp_path / FIGURES).read_text(encoding="utf-8"))
    assert record == {"weights_sha256": "ab12", "data_sets": {"bars": to_figures(measured)}}
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n<!-- figures -->\n{to_table(record['data_sets'])}\n<!-- /figures -->\nafter\n"


def test_a_page_without_a_place_for_the_table_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    (tmp_path / FIGURES).write_text('{"data_sets": {}}', encoding="utf-8")
    page.write_text("<!-- /figures --> <!-- figures -->", encoding="utf-8")
    with pytest.raises(DataError, match="Put both"):
        fill_page(page)
    assert page.read_text(encoding="utf-8") == "<!-- /figures --> <!-- figures -->"


def test_the_sheet_shows_the_surest_first(tmp_path: Path) -> None:
    """Each picture has the grey of its confidence: the first cell must be the darkest, and the 21st is left out."""
    wrong = [
        Wrong(Judged("1", "7", k / 100, True, "", EVERYWHERE), np.full((100, 200, 3), 200 - 5 * k, np.uint8))
        for k in range(21)
    ]
    path = tmp_path / "sheets" / "worst.png"
    write_sheet(path, wrong)
    sheet = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    middles = [sheet[y + 60, x + 50] for y in range(0, len(sheet), len(sheet) // 5) for x in range(0, 4 * CELL, CELL)]
    assert middles == [200 - 5 * k for k in range(20, 0, -1)]


def test_a_sheet_carries_words_beneath_each_picture() -> None:
    blank = np.full((PICTURE_HEIGHT, 100, 3), 255, np.uint8)
    words = [draw_sheet([(Judged(want, "7", 0.5, True, "", EVERYWHERE), blank)]) for want in ("1", "2", "1" * 60)]
    assert (words[0][PICTURE_HEIGHT + 6 :] < 100).any()
    assert not np.array_equal(words[0], words[1])
    assert words[2][:, CELL:].min() == 255, "long words run into the next cell"


@pytest.mark.parametrize("box", [Box(30, 20, 200, 40), Box(-50, 60, 9000, 900), EVERYWHERE])
def test_a_picture_fits_its_cell_and_keeps_its_aspect(box: Box) -> None:
    image = draw_bars(30, 90)
    picture = cut_picture(image, box)
    assert picture.shape[0] <= PICTURE_HEIGHT
    assert picture.shape[1] < CELL
    assert picture.shape[2] == 3
    if box is EVERYWHERE:
        assert picture.shape[1] / picture.shape[0] == pytest.approx(4, rel=0.03)


def test_a_confusion_shows_in_its_cell() -> None:
    right, wrong = (count_confusions([Judged("4", got, 1, True, "", EVERYWHERE)]) for got in "49")
    assert draw_confusion(right, "") != draw_confusion(wrong, "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "nothing to measure"),
        (["f", "--out", "d", "--worst-of", "f", "d/images/x.jpg"], "published"),
        (["f", "--worst-of", "f", "x.gif"], "ends in"),
    ],
)
def test_words_that_do_not_fit(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_of_worst_readings_that_is_not_there_is_told_before_anything_is_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accuracy, "measure", lambda *_: pytest.fail("something was read"))
    code = main([str(folder), "--out", str(tmp_path / "out"), "--worst-of", "nowhere", str(tmp_path / "worst.jpg")])
    assert code == DataError.exit_code
    assert "nowhere" in capsys.readouterr().err
