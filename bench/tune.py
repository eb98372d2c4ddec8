"""Looks for a better recipe: Optuna tries sizes and rates, each trained for a little, at a limited cost. Needs [train].

Accuracy is that on validation glyphs: digits held out of training, changed as the pipeline would cut them, and others
that are no digit. A search is kept in a database after each trial, and goes on there.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import optuna
from optuna.trial import TrialState
from sqlalchemy.exc import SQLAlchemyError

from model import __version__
from model.data import Glyphs, split
from model.errors import DataError, StorageError
from model.network import CLASSES, price
from model.recipe import Recipe, write_recipe
from model.train import Batches, FollowEpoch, build_for, compile_for, make_validation, to_input

STUDY, RECIPE, PICTURE = "study.sqlite", "recipe.json", "tuning.png"
"""What a search leaves in its folder."""

VALIDATION = 3000
"""Glyphs on which the accuracy of a trial is measured: 95 % lie within 0.6 percentage points of the truth."""

FIRST = 4
"""Trials before any is stopped early for being worse than the middle one at the same epoch."""

EPOCHS_FREE = 1
"""Epochs after which no trial is stopped: the running means of batch normalisation are far from the truth by then."""

MOST_DRAWN = 20
"""Recipes that are drawn for each trial, at most: where all are too dear, the search comes to an end."""

COST = "multiply_adds"
"""Under this name a trial keeps its multiply-adds."""


@dataclass(frozen=True)
class Plan:
    """How long is looked, and within which limits."""

    trials: int = 40
    epochs: int = 4
    """Of each trial."""
    glyphs: int = 10_000
    """Training digits of each trial, drawn from the training part."""
    most_multiply_adds: int = 15_000_000
    """Of one glyph: dearer networks are left out untrained. The network in the package has 14.3 million."""
    seed: int = 1


@dataclass(frozen=True)
class Tuning:
    """What a search has found."""

    recipe: Recipe
    accuracy: float
    """On the validation glyphs, 0..1."""
    multiply_adds: int
    trials: int
    """Trained to their end, or stopped early."""
    importances: dict[str, float]
    """How much of the accuracy's spread each choice explains (fANOVA; Hutter et al., 2014), 0..1; empty where too few
    trials say nothing."""


def suggest(trial: optuna.Trial, plan: Plan) -> Recipe:
    """Return the recipe of a trial."""
    return Recipe(
        epochs=plan.epochs,
        seed=plan.seed,
        width=trial.suggest_float("width", 0.25, 1.5, step=0.25),
        depth=trial.suggest_int("depth", 3, 7),
        kernel=trial.suggest_categorical("kernel", (3, 5)),
        dropout=trial.suggest_float("dropout", 0.0, 0.5, step=0.1),
        rate=trial.suggest_float("rate", 3e-4, 2e-2, log=True),
        batch=trial.suggest_categorical("batch", (32, 64, 128, 256)),
    )


class Search:
    """A search, to be gone on with until its trials are done."""

    def __init__(self, mnist: Glyphs, extras: Sequence[Glyphs], plan: Plan, folder: Path) -> None:
        """folder: of the database; other data, limits or versions begin another search in it. Raises ModelError."""
        self.plan, self.folder = plan, folder
        self._extras = extras
        fit, _ = split(mnist, plan.seed)
        self._fit = take(fit, plan.glyphs, plan.seed)
        self._validation = make_validation(mnist, Recipe(seed=plan.seed), VALIDATION)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        kept = replace(plan, trials=0)  # more trials go on with the same search
        text = f"{__version__} {kept} {[source.sha256 for source in (mnist, *extras)]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.study = optuna.create_study(
                storage=f"sqlite:///{folder / STUDY}",
                study_name=hashlib.sha256(text.encode()).hexdigest()[:12],
                direction="maximize",
                load_if_exists=True,
                pruner=optuna.pruners.MedianPruner(n_startup_trials=FIRST, n_warmup_steps=EPOCHS_FREE),
            )
            self._take_up_unfinished()
        except (optuna.exceptions.OptunaError, SQLAlchemyError) as error:
            raise DataError(
                f"{folder / STUDY}: cannot be used ({_get_first_line(error)}). Remove it, or name another --out."
            ) from error

    @property
    def done(self) -> int:
        """Trials that were trained, to their end or until they were stopped; those that were too dear do not count."""
        return sum(bool(trial.intermediate_values) for trial in self._list_ended())

    def _list_ended(self) -> list[optuna.trial.FrozenTrial]:
        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))

    def go_on(self, tell: Callable[[str], object]) -> None:
        """Run the trials that are left. Raises StorageError where the database cannot be written."""
        if self.done:
            tell(f"{min(self.done, self.plan.trials)} of {self.plan.trials} trials are done; the search goes on there.")
        while (done := self.done) < self.plan.trials and len(self._list_ended()) < MOST_DRAWN * self.plan.trials:
            # a sampler of its own for each trial: a search that was stopped draws what an unbroken one would
            self.study.sampler = optuna.samplers.TPESampler(seed=self.plan.seed + len(self._list_ended()))
            try:
                self.study.optimize(self._try, n_trials=1)
            except (optuna.exceptions.StorageInternalError, SQLAlchemyError) as error:
                raise StorageError(
                    f"{self.folder / STUDY}: trial {done + 1} cannot be written ({_get_first_line(error)}). The trials "
                    "before are kept: make room, and the same command goes on."
                ) from error
            if self.done > done:
                tell(f"trial {self.done} of {self.plan.trials}: {tell_trial(self.study.trials[-1])}")
            if self.is_found:
                self._keep_recipe()

    @property
    def is_found(self) -> bool:
        """Whether any trial came to its end."""
        return bool(self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))

    def conclude(self) -> Tuning:
        """Return what was found. Raises DataError where no trial came to its end."""
        if not self.is_found:
            dear = f"more than {self.plan.most_multiply_adds:,} multiply-adds"
            raise DataError(
                f"all {len(self._list_ended())} networks that were drawn cost {dear}. Allow more: --most-multiply-adds."
            )
        best = self.study.best_trial
        return Tuning(
            replace(Recipe(), **best.params),
            float(best.value or 0.0),
            int(best.user_attrs[COST]),
            self.done,
            weigh_choices(self.study, self.plan.seed),
        )

    def _keep_recipe(self) -> None:
        write_recipe(self.folder / RECIPE, replace(Recipe(), **self.study.best_trial.params))

    def _take_up_unfinished(self) -> None:
        """Try again, first of all, what a run was at when it was killed."""
        for trial in self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            self.study.tell(trial.number, state=TrialState.FAIL)
            self.study.enqueue_trial(trial.params, skip_if_exists=True)

    def _try(self, trial: optuna.Trial) -> float:
        recipe = suggest(trial, self.plan)
        cost = price(recipe.width, recipe.depth, recipe.kernel)
        trial.set_user_attr(COST, cost)
        if cost > self.plan.most_multiply_adds:
            raise optuna.TrialPruned
        keras.utils.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        network = build_for(recipe)
        batches = Batches(self._fit, self._extras, recipe)
        compile_for(network, recipe, len(batches))
        watch = _Report(trial)
        x, y = to_input(self._validation.images), np.eye(CLASSES, dtype=np.float32)[self._validation.labels]
        callbacks = [FollowEpoch(batches, recipe.seed), watch]
        network.fit(
            batches,
            epochs=recipe.epochs,
            validation_data=(x, y),
            validation_batch_size=500,
            callbacks=callbacks,
            shuffle=False,  # the batches shuffle themselves
            verbose=0,
        )
        if watch.is_worse:
            raise optuna.TrialPruned
        return watch.accuracy


class _Report(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Tells Optuna of each epoch, and stops what is worse than most."""

    def __init__(self, trial: optuna.Trial) -> None:
        super().__init__()
        self.trial, self.accuracy, self.is_worse = trial, 0.0, False

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras calls it."""
        self.accuracy = float((logs or {})["val_accuracy"])
        self.trial.report(self.accuracy, epoch)
        if epoch + 1 < self.params["epochs"] and self.trial.should_prune():
            self.is_worse = self.model.stop_training = True


def take(glyphs: Glyphs, count: int, seed: int) -> Glyphs:
    """Return so many of the glyphs, drawn by chance."""
    chosen = np.sort(np.random.default_rng(seed).permutation(len(glyphs.labels))[:count])
    return replace(glyphs, images=glyphs.images[chosen], labels=glyphs.labels[chosen])


def weigh_choices(study: optuna.Study, seed: int) -> dict[str, float]:
    """Return how much each choice mattered, most first; nothing where the trials are too few or too alike to tell."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(done) < FIRST or len({trial.value for trial in done}) < FIRST:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    shares = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in shares.items()}


def tell_trial(trial: optuna.trial.FrozenTrial) -> str:
    """Return a line on what became of a trial."""
    choices = ", ".join(f"{name} {value:.3g}" for name, value in trial.params.items())
    cost = f"{trial.user_attrs.get(COST, 0) / 1e6:.1f} M multiply-adds"
    if trial.state == TrialState.COMPLETE and trial.value is not None:
        return f"{trial.value:.2%} at {cost}; {choices}"
    return f"stopped at {max(trial.intermediate_values.values()):.2%}, {cost}; {choices}"


def _get_first_line(error: Exception) -> str:
    return (str(error.__cause__ or error).splitlines() or [type(error).__name__])[0]
