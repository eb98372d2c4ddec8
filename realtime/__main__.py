"""`digits-live`: reads digits from a camera, a film or pictures, in a window or as lines of JSON."""

import argparse
import math
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from model import __version__
from model.errors import ModelError
from scanner.errors import DigitlensError, ExitCode, UsageError
from scanner.native import require_opencv

if TYPE_CHECKING:
    from realtime.screen import Screen
    from realtime.wishes import Wishes

EPILOG = "In the window, q or Esc quits, and any other key goes on to the next picture of a folder."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        require_opencv()
        _watch(arguments)
    except (DigitlensError, ModelError) as error:
        _say(str(error))
        return int(error.exit_code)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # who listened has left; what is still held for them goes nowhere, so that the exit stays quiet
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _say(f"the system refused to go on ({error}). Make room on the disk, or check the rights of what is read.")
        return ExitCode.SOME_FAILED
    return ExitCode.OK


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser("digits-live", description="Read handwritten digits live.", epilog=EPILOG)
    parser.add_argument(
        "--source",
        default="0",
        help="a camera's number, a film, a picture, a folder of pictures or a URL (default: 0, the first camera)",
    )
    parser.add_argument(
        "--headless", action="store_true", help="print one line of JSON per frame instead of showing a window"
    )
    parser.add_argument("--frames", type=_positive, metavar="N", help="stop after N frames")
    parser.add_argument(
        "--reject-below",
        type=_share,
        default=0.5,
        metavar="P",
        help='print digits less sure than this as "?" (0 to 1, default: 0.5)',
    )
    parser.add_argument(
        "--no-straighten",
        dest="straighten",
        action="store_false",
        help="read frames as they are: leave out finding how a page in them is tilted, seen from aside or turned",
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument("--version", action="version", version=f"digits-live {__version__}")
    return parser


def _watch(arguments: argparse.Namespace) -> None:
    # imported here: without its system libraries OpenCV cannot be, and require_opencv has said so by now
    from model.classifier import Classifier
    from realtime.camera import is_device, is_url, open_source
    from realtime.errands import Beside, InStep
    from realtime.loop import run
    from realtime.watcher import Watcher
    from realtime.wishes import Wishes
    from scanner.pipeline import Options, read

    options = Options(reject_below=arguments.reject_below, straighten=arguments.straighten)
    with ExitStack() as stack:
        frames = stack.enter_context(open_source(arguments.source))
        reader = partial(read, classifier=Classifier(arguments.weights), options=options)
        is_live = is_device(arguments.source) or is_url(arguments.source)
        watcher = stack.enter_context(closing(Watcher(reader, Beside() if is_live else InStep())))
        wishes = Wishes(reject_below=arguments.reject_below)
        screen = _choose_screen(arguments.headless, wishes, stack)
        shown = run(islice(frames, arguments.frames), watcher, screen, wishes)
    _say(f"{arguments.source}: that was all; frames read: {shown}.")


def _choose_screen(headless: bool, wishes: "Wishes", stack: ExitStack) -> "Screen":
    from realtime.screen import Headless, Window, find_display_problem

    problem = None if headless else find_display_problem()
    if problem is not None:
        _say(f"{problem}: the readings are printed as JSON instead, as with --headless.")
    if headless or problem is not None:
        if sys.stdout is None:
            raise UsageError("standard output is closed; the readings have nowhere to go. Leave it open.")
        return Headless(sys.stdout, wishes)
    return stack.enter_context(Window(wishes))


def _say(sentence: str) -> None:
    print(f"digits-live: {sentence}", file=sys.stderr)


def _share(text: str) -> float:
    return _number(text, float, 0, 1, "a number from 0 to 1")


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


if __name__ == "__main__":
    sys.exit(main())
