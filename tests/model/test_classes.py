"""Own pictures in folders of classes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.data import NOT_A_DIGIT, load_extra
from model.errors import DataError
from model.glyph import normalise
from model.middle import cut_out
from model.strokes import DIGITS, draw


def save(folder: Path, label: str, name: str = "a.png", side: int = 60) -> Path:
    """Save a drawn 4, dark on light, as of a class."""
    picture = 255 - draw(DIGITS["4"][0], np.random.default_rng(1), side=side)
    path = folder / label / name
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def test_each_folder_is_a_class(tmp_path: Path) -> None:
    for label, name, side in (("4", "a.png", 60), ("4", "b.jpg", 96), ("none", "c.png", 40)):
        save(tmp_path, label, name, side)
    (tmp_path / "4" / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "7").mkdir()
    glyphs = load_extra(tmp_path)
    assert glyphs.labels.tolist() == [4, 4, NOT_A_DIGIT]
    wanted = normalise(cut_out(draw(DIGITS["4"][0], np.random.default_rng(1), side=60)))
    assert np.abs(glyphs.images[0].astype(int) - wanted).mean() < 4
    assert glyphs.name == tmp_path.name


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    ink = draw(DIGITS["4"][0], np.random.default_rng(1), side=60)
    (tmp_path / "4").mkdir()
    Image.fromarray(np.dstack([np.zeros_like(ink)] * 3 + [ink])).save(tmp_path / "4" / "a.png")
    assert np.abs(load_extra(tmp_path).images[0].astype(int) - normalise(cut_out(ink))).mean() < 4


def test_a_class_that_moves_is_other_data(tmp_path: Path) -> None:
    path = save(tmp_path, "4")
    before = load_extra(tmp_path).sha256
    (tmp_path / "5").mkdir()
    path.rename(tmp_path / "5" / "a.png")
    assert load_extra(tmp_path).sha256 != before


def test_a_folder_of_another_name_is_told(tmp_path: Path) -> None:
    save(tmp_path, "4")
    save(tmp_path, "four")
    with pytest.raises(DataError, match="four: is no class"):
        load_extra(tmp_path)


def test_a_picture_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = save(tmp_path, "4")
    content = path.read_bytes()
    for length in (0, 10, len(content) // 3, len(content) // 2):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match=r"a\.png: cannot be read"):
            load_extra(tmp_path)


def test_a_page_is_no_character(tmp_path: Path) -> None:
    path = save(tmp_path, "4")
    Image.new("L", (2500, 2000)).save(path)
    with pytest.raises(DataError, match="2500x2000 pixels"):
        load_extra(tmp_path)


def test_folders_without_pictures_are_told(tmp_path: Path) -> None:
    (tmp_path / "4").mkdir()
    with pytest.raises(DataError, match="hold no picture"):
        load_extra(tmp_path)
