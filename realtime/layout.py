"""Where things stand in the window: the frame at the left, scaled to fit, and the strip beside it. Pure geometry."""

from dataclasses import dataclass

from scanner.page import Box

LARGEST_VIEW = (1280, 800)
"""Width and height in pixels within which a window opens; it can be made larger."""

LEAST_SIDE = 480
"""A frame is shown at least so high or so wide as a window opens, in pixels: 320x240 is shown twice as large."""

MOST_ENLARGED = 8.0
"""How much a small picture is enlarged, at most."""

STRIP_SHARE, LEAST_STRIP, MOST_STRIP = 0.22, 170, 420
"""Width of the strip as a share of the window's, and between which pixels it stays."""

LEAST_WINDOW = 320
"""Width and height in pixels below which nothing is laid out smaller."""


@dataclass(frozen=True)
class Layout:
    """The window's parts, in its own pixels."""

    width: int
    """Of the window."""
    height: int
    view: Box
    """Where the frame stands, whole and in its own proportions."""
    strip: Box
    """Where settled strings are listed, at the right."""
    scale: float
    """Pixels of the window for one of the frame."""

    def to_window(self, box: Box) -> Box:
        """Return where a part of the frame stands in the window."""
        moved = box.scaled(self.scale)
        return Box(moved.x + self.view.x, moved.y + self.view.y, moved.width, moved.height)

    def to_frame(self, x: int, y: int) -> tuple[int, int]:
        """Return which pixel of the frame stands at one of the window; the nearest where it lies beside the frame."""
        inside = min(max(x - self.view.x, 0), self.view.width - 1), min(max(y - self.view.y, 0), self.view.height - 1)
        return int(inside[0] / self.scale), int(inside[1] / self.scale)

    def is_in_view(self, x: int, y: int) -> bool:
        """Tell whether a pixel of the window shows the frame."""
        return self.view.x <= x < self.view.right and self.view.y <= y < self.view.bottom


def choose_window(frame: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the window that opens for a frame of this width and height."""
    width, height = frame
    strip = round(STRIP_SHARE * LARGEST_VIEW[0])
    largest = min((LARGEST_VIEW[0] - strip) / width, LARGEST_VIEW[1] / height)
    wanted = max(1.0, 2 * LEAST_SIDE / max(width, height))
    scale = min(largest, wanted, MOST_ENLARGED)
    return max(2 * LEAST_SIDE, round(width * scale) + strip), max(LEAST_SIDE, round(height * scale))


def lay_out(frame: tuple[int, int], window: tuple[int, int]) -> Layout:
    """Return where the parts stand. frame, window: width and height in pixels, at least 1."""
    width, height = (max(LEAST_WINDOW, side) for side in window)
    strip = min(max(round(STRIP_SHARE * width), LEAST_STRIP), MOST_STRIP, width // 2)
    room = width - strip
    scale = min(room / frame[0], height / frame[1], MOST_ENLARGED)
    shown = max(1, min(room, round(frame[0] * scale))), max(1, min(height, round(frame[1] * scale)))
    view = Box((room - shown[0]) // 2, (height - shown[1]) // 2, *shown)
    return Layout(width, height, view, Box(room, 0, strip, height), scale)
