"""All that is measured of a contestant, each kind of figures with the file that keeps it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.compare.corruptions import KINDS, STRENGTHS, SpoiltGlyphs
from bench.compare.fits import FORM, Fit, shorten
from bench.compare.material import Material
from bench.compare.measures import measure_glyphs, score
from bench.compare.photos import list_readers, measure_photos
from bench.contestants.contestant import Contestant
from model.data import Glyphs


def list_measures(fit: Fit, material: Material) -> Iterator[tuple[Path, Callable[[], dict[str, Any]]]]:
    """Yield all that is measured of a fit: the file that keeps the figures, and a function that measures them.

    What takes long, photos and corruptions, is measured of the first seed alone.
    """

    for name, glyphs in {"test": material.test, **material.others}.items():
        key = shorten(FORM, glyphs.sha256, len(glyphs.labels))
        yield fit.folder / f"glyphs {name}-{key}.json", partial(measure_on, fit.contestant, glyphs)
    if fit.seed > 1:
        return
    spoilt = material.spoilt
    key = shorten(FORM, spoilt.glyphs.sha256, len(spoilt.glyphs.labels), spoilt.seed)
    yield fit.folder / f"corrupted-{key}.json", partial(measure_corrupted, fit.contestant, spoilt)
    folder = material.photos
    if folder is None:
        return
    for name, reader in list_readers(fit.contestant).items():
        path = fit.folder / f"photos {name}-{material.photos_key}.json"
        yield path, partial(measure_photos, folder, reader, material.most_photos)


def measure_on(contestant: Contestant, glyphs: Glyphs) -> dict[str, Any]:
    """Return the figures on labelled glyphs."""
    return measure_glyphs(score(contestant, glyphs.images), glyphs.labels)


def measure_corrupted(contestant: Contestant, spoilt: SpoiltGlyphs) -> dict[str, Any]:
    """Return the accuracy under each kind of corruption at each strength, and their mean."""
    labels = spoilt.glyphs.labels
    kinds = {
        kind: [
            float((score(contestant, spoilt.get(kind, strength)).argmax(axis=1) == labels).mean())
            for strength in range(1, STRENGTHS + 1)
        ]
        for kind in KINDS
    }
    mean = sum(map(sum, kinds.values())) / (len(kinds) * STRENGTHS)
    return {"digits": len(labels), "mean": mean, "kinds": kinds}
