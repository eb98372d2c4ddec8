"""The card that goes with the weights: what they were made from, how, with what, and how good they are."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from model.errors import WeightsError


@dataclass(frozen=True)
class Source:
    """One data file."""

    name: str
    """File name, without its folder."""
    sha256: str
    glyphs: int
    """How many of its glyphs training had at hand, those set aside included."""


@dataclass(frozen=True)
class Card:
    """All that is known of one set of weights; card.json."""

    digitlens: str
    """Version of this program."""
    made: str
    """Time of the export, ISO 8601, UTC."""
    machine: str
    """Processor, cores and system of the export."""
    versions: Mapping[str, str]
    """Library versions."""
    data: tuple[Source, ...]
    """MNIST's training part first, then the extra data."""
    recipe: Mapping[str, float | str]
    """Fields of model.recipe.Recipe."""
    parameters: int
    multiply_adds: int
    """Of one glyph."""
    weights_sha256: str
    """Checksum of the digits.tflite that this card describes."""
    temperature: float
    """Logits are divided by it before the softmax, so that confidence is calibrated; above 0."""
    figures: Mapping[str, float]
    """Shares, 0..1; names that begin with test_ come from the one final evaluation."""
    members: tuple[str, ...] = ()
    """Checksums of the digits.keras that were joined or blended; the recipe is the last one's. Empty for one."""

    def to_json(self) -> str:
        """Return the card as indented JSON text."""
        return json.dumps(asdict(self), indent=2) + "\n"


def parse_card(text: str) -> Card:
    """Read a card from its JSON text. Raises WeightsError when a field is missing or of another kind."""
    try:
        values = json.loads(text)
        sources, members = (Source(**source) for source in values["data"]), values.get("members", ())
        card = Card(**values | {"data": tuple(sources), "members": tuple(members)})
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsError(
            f"card.json is not a card of digitlens ({error}). Make it again: digits-model export."
        ) from error
    _check(card)
    return card


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new one, never a part."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)


def _check(card: Card) -> None:
    kinds: dict[str, Any] = {"parameters": int, "multiply_adds": int, "temperature": (int, float)}
    kinds |= dict.fromkeys(("data", "members"), tuple)
    kinds |= dict.fromkeys(("versions", "recipe", "figures"), dict)
    for field in fields(card):
        value, kind = getattr(card, field.name), kinds.get(field.name, str)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise WeightsError(f"card.json: {field.name} is {value!r}. Make the card again: digits-model export.")
    if not 0 < card.temperature < float("inf"):
        raise WeightsError(
            f"card.json: the temperature is {card.temperature}, expected a number above 0. "
            "Make the card again: digits-model export."
        )
