"""Chooses who reads a page: the pipeline alone, or with a template, regions, or rules for its strings."""

from collections.abc import Callable
from functools import partial

from model.classifier import GlyphClassifier
from scanner import pipeline
from scanner.knowledge import Knowledge
from scanner.page import Page
from scanner.pipeline import Options
from scanner.reading import Reading


def choose_reader(classifier: GlyphClassifier, options: Options, knowledge: Knowledge) -> Callable[[Page], Reading]:
    """Return what reads pages with all that is known of them. Raises TemplateError. It belongs to one thread."""
    if knowledge == Knowledge():
        return partial(pipeline.read, classifier=classifier, options=options)
    # imported here: pydantic takes a while, and most runs need none of it
    from scanner.form import get_form
    from scanner.forms import FormReader
    from scanner.regions import LineReader, RegionReader

    if knowledge.templates:
        return FormReader([get_form(source) for source in knowledge.templates], classifier, options).read
    if knowledge.regions:
        return RegionReader(knowledge, classifier, options).read
    return LineReader(knowledge, classifier, options).read
