"""The pictures of docs/images are those that their script draws."""

import shutil
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.pictures import (
    CHROMIUM,
    FILM_FPS,
    FILM_SIZE,
    FILMS,
    GAP,
    IMAGES,
    PICTURES,
    draw_window,
    lay_beside,
    main,
)
from model.classifier import Classifier
from model.errors import WeightsError
from realtime.demo import PERIOD, Demo
from realtime.frame import Frame
from scanner.reading import Reading

PAGES = [name for name in PICTURES if name.startswith(("review", "web"))]
"""They need a browser, whose type is not the same everywhere."""


ELSEWHERE = ("accuracy-", "models-", "explain.png")
"""Beginnings of names of pictures that need data which are not ours: benchmarks.accuracy, benchmarks.models and
digits-bench explain draw them."""


def test_every_picture_that_needs_no_data_is_drawn_here() -> None:
    assert {path.name for path in IMAGES.iterdir() if not path.name.startswith(ELSEWHERE)} == {*PICTURES, *FILMS}


@pytest.mark.parametrize("name", [name for name in PICTURES if name not in PAGES])
def test_each_picture_is_the_one_that_its_script_draws(name: str) -> None:
    try:
        Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    kept, drawn = cv2.imread(str(IMAGES / name)), PICTURES[name]()
    assert kept is not None
    assert kept.shape == drawn.shape
    assert cv2.absdiff(kept, drawn).mean() < 3  # JPEG; a figure that changes by a percent may stay as it is


def test_the_film_of_the_demo_is_small_and_shows_its_numbers() -> None:
    """One frame of it is drawn anew: all would take a minute."""
    path = IMAGES / "demo.webp"
    assert path.stat().st_size < 1_000_000
    with Image.open(path) as film:
        assert film.size == FILM_SIZE
        assert getattr(film, "n_frames", 1) == PERIOD * FILM_FPS
        film.seek(0)
        kept = np.asarray(film.convert("RGB"))[..., ::-1]
    demo = Demo()
    plain = draw_window(Frame(demo.draw(0), "demo", 1, 0.0, 0.0), Reading("demo", 1, *demo.size, ()), FILM_SIZE)
    assert 1 < cv2.absdiff(np.ascontiguousarray(kept), plain).mean() < 12  # the same page, with labels on it


@pytest.mark.browser
@pytest.mark.skipif(find_spec("playwright") is None or not any(map(shutil.which, CHROMIUM)), reason="needs Chromium")
@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_photographed(name: str) -> None:
    kept, drawn = cv2.imread(str(IMAGES / name)), PICTURES[name]()
    assert kept is not None
    assert kept.shape == drawn.shape
    assert cv2.absdiff(kept, drawn).mean() < 12


def test_pictures_of_two_sizes_stand_beside_one_another() -> None:
    beside = lay_beside([np.zeros((40, 60, 3), np.uint8), np.zeros((20, 20, 3), np.uint8)], 20)
    assert beside.shape == (20, 30 + GAP + 20, 3)
    assert (beside[:, 30 : 30 + GAP] == 255).all()
    assert (beside[:, :30] == 0).all()


def test_a_name_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing.jpg"])
    assert "nothing.jpg: no such picture" in capsys.readouterr().err
