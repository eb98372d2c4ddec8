"""What speaks for and against a field's being right, and how often fields with such evidence are."""

from dataclasses import astuple, dataclass

from scanner.calibration import weigh_evidence


@dataclass(frozen=True)
class FieldEvidence:
    """What is known of the reading of one field."""

    odds: float
    """Log-odds, in nats, of the reading among all others, the rules counted."""
    breaks: float
    """1 where it breaks a rule of its field: something was misread, or somebody wrote it so."""
    checked: float
    """1 where a check digit or a list of what is allowed says that it is right."""
    left_out: float
    """Pieces as high as its digits that are taken for something else, 0..MOST_LEFT_OUT."""
    length: float
    """The logarithm of how many digits it has, 0 where it has none."""
    uncut: float = 0.0
    """Log-odds, in nats, of its rows holding these digits and no others, says the reader of whole rows; 0 where nobody
    asked it."""


MOST_LEFT_OUT = 2
"""More left-out pieces than this say no more."""


@dataclass(frozen=True)
class FieldCalibration:
    """A plane over the evidence: what each unit of it adds to the log-odds."""

    offset: float
    odds: float
    breaks: float
    checked: float
    left_out: float
    length: float
    uncut: float

    def apply(self, evidence: FieldEvidence) -> float:
        """Return how probable it is (0..1) that the field is right."""
        return weigh_evidence(astuple(self), astuple(evidence))


FIELD = FieldCalibration(-0.337, 0.206, -2.93, 1.103, -1.203, 0.799, 0.325)
"""A logistic regression, fitted by benchmarks/field_calibration.py on drawn forms, and on strings of drawn pages and of
development photos that are read as regions: forms alone, whose combs are easy, made those too sure."""
