"""Draws the sample forms, the same ones each time: blanks, filled forms, and fields.jsonl with what stands on them.

    python -m samples.draw_forms [FOLDER]

Nothing here was photographed, and no bank, club or person of these names exists.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.pages import Picture
from benchmarks.photos import photograph
from samples.blanks import FORMS, draw_application, draw_cheque
from samples.filling import Filled, choose_application, choose_cheque, fill_application, fill_cheque

QUALITY, PAGES_QUALITY = 66, 48
"""Of the JPEG files, and of the pages in PDF and TIFF."""

SCAN = "scan"
"""The way that ends in grey: offices scan so."""


@dataclass(frozen=True)
class FormSample:
    """One filled form."""

    choose: Callable[[np.random.Generator], dict[str, str]]
    fill: Callable[[Mapping[str, str], np.random.Generator], Filled]
    way: str
    """How it comes in: one of benchmarks.photos.WAYS."""
    seed: int
    slips: Mapping[str, str] = field(default_factory=dict)
    """Fields in which the writer made a mistake, and what they wrote."""
    zoom: float = 1.0
    """The pictures are kept at this share of their size."""

    def draw(self) -> tuple[tuple[Picture, ...], dict[str, str]]:
        """Return its pages as they come in, (H, W, 3) uint8 BGR, and what stands in its fields."""
        rng = np.random.default_rng(self.seed)
        filled = self.fill({**self.choose(rng), **self.slips}, rng)
        pages = [photograph(page, self.way, rng) for page in filled.pages]
        return tuple(_shrink(page, self.zoom) for page in pages), dict(filled.texts)


SAMPLES: dict[str, FormSample] = {
    "cheques/cheque-1.jpg": FormSample(choose_cheque, fill_cheque, SCAN, 8),
    "cheques/cheque-2.jpg": FormSample(choose_cheque, fill_cheque, "tilt", 2),
    "cheques/cheque-3.jpg": FormSample(choose_cheque, fill_cheque, "shadow", 3),
    "cheques/cheque-4.jpg": FormSample(choose_cheque, fill_cheque, "phone", 4),
    "cheques/cheque-5.jpg": FormSample(choose_cheque, fill_cheque, SCAN, 5, {"account": "4172903358"}),
    "applications/scan.pdf": FormSample(choose_application, fill_application, SCAN, 6),
    "applications/photos.tif": FormSample(choose_application, fill_application, "phone", 7, zoom=0.7),
}
"""File name -> who fills it in, and where its chance starts. The account number of the fifth cheque cannot be right."""


def main(folder: Path) -> None:
    """Write the blanks, the filled forms and fields.jsonl into the folder."""
    blanks = {"cheque": draw_cheque()}
    blanks |= {f"application-{number}": page for number, page in enumerate(draw_application(), 1)}
    for name, blank in blanks.items():
        cv2.imwrite(str(folder / f"{name}.png"), blank, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    records = []
    for name, sample in SAMPLES.items():
        pages, texts = sample.draw()
        (folder / name).parent.mkdir(exist_ok=True)
        _save(folder / name, pages, sample.way == SCAN and len(pages) > 1)
        records.append(json.dumps({"file": name, "way": sample.way, "fields": texts}))
    (folder / "fields.jsonl").write_text("\n".join(records) + "\n", encoding="utf-8")


def _shrink(page: Picture, zoom: float) -> Picture:
    return np.asarray(cv2.resize(page, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8)


def _save(path: Path, pages: tuple[Picture, ...], is_grey: bool) -> None:
    """Write pages into one file; its suffix says how."""
    if path.suffix == ".jpg":
        cv2.imwrite(str(path), pages[0], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        return
    first, *others = [Image.fromarray(page[..., ::-1]).convert("L" if is_grey else "RGB") for page in pages]
    if path.suffix == ".pdf":
        first.save(path, save_all=True, append_images=others, resolution=165, quality=PAGES_QUALITY)
    else:
        first.save(path, save_all=True, append_images=others, compression="jpeg", quality=PAGES_QUALITY)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FORMS)
