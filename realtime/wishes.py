"""What the person at the screen wants of the reader from now on."""

from dataclasses import dataclass

from realtime.said import Said
from scanner.page import Box


@dataclass(frozen=True)
class Wishes:
    """Made by the screen from keys and clicks, handed to the watcher with the next frame."""

    goes_on: bool = True
    """False when the person wants to leave."""
    is_frozen: bool = False
    """Whether the picture shown stays while frames go by; what is read meanwhile is not seen."""
    region: Box | None = None
    """Read only this, in pixels of the frame; None reads all."""
    reject_below: float = 0.5
    """Digits less sure than this show as "?" (0..1)."""
    said: Said | None = None
    """What was said of a digit since the last frame; it counts once, and is remembered with the digit."""
    template: int = 0
    """Which of the given templates is held before the camera, from 1; 0 for none."""
