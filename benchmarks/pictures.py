"""Draws the pictures in docs/images, all but the charts: the samples, as the commands of the docs show them.

    python -m benchmarks.pictures [NAME...] [--out docs/images]

The same code draws the same pictures. Those of the review page need playwright and Chromium, whose type may differ from
one system to the next. The charts come from benchmarks.accuracy.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import chdir
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.web_pictures import photograph_camera, photograph_draw, photograph_files
from model.classifier import Classifier
from model.command import say
from realtime.demo import PERIOD, Demo
from realtime.desk import Desk
from realtime.errands import InStep
from realtime.frame import Frame
from realtime.layout import lay_out
from realtime.overlay import Sight, draw
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.watcher import Watcher
from realtime.wishes import Wishes
from scanner.__main__ import main as scan
from scanner.annotate import annotate
from scanner.page import open_pages
from scanner.pipeline import ONCE, read
from scanner.reading import Reading
from scanner.template_drawing import draw_template
from scanner.whole import SHARED, write_whole

NAME = "benchmarks.pictures"

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

ROOT = Path(__file__).parents[1]
SAMPLES, FORMS, IMAGES = ROOT / "samples", ROOT / "samples" / "forms", ROOT / "docs" / "images"

TICKS = Rate(fps=10.0, latency=0.1)
"""What the live picture shows as its speed: of a clock that ticks evenly, so that the picture is the same each time."""

WIDTH = 1200
"""Of pictures of forms, in pixels: their small print can be read where a page shows them at their full size."""

VIEW = 1100
"""Width of the browser's window, in pixels: a field of ten digits and its buttons stand in one row."""

GAP = 8
"""Between pictures that stand together, in pixels."""

OPTIONS = {".jpg": (cv2.IMWRITE_JPEG_QUALITY, 88), ".png": (cv2.IMWRITE_PNG_COMPRESSION, 9)}
"""How files are written: edges of type stay clean, and all are small."""

FILM_SIZE, FILM_FPS = (960, 421), 5
"""Width and height of the demo's film in pixels, and its frames a second: small enough for a page."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""Names under which systems know it."""


def draw_page() -> Picture:
    """Draw the reading of a note, as `digits-scan --annotate` does."""
    (page,) = open_pages(SAMPLES / "note.jpg")
    return annotate(page.image, read(page, Classifier()))


def draw_live() -> Picture:
    """Draw what stands in the live window over a blackboard."""
    (page,) = open_pages(SAMPLES / "board.jpg")
    return draw_window(
        Frame(page.image, page.source, 1, 0.0, 0.0), read(page, Classifier(), ONCE), (page.image.shape[1], 560)
    )


def draw_demo() -> list[Picture]:
    """Draw one period of `digits-live --source demo` as the watcher sees it in step, a few of its frames a second."""
    demo, watcher = Demo(), Watcher(partial(read, classifier=Classifier(), options=ONCE), InStep())
    shown = []
    for number in range(round(PERIOD * demo.fps)):
        frame = Frame(demo.draw(number), "demo", number + 1, number / demo.fps, 0.0)
        seen = watcher.look(frame, Wishes())
        if number % round(demo.fps / FILM_FPS) == 0:
            shown.append(draw_window(frame, seen.reading, FILM_SIZE))
    return shown


def draw_window(frame: Frame, reading: Reading, window: tuple[int, int]) -> Picture:
    """Return what the live window shows. window: its width and height in pixels."""
    layout = lay_out((frame.image.shape[1], frame.image.shape[0]), window)
    return draw(Sight(frame, Seen(reading), TICKS, Desk()), layout)


def encode_film(pictures: Sequence[Picture]) -> bytes:
    """Return an animated WebP that runs again and again."""
    first, *others = [Image.fromarray(picture[..., ::-1]) for picture in pictures]
    file = io.BytesIO()
    first.save(
        file, "WEBP", save_all=True, append_images=others, duration=round(1000 / FILM_FPS), loop=0, quality=40, method=4
    )
    return file.getvalue()


def draw_cheques() -> Picture:
    """Draw the first four sample cheques, two in a row."""
    cheques = [load(FORMS / "cheques" / f"cheque-{number}.jpg") for number in range(1, 5)]
    height = min(cheque.shape[0] for cheque in cheques)
    rows = [lay_beside(cheques[first : first + 2], height) for first in (0, 2)]
    return fit(np.vstack([np.pad(fit(row), ((0, GAP), (0, 0), (0, 0)), constant_values=255) for row in rows])[:-GAP])


