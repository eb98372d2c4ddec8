"""Crops show the right place, small, and say why where there is none."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pdfs import encode_pdf
from PIL import Image
from results import HEIGHT, draw_file, make_line

from scanner.crops import CHANGED, GONE, MARGIN, UNREADABLE, Crop, cut_crops, cut_from_file
from scanner.crops import HEIGHT as HIGHEST
from scanner.page import Box
from scanner.review import Doubt


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.png"


def make_doubt(path: Path, content: str, row: int = 0, page: int = 1) -> Doubt:
    return Doubt(str(path), content, page, row + 1, (200, 3 * HEIGHT + 10), make_line("1234", row))


def decode(crop: Crop) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(crop.picture)).convert("L"))


def test_a_crop_shows_its_digits_and_where_they_are(path: Path) -> None:
    content = draw_file(path, 3)
    (crop,) = cut_from_file(str(path), content, [make_doubt(path, content, 1)])
    picture = decode(crop)
    assert picture.shape == (crop.height, crop.width)
    assert crop.height <= HIGHEST
    for box in crop.boxes:
        digit = picture[box.y : box.bottom, box.x : box.right]
        assert digit[:, digit.shape[1] // 2].mean() < 100, "the bar is in the middle"
    assert len(crop.boxes) == 4
    assert len(crop.picture) < 2000


def test_a_crop_is_shrunk_and_stays_inside_its_page(tmp_path: Path) -> None:
    page = np.full((900, 9000), 255, np.uint8)
    Image.fromarray(page).save(tmp_path / "wide.png")
    doubt = make_doubt(tmp_path / "wide.png", "")
    line = replace(doubt.line, box=Box(0, 0, 9000, 900), digits=())
    content = hashlib.sha256((tmp_path / "wide.png").read_bytes()).hexdigest()
    (crop,) = cut_from_file(doubt.source, content, [replace(doubt, line=line, size=(9000, 900))])
    assert (crop.width, crop.height) == (720, 72)


def test_a_page_of_a_pdf_is_cut_at_the_resolution_it_has_now(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pages = [np.full((130, 200), 240, np.uint8) for _ in range(2)]
    pages[1][10 + HEIGHT : 30 + HEIGHT, 10:67] = 0
    path.write_bytes(encode_pdf(*pages, resolution=100))  # read at 100 dpi, drawn at 300
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    blank, black = cut_from_file(str(path), content, [make_doubt(path, content, 1, page) for page in (1, 2)])
    assert decode(blank).mean() > 200
    inner = round(MARGIN * black.height / (1 + 2 * MARGIN)) + 2
    assert decode(black)[inner:-inner, inner:-inner].mean() < 40


def test_a_file_that_is_gone_changed_or_no_image_has_no_crop(path: Path) -> None:
    content = draw_file(path, 3)
    for name, known, trouble in (
        ("b.png", content, GONE),
        ("a.png", "0" * 64, CHANGED),
        ("a\0.png", content, UNREADABLE),
    ):
        source = str(path.with_name(name))
        assert cut_from_file(source, known, [make_doubt(path, known)]) == [Crop(b"", trouble=trouble)]
    (crop,) = cut_from_file(str(path), content, [make_doubt(path, content, page=2)])
    assert crop.trouble == UNREADABLE, "the page is not there"


def test_each_file_is_opened_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = draw_file(path, 3)
    opened = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: opened.append(self) or read(self))
    doubts = [make_doubt(path, content, row) for row in (2, 0, 1)]
    assert [index for index, _ in cut_crops(doubts)] == [0, 1, 2]
    assert opened == [path]
