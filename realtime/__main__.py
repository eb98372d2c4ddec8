"""`digits-live`: reads digits from a camera, a film or pictures, in a window or as lines of JSON."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from model.errors import ModelError
from realtime.arguments import build_parser
from scanner.errors import DigitlensError, ExitCode, UsageError
from scanner.native import require_opencv

if TYPE_CHECKING:
    from realtime.camera import Setting
    from realtime.display import Probe
    from realtime.loop import Looker
    from realtime.screen import Screen, Slides
    from realtime.wishes import Wishes
    from scanner.form import Form
    from scanner.pipeline import Options

GLYPHS = "glyphs"
"""The folder for digits that were corrected by a click, below --out."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        require_opencv()
        return _list_cameras(arguments) if arguments.list else _watch(arguments)
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


def _list_cameras(arguments: argparse.Namespace) -> int:
    from realtime.camera import open_capture
    from realtime.devices import list_devices

    is_there = False
    for device in list_devices(partial(open_capture, setting=_to_setting(arguments))):
        print("\t".join((str(device.number), device.name, device.state)), flush=True)
        is_there = True
    if not is_there:
        _say("no camera is there. Plug one in; --source demo needs none.")
    return ExitCode.OK if is_there else ExitCode.SOME_FAILED


def _watch(arguments: argparse.Namespace) -> int:
    # imported here: without its system libraries OpenCV cannot be, and require_opencv has said so by now
    from realtime.camera import is_live, open_source
    from realtime.display import Probe
    from realtime.film import check_film
    from realtime.loop import run
    from realtime.screen import Slides
    from realtime.wishes import Wishes

    if arguments.record:
        check_film(arguments.record)
    is_annotated = arguments.record and not is_live(arguments.source) and not arguments.realtime
    probe = None if arguments.headless or is_annotated else Probe()  # it tries while the rest starts
    with ExitStack() as stack:
        if probe:
            stack.callback(probe.close)
        frames = stack.enter_context(open_source(arguments.source, _to_setting(arguments)))
        slides = Slides(islice(frames, arguments.frames))
        forms = _load_forms(arguments.template)
        watcher = _make_watcher(arguments, forms, stack)
        wishes = Wishes(reject_below=arguments.reject_below, template=min(1, len(forms)))
        if probe and _has_display(probe):
            screen = _open_window(arguments, wishes, forms, slides, stack)
        else:
            screen = _choose_sinks(arguments, wishes, probe is not None, stack)
        shown = run(slides, watcher, screen, wishes)
    _say(f"{arguments.source}: that was all; frames read: {shown}.")
    return ExitCode.OK


def _has_display(probe: "Probe") -> bool:
    problem = probe.find_problem()
    if problem is not None:
        _say(f"{problem}: the readings are printed as JSON instead, as with --headless.")
    return problem is None


def _open_window(
    arguments: argparse.Namespace, wishes: "Wishes", forms: "Sequence[Form]", slides: "Slides", stack: ExitStack
) -> "Screen":
    from model.classifier import Classifier
    from realtime.desk import Desk
    from realtime.glyphs import GlyphKeeper
    from realtime.screen import Window
    from realtime.tools import Tools

    keeper = GlyphKeeper(arguments.out / GLYPHS, partial(Classifier, arguments.weights), _to_options(arguments))
    tools = stack.enter_context(Tools(arguments.out, keeper, arguments.record_plain))
    if arguments.record:
        tools.start_film(arguments.record)
    return stack.enter_context(Window(Desk(wishes, tuple(form.name for form in forms)), tools, slides))


def _choose_sinks(arguments: argparse.Namespace, wishes: "Wishes", in_place: bool, stack: ExitStack) -> "Screen":
    """Return where readings go without a window. in_place: lines of JSON stand in for it, though nobody asked."""
    from realtime.bar import FilmBar
    from realtime.headless import Headless
    from realtime.record import Recorder, RecordingScreen
    from realtime.screen import Screens

    screens: list[Screen] = []
    if arguments.headless or in_place:
        if sys.stdout is None:
            raise UsageError("standard output is closed; the readings have nowhere to go. Leave it open.")
        screens.append(Headless(sys.stdout, wishes, _say))
    if arguments.record:
        recorder = stack.enter_context(Recorder(arguments.record, arguments.record_plain, _say))
        screens += [RecordingScreen(recorder, wishes), stack.enter_context(FilmBar(arguments.frames))]
    return Screens(screens)


def _make_watcher(arguments: argparse.Namespace, forms: "Sequence[Form]", stack: ExitStack) -> "Looker":
    from model.classifier import Classifier
    from realtime.camera import is_live
    from realtime.errands import Beside, InStep
    from realtime.forms import FormWatcher, SourceWatcher
    from realtime.watcher import Watcher
    from scanner.pipeline import read

    options = _to_options(arguments)
    reader = partial(read, classifier=Classifier(arguments.weights), options=options)
    # of a camera only the newest frame counts, and reading one may take longer; a film is read in step
    runner = Beside() if is_live(arguments.source) or arguments.realtime else InStep()
    watcher = SourceWatcher(reader, stack.enter_context(closing(Watcher(reader, runner))))
    # a form is read in the loop's thread, while the other reader may still be busy
    return FormWatcher(watcher, forms, Classifier(arguments.weights), options) if forms else watcher


def _load_forms(paths: Sequence[str]) -> "list[Form]":
    if not paths:
        return []
    from scanner.form import load_form  # imported here: pydantic takes a while

    return [load_form(path) for path in dict.fromkeys(paths)]


def _to_options(arguments: argparse.Namespace) -> "Options":
    from scanner.pipeline import ONCE

    return replace(ONCE, reject_below=arguments.reject_below, straighten=arguments.straighten)


def _to_setting(arguments: argparse.Namespace) -> "Setting":
    from realtime.camera import Setting

    return Setting(
        arguments.backend or "",
        arguments.size,
        arguments.fps,
        arguments.focus,
        arguments.exposure,
        arguments.mirror,
        arguments.realtime,
    )


def _say(sentence: str) -> None:
    print(f"digits-live: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
