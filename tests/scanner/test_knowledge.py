"""What is known of pages counts for what is known of results, but not where a template lies."""

from scanner.knowledge import FormSource, Knowledge, Region
from scanner.workers import Settings

VARIANTS = [
    Knowledge(templates=(FormSource("a.toml", "123"),)),
    Knowledge(templates=(FormSource("a.toml", "124"),)),
    Knowledge(templates=(FormSource("a.toml", "123"), FormSource("b.toml", "124"))),
    Knowledge(regions=(Region("a", 1, 2, 3, 4),)),
    Knowledge(regions=(Region("b", 1, 2, 3, 4),)),
    Knowledge(length=(3, 4)),
    Knowledge(pattern="[1-9]+"),
]


def test_whatever_changes_a_reading_changes_the_settings() -> None:
    assert len({each.identify() for each in [Knowledge(), *VARIANTS]}) == len(VARIANTS) + 1


def test_a_template_may_lie_elsewhere() -> None:
    assert VARIANTS[0].identify() == Knowledge(templates=(FormSource("elsewhere/a.toml", "123"),)).identify()


def test_the_settings_of_a_run_hold_it() -> None:
    identities = {Settings(knowledge=each).identify() for each in [Knowledge(), *VARIANTS]}
    assert len(identities) == len(VARIANTS) + 1
