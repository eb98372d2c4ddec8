"""The live reader: looks at every frame, reads those that are worth it, and says what stands there by now."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from realtime.attention import Attention
from realtime.errands import Answer, Errand, Runner
from realtime.frame import Frame
from realtime.glance import Glance, Mask, Move, take_glance
from realtime.hints import DARK
from realtime.said import Followed, Said
from realtime.scene import Scene, View, carry
from realtime.seen import Seen
from realtime.steady import Found, Steady
from realtime.wishes import Wishes
from scanner.page import Page
from scanner.reading import Reading


@dataclass(frozen=True)
class _Sent:
    """What was known when a frame went to be read."""

    view: View
    is_open: bool


class Watcher:
    """Looks at frame after frame of one source."""

    def __init__(self, read: Callable[[Page], Reading], runner: Runner) -> None:
        """read: who reads, where the runner is."""
        self._read = read
        self._runner = runner
        self._wishes = Wishes()
        self._numbers = count()
        self._forget()

    def _forget(self) -> None:
        self._scene, self._steady, self._attention = Scene(), Steady(self._numbers), Attention()
        self._sent: _Sent | None = None
        self._said: Answer | None = None

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return what is settled on a frame of a camera or a film. Raises what the reader raises."""
        watch = _Stopwatch()
        if wishes.region != self._wishes.region:
            self._forget()
        self._wishes = wishes
        self._hear(wishes.said)
        self._collect()
        watch.note("labels")
        glance = take_glance(frame.image)
        watch.note("glance")
        view = self._scene.look(glance, frame.time)
        watch.note("motion and change")
        self._decide(frame, view)
        if self._collect() and view.move is not None:  # a film is read in step
            view = replace(view, move=self._scene.move)
        watch.note("reading")
        reading = self._say(frame, glance, view)
        watch.note("lines")
        return Seen(reading, self._find_hints(glance), watch.stages)

    def close(self) -> None:
        """End what reads beside."""
        self._runner.close()

    def _hear(self, said: Said | None) -> None:
        if said is not None and isinstance(said.digit, Followed):
            self._steady.hear_said(said.digit.number, said.label)

    def _decide(self, frame: Frame, view: View) -> None:
        attended = self._narrow(view)
        steady, is_free = self._steady, not self._runner.is_busy
        resolve = self._attention.decide(attended, is_free, self._scene.is_new, steady.has_settled, steady.is_unsettled)
        if resolve.forgets:
            self._forget()
        elif resolve.reads:
            self._sent = _Sent(view, resolve.is_open)
            self._runner.send(self._make_errand(frame))

    def _narrow(self, view: View) -> View:
        """Return the view without what changes outside the region that is read."""
        region = self._wishes.region
        if region is None or view.move is None:
            return view
        mask = np.zeros(view.glance.grey.shape, np.bool_)
        mask[view.glance.crop(region)] = True
        inside = carry(mask, np.asarray(np.linalg.inv(view.move), np.float64))
        ground = view.ground
        return replace(view, ground=replace(ground, changed=ground.changed & inside, restless=ground.restless & inside))

    def _make_errand(self, frame: Frame) -> Errand:
        heights = [float(track.place[3]) for track in self._steady.tracks if track.label is not None]
        usual = float(np.percentile(heights, 25)) if heights else 0.0
        return Errand(Page(frame.image, frame.source, frame.page), self._read, self._wishes.region, usual)

    def _collect(self) -> bool:
        """Learn from the reading that was under way, if it is there. Returns whether it was."""
        answer = self._runner.collect()
        if answer is None or self._sent is None:  # what was sent before all was forgotten is of no use
            return False
        sent, self._sent, self._said = self._sent, None, answer
        self._learn(sent, answer.reading)
        return True

    def _learn(self, sent: _Sent, reading: Reading) -> None:
        view, ground = sent.view, sent.view.ground
        move = view.move
        assert move is not None, "only a page that was found is read"
        steady, scene = self._steady, self._scene
        steady.carry(view.glance.enlarge(move))
        seen = carry(np.ones_like(ground.seen), move)
        there = replace(
            ground,
            seen=np.ones_like(seen),
            changed=carry(ground.changed, move) | ~seen,
            restless=carry(ground.restless, move),
            cover=carry(ground.cover, move),
        )
        protected = steady.has_settled
        steady.take(Found(reading, view.glance, there, view.time, sent.is_open))
        kept: Mask = ground.restless | ground.cover if protected else ground.restless
        scene.renew(view, kept, steady.mark(view.glance))

    def _say(self, frame: Frame, glance: Glance, view: View) -> Reading:
        height, width = frame.image.shape[:2]
        nothing = Reading(frame.source, frame.page, width, height, ())
        move = view.move
        if move is None:
            if not glance.is_dark:
                return nothing
            move = self._scene.move
        whole: Move = glance.enlarge(move)
        lines = self._steady.to_lines(whole, (width, height), self._wishes.reject_below)
        problems = () if self._said is None else self._said.reading.problems
        return replace(nothing, lines=lines, problems=problems)

    def _find_hints(self, glance: Glance) -> tuple[str, ...]:
        if glance.is_dark:
            return (DARK,)
        return () if self._said is None else self._said.hints


class _Stopwatch:
    """Notes how long each stage of a frame took."""

    def __init__(self) -> None:
        self.stages: tuple[tuple[str, float], ...] = ()
        self._last = time.perf_counter()

    def note(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.stages += ((stage, now - self._last),)
        self._last = now
