"""digits-bench explain: chooses digits of a page, has them explained, and tells it in a picture and in text."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bench.explain import Explainer, Explanation
from bench.explain_picture import Panel, draw_panels, to_png
from bench.looks import format_table
from bench.neighbours import Features, Neighbour, Neighbours
from bench.saliency import find_saliency
from model.classifier import Classifier
from model.data import NOT_A_DIGIT, Glyphs, load_extra, load_mnist, read_npz
from scanner.errors import UsageError, to_printable
from scanner.opening import Opening
from scanner.page import Page, open_pages
from scanner.whole import SHARED, write_whole

NEIGHBOURS = 8
"""Training glyphs that are shown beside a digit."""

MOST = 24
"""Digits of a page that are explained at once: more would make a picture that nobody looks at."""

RIVAL = 0.05
"""A second answer at least this probable (0..1) gets a picture of its own of what speaks for it."""


def explain(args: argparse.Namespace) -> str:
    """Explain digits of a page: write the picture, and return the text. Raises ModelError, DigitlensError."""
    classifier = Classifier(args.weights, threads=os.cpu_count() or 1)
    explainer = Explainer(page := _open_page(args.image, args.page), classifier)
    finder = Neighbours(_load_training(args.data), Features(args.weights)) if args.data else None
    known = list(_choose(explainer, args))
    if not known:
        raise UsageError(f"{args.image}: no digits were read here. Ask for some ink with --at x,y.")
    panels = [_make_panel(each, classifier, finder) for each in known]
    write_whole(args.out, to_png(draw_panels(page.image, panels)), SHARED)
    text = "\n\n".join(format_explanation(panel) for panel in panels)
    if len(known) < explainer.count and not args.digit and not args.at:
        text += f"\n\n{explainer.count - len(known)} digits more were read; choose among them with --digit or --at."
    return f"{text}\n"


def format_explanation(panel: Panel) -> str:
    """Return what a panel says, as text."""
    known, box = panel.explanation, panel.explanation.box
    lines = [f"{known.title}, at {box.x},{box.y}, {box.width}x{box.height} pixels: {known.verdict}"]
    lines += [format_table(known.looks), *known.reasons]
    if panel.neighbours:
        names = " ".join(_name(each.label) for each in panel.neighbours)
        first, last = panel.neighbours[0].likeness, panel.neighbours[-1].likeness
        lines.append(f"Likest training glyphs: {names} (cosine {first:.2f} to {last:.2f})")
    return "\n".join(lines)


def _choose(explainer: Explainer, args: argparse.Namespace) -> Sequence[Explanation]:
    if args.at:
        return [explainer.explain_at(*args.at)]
    if args.digit is not None:
        return [explainer.explain_digit(args.digit)]
    return [explainer.explain_digit(number) for number in range(1, min(explainer.count, MOST) + 1)]


def _make_panel(known: Explanation, classifier: Classifier, finder: Neighbours | None) -> Panel:
    labels = [known.label, *([known.rival] if known.looks[-1].scores[known.rival] >= RIVAL else [])]
    saliencies = tuple((label, find_saliency(known.view, label, classifier.score)) for label in labels)
    neighbours: Sequence[Neighbour] = finder.find(known.view[..., 0], NEIGHBOURS) if finder else ()
    return Panel(known, saliencies, tuple(neighbours))


def _open_page(image: str, number: int) -> Page:
    for page in open_pages(image, Opening()):
        if page.number == number:
            return page
    raise UsageError(f"{to_printable(image)}: has no page {number}. Give one of its pages with --page.")


def _load_training(path: Path) -> Glyphs:
    is_mnist = path.suffix == ".npz" and "x_train" in read_npz(path)
    return load_mnist(path) if is_mnist else load_extra(path)


def _name(label: int) -> str:
    return "none" if label == NOT_A_DIGIT else str(label)
