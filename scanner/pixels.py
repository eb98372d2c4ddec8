"""Pixels: from the many modes of Pillow to upright grey or colour of 8 bits."""

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.Image import Transpose

GREY_DEPTHS = (2**8 - 1, 2**10 - 1, 2**12 - 1, 2**14 - 1, 2**16 - 1, 2**31 - 1)
"""The values of white in grey images of 8 to 31 bits: sensors of 10, 12 and 14 bits fill 16-bit files partly."""

TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright (Exif 2.32, tag 0x0112)."""


def turn_upright(frame: Image.Image) -> Image.Image:
    """Return the frame after its EXIF turn; odd metadata leaves it as it is. Pillow has turned TIFF frames already."""
    try:
        turn = TURNS.get(frame.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # metadata is parsed like the formats above, and a picture is worth more than its tags
        return frame
    return frame if turn is None else frame.transpose(turn)


def to_array(frame: Image.Image) -> NDArray[np.uint8]:
    """Return grey as (H, W) and colour as (H, W, 3) BGR; what is transparent becomes paper."""
    if frame.mode.startswith("I") or frame.mode == "F":
        return _scale_depth(np.asarray(frame, np.float32), GREY_DEPTHS if frame.mode != "F" else (1, *GREY_DEPTHS))
    if frame.has_transparency_data:
        return _to_bgr(_lay_on_paper(frame.convert("RGBA")).convert("RGB"))
    if frame.mode in ("1", "L"):
        return np.array(frame.convert("L"), np.uint8)
    return _to_bgr(frame.convert("RGB"))


def _to_bgr(frame: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(frame, np.uint8)[:, :, ::-1])


def _lay_on_paper(frame: Image.Image) -> Image.Image:
    """Lay an RGBA frame on white, or on black when it is light ink on nothing, which white would swallow."""
    grey, alpha = np.asarray(frame.convert("L")), np.asarray(frame.getchannel("A"))
    visible = alpha >= 128
    light_ink = np.count_nonzero(visible) * 2 < visible.size and grey[visible].size and grey[visible].mean() >= 128
    paper = Image.new("RGBA", frame.size, "black" if light_ink else "white")
    return Image.alpha_composite(paper, frame)


def _scale_depth(values: NDArray[np.float32], whites: tuple[int, ...]) -> NDArray[np.uint8]:
    """Bring deep or float grey to 0..255 by the least of the whites that holds it.

    Never by the image's own range: that would blow the noise of an empty page up to ink.
    """
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    largest = float(values.max(initial=0.0))
    white = next((white for white in whites if largest <= white), largest)
    scaled: NDArray[np.float32] = np.clip(values * np.float32(255.0 / white), 0, 255).round()
    return scaled.astype(np.uint8)
