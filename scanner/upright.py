"""A page of a form, laid upright: one warp takes the picture to where its blank has its fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from scanner.cells import Place, draw_frames, drop_walls, keep_writing
from scanner.clean import Grey, even_light
from scanner.dropout import drop_print
from scanner.form import FormPage
from scanner.ink import Ink, Mask, Taking, drop_faint, limit_blur, take_ink
from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.pipeline import Options, find_ink, take_otherwise
from scanner.placement import TO_CENTRES, Placement
from scanner.registration import Homography, scale_by
from scanner.size import LARGEST_SIDE, SMALLEST_SIDE
from scanner.template import FieldSpec, Kind

FIELD_HEIGHT = 64
"""A form is brought to a size at which its lowest field is about so high, in pixels, as far as memory allows."""

HALF = 2.0
"""A picture that is so many times finer than the upright form is shrunk first: a warp alone would skip pixels."""


@dataclass(frozen=True)
class Upright:
    """A page of a form, its ink and its fields."""

    ink: Ink
    places: tuple[Place, ...]
    """One for each field, in the form's order."""
    to_picture: Homography
    """Takes working pixels of the upright form to pixels of the picture."""
    retake: Callable[[Taking], Ink]
    """Takes the same ink otherwise."""


def choose_scale(width: int, height: int, fields: Sequence[tuple[str, FieldSpec]]) -> float:
    """Return how many working pixels a pixel of the blank becomes."""
    longer = max(width, height)
    read = [field.box.height for _, field in fields if field.kind is not Kind.CHECKBOX]
    wanted = max(SMALLEST_SIDE / longer, FIELD_HEIGHT / min(read, default=FIELD_HEIGHT))
    return min(LARGEST_SIDE / longer, wanted)


def find_print(page: FormPage, options: Options) -> Mask:
    """Return the ink of a form's blank, (h, w) bool at working size; where there is none, where frames may be."""
    scale = choose_scale(page.width, page.height, page.fields)
    shape = max(1, round(page.height * scale)), max(1, round(page.width * scale))
    if page.blank is None:
        return draw_frames(_to_places(page.fields, scale), shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    blank = np.asarray(cv2.resize(page.blank, shape[::-1], interpolation=way), np.uint8)
    return take_ink(even_light(blank), Taking(options.binarisation)).mask


def lay_upright(grey: Grey, page: FormPage, homography: Homography, print_: Mask, options: Options) -> Upright:
    """Lay a page upright and take its ink, without what was printed.

    grey: (H, W) uint8, as stored. homography: from the blank to it. print_: as find_print gives it.
    """
    scale = choose_scale(page.width, page.height, page.fields)
    places = _to_places(page.fields, scale)
    to_picture = homography @ scale_by(1 / scale)
    upright = _warp(grey, to_picture, print_.shape)
    if page.blank is None:
        usual = find_ink(upright, options)

        def keep(ink: Ink) -> Ink:
            return keep_writing(ink, print_)

        return Upright(keep(usual), places, to_picture, lambda taking: keep(take_otherwise(usual, taking)))
    even, placement = even_light(upright, is_sheet=True), to_placement(to_picture)

    def take(taking: Taking) -> Ink:
        written, erased = drop_print(take_ink(even, taking).mask, print_, places)
        clear = drop_faint(find_pieces(written), even, taking.faint)
        return Ink(clear, np.zeros_like(clear.mask), placement, erased, even)

    usual = take(Taking(options.binarisation))
    return Upright(usual, places, to_picture, lambda taking: take(limit_blur(taking, usual)))


def cut_regions(grey: Grey, fields: Sequence[tuple[str, FieldSpec]], options: Options) -> Upright:
    """Take the ink of some regions of a picture, given in its own pixels, as a form without blank."""
    height, width = grey.shape
    boxes = [_widen(field.box, width, height) for _, field in fields]
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.joined(box)
    ink = find_ink(grey[whole.y : whole.bottom, whole.x : whole.right], options)
    moved = [
        (name, field.model_copy(update={"box": replace(field.box, x=field.box.x - whole.x, y=field.box.y - whole.y)}))
        for name, field in fields
    ]
    shift = np.array([[1, 0, whole.x], [0, 1, whole.y], [0, 0, 1]], np.float64)
    places = _to_places(moved, ink.placement.scale)

    def retake(taking: Taking) -> Ink:
        return drop_walls(take_otherwise(ink, taking), places)

    return Upright(drop_walls(ink, places), places, shift @ to_homography(ink.placement), retake)


def to_placement(homography: Homography) -> Placement:
    """Return a homography, which goes from centres of pixels to centres as OpenCV has it, as a placement."""
    return Placement(TO_CENTRES @ homography @ np.linalg.inv(TO_CENTRES))


def to_homography(placement: Placement) -> Homography:
    """Return a placement, which goes from corners of pixels to corners, as a homography as OpenCV has it."""
    return np.asarray(np.linalg.inv(TO_CENTRES) @ placement.to_stored @ TO_CENTRES, np.float64)


AROUND = 0.5
"""Paper around a region is looked at as well, by this share of its height: it tells where the ink begins."""


def _widen(box: Box, width: int, height: int) -> Box:
    margin = round(AROUND * box.height)
    return Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin).within(width, height)


def _to_places(fields: Sequence[tuple[str, FieldSpec]], scale: float) -> tuple[Place, ...]:
    return tuple(Place(field.box.scaled(scale), field.boxes, field.is_point_written) for _, field in fields)


def _warp(grey: Grey, to_picture: Homography, shape: tuple[int, ...]) -> Grey:
    """Return what the picture shows of the upright form. shape: of the result."""
    corners = np.array([[(0, 0), (shape[1], 0), (shape[1], shape[0]), (0, shape[0])]], np.float64)
    seen = cv2.perspectiveTransform(corners, to_picture)[0]
    finer = float(np.sqrt(cv2.contourArea(seen.astype(np.float32)) / (shape[0] * shape[1])))
    if finer >= HALF:
        grey = np.asarray(cv2.resize(grey, None, fx=1 / finer, fy=1 / finer, interpolation=cv2.INTER_AREA), np.uint8)
        to_picture = scale_by(1 / finer) @ to_picture
    way = cv2.INTER_LINEAR if finer > 1 else cv2.INTER_CUBIC
    size = (shape[1], shape[0])
    flags = way | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(grey, to_picture, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)
