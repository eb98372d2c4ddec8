"""Who takes part. To add one: a class as in contestant.py, or one of those here with its own recipe, and a line."""

from collections.abc import Callable, Sequence

from bench.contestants import shallow
from bench.contestants.contestant import Contestant
from bench.contestants.network import NetworkContestant
from bench.contestants.network import Recipe as Training
from bench.contestants.shallow import Recipe as Fitting
from bench.contestants.shallow import ShallowContestant
from bench.contestants.shipped import ShippedContestant
from model.errors import DataError


def make_tree() -> Contestant:
    """A decision tree."""
    recipe = Fitting("DecisionTreeClassifier")
    source = "the first of most courses"
    return ShallowContestant(
        "tree", "decision tree", source, recipe, shallow.make_tree, shallow.count_trees, has_chance=True
    )


def make_bayes() -> Contestant:
    """Gaussian naive Bayes."""
    recipe = Fitting("GaussianNB")
    source = "comparisons of classic classifiers"
    return ShallowContestant("bayes", "Gaussian naive Bayes", source, recipe, shallow.make_bayes, shallow.count_bayes)


def make_forest() -> Contestant:
    """A random forest."""
    recipe = Fitting("RandomForestClassifier", (("n_estimators", 100),))
    source = "comparisons of classic classifiers"
    return ShallowContestant(
        "forest", "random forest, 100 trees", source, recipe, shallow.make_forest, shallow.count_trees, has_chance=True
    )


def make_neighbours() -> Contestant:
    """k-nearest neighbours."""
    recipe = Fitting("KNeighborsClassifier", (("n_neighbors", 3), ("weights", "distance"), ("algorithm", "brute")))
    source = "comparisons of classic classifiers"
    return ShallowContestant(
        "knn", "3 nearest neighbours", source, recipe, shallow.make_neighbours, shallow.count_neighbours
    )


def make_machine() -> Contestant:
    """A support vector machine with Gaussian kernel."""
    recipe = Fitting("SVC", (("C", 5.0), ("gamma", "scale"), ("cache_size", 1000)))
    source = "comparisons of classic classifiers"
    return ShallowContestant("svm", "support vectors, RBF", source, recipe, shallow.make_machine, shallow.count_machine)


def make_mlp() -> Contestant:
    """Of a report."""
    return NetworkContestant("mlp", "dense 128, 128", "a report", Training(epochs=10))


def make_small_conv() -> Contestant:
    """Of a report, which states 37,610 parameters and 99 %; not for how many epochs."""
    source = "a report that states 99 %"
    return NetworkContestant(
        "small-conv", "conv 8 and 16 (5x5), dense 128, dropout", source, Training(epochs=10), states=37_610
    )


def make_lenet() -> Contestant:
    """LeNet-5."""
    return NetworkContestant("lenet-5", "LeNet-5", "LeCun et al., 1998, with Adam", Training(epochs=10), states=61_706)


def make_two_pools() -> Contestant:
    """Of a report."""
    source = "a report that states 98.97 %"
    return NetworkContestant("two-pools", "conv 32, 64, 64, two maxpools", source, Training(epochs=5))


def make_lstm() -> Contestant:
    """A recurrent network over rows."""
    source = "comparisons of CNN and RNN"
    return NetworkContestant("lstm", "LSTM 128 over rows", source, Training(epochs=5))


def make_three_pools() -> Contestant:
    """Of a report."""
    source = "a report that states 98 %"
    return NetworkContestant("three-pools", "3 x (conv 64, maxpool), dense 64, 32", source, Training(epochs=5))


def make_no_pool() -> Contestant:
    """Of a report, which states 203,434 parameters and 0.98."""
    source = "a report that states 0.98"
    return NetworkContestant("no-pool", "conv 64, 32, no pooling", source, Training(epochs=5), states=203_434)


def make_compact() -> Contestant:
    """The package's architecture, trained as plainly as the others."""
    source = "this package's architecture by the reports' recipe"
    return NetworkContestant("compact", "the package's layers, MNIST alone", source, Training(epochs=3, batch=128))


CONTESTANTS: tuple[Callable[[], Contestant], ...] = (
    make_tree,
    make_bayes,
    make_forest,
    make_neighbours,
    make_machine,
    make_mlp,
    make_small_conv,
    make_lenet,
    make_two_pools,
    make_lstm,
    make_three_pools,
    make_no_pool,
    make_compact,
    ShippedContestant,
)
"""All of them, in the report's order: the classic ones, then networks by what they cost."""


def make_contestants(
    names: Sequence[str] = (), makers: Sequence[Callable[[], Contestant]] = CONTESTANTS
) -> list[Contestant]:
    """Return those named, in the registry's order; all of them without names. Raises DataError for an unknown name."""
    every = [make() for make in makers]
    known = [each.name for each in every]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DataError(f"no contestant is called {', '.join(unknown)}. Known are: {', '.join(known)}.")
    return [each for each in every if not names or each.name in names]
