"""What can go wrong in the model's room, each with a sentence for the person and the command's exit code.

    ModelError (2)
      DataError     a data file is missing, damaged or of another shape
      WeightsError  the trained weights are missing, damaged or of another version
"""


class ModelError(Exception):
    """A clear sentence: what happened, what was expected, how to mend it."""

    exit_code = 2


class DataError(ModelError):
    """Labelled glyphs cannot be used."""


class WeightsError(ModelError):
    """The trained network cannot be used."""
