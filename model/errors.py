"""What can go wrong in the model's room, each with a sentence for the person and the command's exit code.

ModelError (2)
  DataError                a data file is missing, damaged or of another shape
  StorageError             what was trained cannot be written: the disk is full, the folder is gone
  ExportError (1)          the exported network does not agree with the Keras one
  WeightsError (3)         the trained weights are missing, damaged or of another version
  MissingPackageError (3)  training was asked for, and TensorFlow is not installed
  MissingLibraryError (3)  a shared library of the system is not installed
"""


class ModelError(Exception):
    """A clear sentence: what happened, what was expected, how to mend it."""

    exit_code = 2


class DataError(ModelError):
    """Labelled glyphs cannot be used."""


class StorageError(ModelError):
    """What was trained cannot be written."""


class WeightsError(ModelError):
    """The trained network cannot be used."""

    exit_code = 3


class MissingPackageError(ModelError):
    """A Python package that only training needs is not installed."""

    exit_code = 3


class ExportError(ModelError):
    """The exported network is not the one that was trained."""

    exit_code = 1


class MissingLibraryError(ModelError):
    """A shared library that OpenCV needs is not installed."""

    exit_code = 3
