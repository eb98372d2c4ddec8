"""The figures of a data set of images, as JSON holds them."""

from typing import Any

from bench.datasets import Measured
from bench.metrics import (
    ANSWERS,
    average_sources,
    count_confusions,
    fill_bins,
    measure_calibration_error,
    measure_distance,
    measure_read_rate,
)

ERROR_RATES = (0.001, 0.005, 0.01, 0.02, 0.05)
"""Error rates whose read rate stands in the figures."""


def to_figures(measured: Measured) -> dict[str, Any]:
    """Return a data set's figures, as JSON holds them; None where there is nothing to count."""
    judged, count = measured.judged, len(measured.judged)
    wanted = sum(len(each.want) for each in judged)
    distance = sum(measure_distance(each.want, each.got) for each in judged)
    bins = fill_bins(judged)
    rates = {f"{rate:g}": _round(measure_read_rate(judged, rate)) for rate in ERROR_RATES} if judged else {}
    return {
        "images": measured.images,
        "unread": measured.unread,
        "strings": count,
        "exact": _share(sum(each.right for each in judged), count),
        "by_source": _round(average_sources(judged)),
        "lines": _share(sum(each.right and each.alone for each in judged), count),
        "digits": _share(wanted - distance, wanted),
        "false": _share(measured.false, measured.complete),
        "doubts": _share(measured.doubts, measured.complete),
        "read_at_1_percent": rates.get("0.01"),
        "calibration_error": _round(measure_calibration_error(bins)),
        "read_rates": rates,
        "calibration": [[each.count, _round(each.confidence), _round(each.right)] for each in bins],
        "confusion_labels": [*ANSWERS, "nothing"],
        "confusion": count_confusions(judged).tolist(),
    }


def _share(part: int, whole: int) -> float | None:
    return _round(part / whole) if whole else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
