"""The words of `digits-live`."""

import argparse
import math
import re
from pathlib import Path

from model import __version__

BACKENDS = ("any", "v4l2", "gstreamer", "avfoundation", "dshow", "msmf")
"""Who may open a camera; realtime.camera knows OpenCV's words for them, and --help does without OpenCV."""

LARGEST = 16_384
"""Pixels of a frame's side, at most."""

EPILOG = (
    "In the window, h shows what the keys do; q or Esc quits; a picture stays until any other key is pressed. "
    "When a film is recorded, no window opens unless --realtime is given."
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser("digits-live", description="Read handwritten digits live.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"digits-live {__version__}")
    parser.add_argument(
        "--source",
        default="0",
        help="a camera's number or device, a film, a picture, a folder of pictures, a URL, or demo, which needs "
        "no camera (default: 0, the first camera)",
    )
    parser.add_argument("--list", action="store_true", help="print the cameras that are there, and end")
    _add_camera(parser)
    _add_reading(parser)
    _add_output(parser)
    return parser


def _add_camera(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("camera and film")
    group.add_argument("--backend", choices=BACKENDS, help="who opens a camera (default: the platform's own)")
    group.add_argument("--size", type=_size, metavar="WxH", help="the camera's picture, such as 1920x1080")
    group.add_argument("--fps", type=_rate, metavar="N", help="the camera's frames a second")
    group.add_argument("--focus", type=_amount, metavar="N", help="fix the focus there, in the camera's own units")
    group.add_argument(
        "--exposure", type=_amount, metavar="N", help="fix the exposure there, in the camera's own units"
    )
    group.add_argument("--mirror", action="store_true", help="turn frames left to right before they are read")
    group.add_argument("--realtime", action="store_true", help="show a film in its own time, as if a camera saw it")
    group.add_argument("--frames", type=_positive, metavar="N", help="stop after N frames")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--reject-below",
        type=_share,
        default=0.5,
        metavar="P",
        help='print digits less sure than this as "?" (0 to 1, default: 0.5)',
    )
    group.add_argument(
        "--template",
        action="append",
        default=[],
        metavar="FILE",
        help="a form that is held before the camera, as digits-scan --template has it; repeat it for others",
    )
    group.add_argument(
        "--no-straighten",
        dest="straighten",
        action="store_false",
        help="read frames as they are: leave out finding how a page in them is tilted, seen from aside or turned",
    )
    group.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--headless", action="store_true", help="print a line of JSON for each change instead of showing a window"
    )
    group.add_argument(
        "--record", type=Path, metavar="FILE.mp4", help="write a film of what is seen, with what is read drawn on it"
    )
    group.add_argument("--record-plain", action="store_true", help="draw nothing on films that are recorded")
    group.add_argument(
        "--out",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="where snapshots, films and corrected glyphs of the window go (default: here)",
    )


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)[x×](\d+)", text)  # noqa: RUF001  # as people write it, too
    if not found or not all(0 < int(side) <= LARGEST for side in found.groups()):
        raise argparse.ArgumentTypeError(f"{text!r}: expected width and height in pixels, such as 1280x720")
    return int(found[1]), int(found[2])


def _share(text: str) -> float:
    return _number(text, float, 0, 1, "a number from 0 to 1")


def _rate(text: str) -> float:
    return _number(text, float, 0.1, 1000, "frames a second, from 0.1 to 1000")


def _amount(text: str) -> float:
    return _number(text, float, -1e6, 1e6, "a number")


def _positive(text: str) -> int:
    return int(_number(text, int, 1, math.inf, "a whole number from 1 on"))


def _number(text: str, kind: type[float], least: float, most: float, expected: str) -> float:
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r}: expected {expected}")
    return value
