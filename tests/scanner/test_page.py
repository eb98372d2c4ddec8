"""Pages open whole and upright, whatever their format, depth and colours."""

from collections.abc import Callable

import numpy as np
import pytest
from drawing import COLOURED, PICTURE, encode, encode_pages
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from scanner.opening import Opening
from scanner.page import Box, decode_pages

ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""


def decode(data: bytes) -> list[NDArray[np.uint8]]:
    """Return the pictures of all pages."""
    return [page.image for page in decode_pages(data, "x")]


def decode_one(data: bytes) -> NDArray[np.uint8]:
    """Return the picture of the only page."""
    (picture,) = decode(data)
    return picture


def with_orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "PPM", "GIF"])
def test_grey_comes_back_exactly(form: str) -> None:
    picture = decode_one(encode(PICTURE, form))
    grey = picture if picture.ndim == 2 else picture[:, :, 0]
    np.testing.assert_array_equal(grey, PICTURE)


@pytest.mark.parametrize(
    ("form", "how"), [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("PPM", {}), ("WEBP", {"lossless": True})]
)
def test_colour_comes_back_as_blue_green_red(form: str, how: dict[str, object]) -> None:
    np.testing.assert_array_equal(decode_one(encode(COLOURED, form, **how)), COLOURED[:, :, ::-1])


@pytest.mark.parametrize(("form", "how"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {})])
def test_lossy_formats_come_back_nearly(form: str, how: dict[str, object]) -> None:
    picture = decode_one(encode(PICTURE, form, quality=95, **how))
    assert picture.shape[:2] == PICTURE.shape
    assert np.abs(picture.reshape(*PICTURE.shape, -1).mean(axis=2) - PICTURE).mean() < 4


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM", "BMP"])
def test_one_bit_becomes_black_and_white(form: str) -> None:
    bits = PICTURE >= 128
    np.testing.assert_array_equal(decode_one(encode(Image.fromarray(bits), form)), bits * np.uint8(255))


def test_fax_compression() -> None:
    bits = PICTURE >= 128
    data = encode(Image.fromarray(bits), "TIFF", compression="group4")
    np.testing.assert_array_equal(decode_one(data), bits * np.uint8(255))


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_deep_grey_is_scaled_by_its_depth(form: str, bits: int) -> None:
    white = 2**bits - 1
    deep = np.linspace(0, white, 64 * 64).reshape(64, 64).astype(np.uint16)
    assert np.abs(decode_one(encode(deep, form)) - deep * (255 / white)).max() <= 0.5


def test_noise_of_an_empty_deep_page_is_not_blown_up(rng: np.random.Generator) -> None:
    paper = rng.normal(60_000, 150, (40, 60)).astype(np.uint16)
    assert np.ptp(decode_one(encode(paper, "PNG"))) < 10


@pytest.mark.parametrize("white", [1.0, 255.0])
def test_float_grey(white: float) -> None:
    picture = decode_one(encode((PICTURE / np.float32(255 / white)).astype(np.float32), "TIFF"))
    assert np.abs(picture.astype(int) - PICTURE).max() <= 1


def test_float_grey_without_numbers_is_no_crash() -> None:
    assert decode_one(encode(np.full((3, 4), np.nan, np.float32), "TIFF")).tolist() == [[0] * 4] * 3


@pytest.mark.parametrize("form", ["TIFF", "JPEG"])
def test_cmyk_keeps_dark_ink_on_light_paper(form: str) -> None:
    picture = decode_one(encode(Image.fromarray(np.dstack([PICTURE] * 3)).convert("CMYK"), form))
    assert np.abs(picture.mean(axis=2) - PICTURE).mean() < 8


@pytest.mark.parametrize("form", ["PNG", "GIF", "BMP", "TIFF"])
def test_palette(form: str) -> None:
    indexed = Image.fromarray(PICTURE).convert("RGB").quantize(256)
    expected = np.asarray(indexed.convert("RGB"))[:, :, ::-1]
    np.testing.assert_array_equal(decode_one(encode(indexed, form)), expected)


def test_nothing_behind_the_ink_is_white_paper() -> None:
    layer = np.dstack([np.zeros((*PICTURE.shape, 3), np.uint8), 255 - PICTURE])
    np.testing.assert_allclose(decode_one(encode(layer, "PNG"))[:, :, 0], PICTURE, atol=1)


@pytest.mark.parametrize(("form", "mode"), [("WEBP", "RGBA"), ("TIFF", "RGBA"), ("PNG", "LA")])
def test_each_kind_of_alpha_lets_the_paper_through(form: str, mode: str) -> None:
    layer = Image.fromarray(np.dstack([np.zeros((*PICTURE.shape, 3), np.uint8), 255 - PICTURE])).convert(mode)
    how = {"lossless": True} if form == "WEBP" else {}
    np.testing.assert_allclose(decode_one(encode(layer, form, **how))[:, :, 0], PICTURE, atol=1)


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_transparent_colour_of_a_palette_is_paper(form: str) -> None:
    indexed = Image.fromarray((PICTURE < 128).view(np.uint8), "P")
    indexed.putpalette([200, 30, 30, 0, 0, 0])
    picture = decode_one(encode(indexed, form, transparency=0))
    np.testing.assert_array_equal(picture[:, :, 0], np.where(PICTURE < 128, 0, 255))


