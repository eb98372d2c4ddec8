"""What the live reader knows when a frame is shown: the settled reading, hints for the person, what each stage took."""

from dataclasses import dataclass

from scanner.reading import Reading


@dataclass(frozen=True)
class Seen:
    """What stands on a frame, as far as it is settled."""

    reading: Reading
    """Settled lines only; boxes in pixels of the frame that is shown."""
    hints: tuple[str, ...] = ()
    """What the person can mend, one sentence each: too dark, blurred, too far."""
    stages: tuple[tuple[str, float], ...] = ()
    """Name and seconds of each stage of this frame, in order."""