def draw_application() -> Picture:
    """Draw the two pages of a photographed application side by side."""
    pages = [page.image for page in open_pages(FORMS / "applications" / "photos.tif")]
    return fit(lay_beside(pages, pages[0].shape[0]))


def draw_blank_fields() -> Picture:
    """Draw a template on its blank, as `digits-scan template show` does."""
    return fit(show_template(None))


def draw_found_fields() -> Picture:
    """Draw a template on a photographed form, as `digits-scan template show` does."""
    return fit(show_template(str(FORMS / "cheques" / "cheque-4.jpg")))


def draw_review() -> Picture:
    """Photograph the review page of the samples, the first string accepted."""
    return photograph_review(["samples/*.jpg", "--accept", "0.98"], "digits.sqlite", ["Enter"], 640)


def draw_review_cheques() -> Picture:
    """Photograph the review page of the sample cheques."""
    words = ["samples/forms/cheques", "--template", "samples/forms/cheque.toml", "--accept", "0.99"]
    return photograph_review(words, "cheques.sqlite", [], 860)


PICTURES: dict[str, Callable[[], Picture]] = {
    "page.jpg": draw_page,
    "live.jpg": draw_live,
    "cheques.jpg": draw_cheques,
    "application.jpg": draw_application,
    "template.png": draw_blank_fields,
    "found.jpg": draw_found_fields,
    "review.png": draw_review,
    "review-cheques.png": draw_review_cheques,
    "web-files.jpg": photograph_files,
    "web-draw.png": photograph_draw,
    "web-camera.jpg": photograph_camera,
}
"""File name -> who draws it."""

FILMS: dict[str, Callable[[], list[Picture]]] = {"demo.webp": draw_demo}
"""The same for pictures that move."""


def load(path: Path) -> Picture:
    """Return the first page of a file."""
    return next(iter(open_pages(path))).image


def lay_beside(pictures: Sequence[Picture], height: int) -> Picture:
    """Return pictures beside one another, all of one height, with white between them."""
    scaled = [
        cv2.resize(each, (round(each.shape[1] * height / each.shape[0]), height), interpolation=cv2.INTER_AREA)
        for each in pictures
    ]
    padded = [np.pad(each, ((0, 0), (0, GAP), (0, 0)), constant_values=255) for each in scaled]
    return np.asarray(np.hstack(padded)[:, :-GAP], np.uint8)


def fit(picture: Picture) -> Picture:
    """Return a picture WIDTH pixels wide."""
    height = round(picture.shape[0] * WIDTH / picture.shape[1])
    return np.asarray(cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)


def show_template(form: str | None) -> Picture:
    """Return the cheque's template drawn on its blank, or on a filled form."""
    with TemporaryDirectory() as place:
        return load(draw_template(str(FORMS / "cheque.toml"), form, Path(place) / "shown.png"))


def photograph_review(words: Sequence[str], output: str, keys: Sequence[str], height: int) -> Picture:
    """Return the review page of what digits-scan writes into output, after keys were pressed, as Chromium shows it."""
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as place, chdir(place), sync_playwright() as playwright:
        shutil.copytree(SAMPLES, "samples")
        scan([*words, "--output", output])
        scan(["review", output])
        path = next(filter(None, map(shutil.which, CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--hide-scrollbars"])
        page = browser.new_page(viewport={"width": VIEW, "height": height}, reduced_motion="reduce")
        page.goto(Path(f"{output}.review.html").absolute().as_uri())
        for key in keys:
            page.keyboard.press(key)
        data = page.screenshot(animations="disabled")
        browser.close()
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def encode(name: str) -> bytes:
    """Draw a picture; returns its file."""
    if name in FILMS:
        return encode_film(FILMS[name]())
    suffix = Path(name).suffix
    return cv2.imencode(suffix, PICTURES[name](), OPTIONS[suffix])[1].tobytes()


def main(argv: Sequence[str] | None = None) -> int:
    """Draw the pictures that are named, or all; returns an exit code."""
    parser = argparse.ArgumentParser(prog=NAME, description="Draw the pictures of the docs.")
    known = [*PICTURES, *FILMS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)} (all)")
    parser.add_argument("--out", type=Path, default=IMAGES, metavar="FOLDER", help="where they go (docs/images)")
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.names if name not in known]
    if unknown:
        parser.error(f"{', '.join(unknown)}: no such picture; expected {', '.join(known)}")
    for name in arguments.names or known:
        write_whole(arguments.out / name, encode(name), SHARED)
        say(NAME, f"{arguments.out / name}: drawn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