@pytest.mark.parametrize("depth", [8, 16])
def test_pgm(depth: int) -> None:
    white = 2**depth - 1
    values = (PICTURE.astype(np.uint32) * (white // 255)).astype(">u2" if depth == 16 else np.uint8)
    data = f"P5 {PICTURE.shape[1]} {PICTURE.shape[0]} {white}\n".encode() + values.tobytes()
    np.testing.assert_array_equal(decode_one(data), PICTURE)


def test_light_ink_on_nothing_lies_on_black() -> None:
    layer = np.dstack([np.full((*PICTURE.shape, 3), 255, np.uint8), 255 - PICTURE])
    np.testing.assert_allclose(decode_one(encode(layer, "PNG"))[:, :, 0], 255 - PICTURE, atol=1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, lambda a: a),
        (2, np.fliplr),
        (3, lambda a: np.rot90(a, 2)),
        (4, np.flipud),
        (5, lambda a: np.swapaxes(a, 0, 1)),
        (6, lambda a: np.rot90(a, -1)),
        (7, lambda a: np.rot90(np.swapaxes(a, 0, 1), 2)),
        (8, np.rot90),
    ],
)
def test_exif_turn(form: str, orientation: int, turn: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> None:
    plain = decode_one(encode(PICTURE, form))
    turned = decode_one(encode(PICTURE, form, exif=with_orientation(orientation)))
    np.testing.assert_array_equal(turned, turn(plain))


@given(st.binary(max_size=60))
def test_broken_metadata_does_not_cost_the_picture(metadata: bytes) -> None:
    picture = decode_one(encode(PICTURE, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0" + metadata))
    assert sorted(picture.shape) == sorted(PICTURE.shape)


@pytest.mark.parametrize("how", [{}, {"compression": "tiff_lzw"}])
def test_pages_of_a_tiff(how: dict[str, object]) -> None:
    pictures = [PICTURE, PICTURE[:30], PICTURE[:, :40]]
    pages = list(decode_pages(encode_pages(pictures, **how), "scan.tif"))
    assert [(page.number, page.source) for page in pages] == [(1, "scan.tif"), (2, "scan.tif"), (3, "scan.tif")]
    for page, picture in zip(pages, pictures, strict=True):
        np.testing.assert_array_equal(page.image, picture)


def test_pages_before_the_first_that_is_wanted_are_not_decoded() -> None:
    pictures = [PICTURE, PICTURE[:30], PICTURE[:, :40]]
    small = Opening(max_pixels=PICTURE[:, :40].size, first=3)  # the first page would be refused
    (page,) = decode_pages(encode_pages(pictures), "scan.tif", small)
    assert page.number == 3
    np.testing.assert_array_equal(page.image, pictures[2])
    assert list(decode_pages(encode_pages(pictures), "scan.tif", Opening(first=4))) == []
    assert list(decode_pages(encode(PICTURE, "PNG"), "one.png", Opening(first=2))) == []


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "MPO"])
def test_other_frames_are_no_pages(form: str) -> None:
    other = Image.fromarray(np.ascontiguousarray(np.flipud(PICTURE)))
    assert len(decode(encode(PICTURE, form, save_all=True, append_images=[other]))) == 1


boxes = st.builds(Box, *[st.integers(0, 5000)] * 2, *[st.integers(1, 5000)] * 2)


@given(boxes, boxes)
def test_a_joined_box_holds_both_and_no_more(one: Box, other: Box) -> None:
    joined = one.joined(other)
    assert joined == other.joined(one)
    assert (joined.x, joined.y) == (min(one.x, other.x), min(one.y, other.y))
    assert (joined.right, joined.bottom) == (max(one.right, other.right), max(one.bottom, other.bottom))


@given(boxes, st.floats(0.01, 10))
def test_a_scaled_box_stays_in_place(box: Box, factor: float) -> None:
    scaled = box.scaled(factor)
    assert min(scaled.width, scaled.height) >= 1
    assert abs(scaled.x - box.x * factor) <= 0.5
    assert abs(scaled.right - box.right * factor) <= 1.5
    assert abs(scaled.centre_x - box.centre_x * factor) <= 1
    assert abs(scaled.centre_y - box.centre_y * factor) <= 1


def test_a_box_within_a_picture_keeps_inside() -> None:
    assert Box(5, 90, 20, 15).within(20, 100) == Box(5, 90, 15, 10)
    assert Box(-3, -2, 10, 10).within(20, 100) == Box(0, 0, 7, 8)


small_boxes = st.builds(Box, *[st.integers(0, 30)] * 2, *[st.integers(1, 30)] * 2)


@given(small_boxes, small_boxes)
def test_what_two_boxes_share_is_counted_pixel_by_pixel(one: Box, other: Box) -> None:
    def paint(box: Box) -> set[tuple[int, int]]:
        return {(x, y) for x in range(box.x, box.right) for y in range(box.y, box.bottom)}

    assert one.area == len(paint(one))
    assert one.measure_shared(other) == other.measure_shared(one) == len(paint(one) & paint(other))
