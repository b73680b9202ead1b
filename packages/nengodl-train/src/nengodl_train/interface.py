# SPDX-License-Identifier: MIT
"""What `nengo_dl.Simulator` calls: train, loss, check_gradients, training_step."""

import contextlib
import functools
import warnings
from typing import Any, Dict, Sequence

import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl.extend.training import profiled
from nengo_dl.extend.training import progress_bar as make_bar

from nengodl_train import request
from nengodl_train.callbacks import Callback
from nengodl_train.data import open_source
from nengodl_train.errors import NoGradientWarning
from nengodl_train.gradients import check_gradients
from nengodl_train.optimizers import adapt
from nengodl_train.program.state import TrainingState
from nengodl_train.summaries import Summaries
from nengodl_train.training import Training, Updater


__all__ = ["check_gradients", "loss", "train", "training_step"]


def state_of(sim: Any) -> TrainingState:
    """Return what training keeps of the present graph of a simulator."""
    graph = sim.program.graph
    if graph not in sim.training_state:
        sim.training_state.clear()  # of a graph that is no more
        sim.training_state[graph] = TrainingState(sim)
    return sim.training_state[graph]


def training_step(sim: Any) -> tf.Variable:
    """Return the variable that counts updates."""
    return state_of(sim).step


def train(
    sim: Any,
    data: Any,
    optimizer: Any,
    n_epochs: int,
    objective: Any,
    shuffle: bool,
    truncation: Any,
    summaries: Any,
    profile: Any,
    extra_feeds: Any,
    show: bool,
    checkpoint_steps: Any,
    callbacks: Sequence[Callback],
) -> Dict[Any, list]:
    """Train a simulator; see `nengo_dl.Simulator.train`."""
    adapt(optimizer)  # an error about it comes before all others: the old calling style
    request.check_counts(
        sim,
        {
            "n_epochs": n_epochs,
            "truncation": truncation,
            "checkpoint_steps": checkpoint_steps,
        },
    )
    _check_callbacks(callbacks)
    outputs = request.parse_objective(objective, data, sim.model)
    needed = [p for o in outputs if o.has_target or o.function is None for p in o.probes]
    source = open_source(
        data,
        request.checker(sim, needed),
        request.network_objects(sim),
        sim.minibatch_size,
        shuffle,
        truncation,
        sim.rng,
    )
    state = state_of(sim)
    _require_trainable(state)
    written = Summaries(sim, summaries, [o.key for o in outputs if o.function])
    request.warn_one_step(sim, source.n_steps, data)
    _warn_hosted(sim, state)
    objective = state.objective(outputs)
    learner = state.learner(optimizer, objective)
    learner.optimizer.refresh(sim.sess)
    training = Training(sim, n_epochs, callbacks)
    length = None if source.length is None else source.length * n_epochs
    with contextlib.ExitStack() as stack:
        trace = stack.enter_context(profiled(profile))
        stack.enter_context(sim.program.isolated())
        bar = stack.enter_context(make_bar(show, "Training", "Training", length, ["loss"]))
        updater = Updater(
            sim,
            state,
            objective,
            learner,
            truncation,
            checkpoint_steps,
            extra_feeds,
            trace,
            written,
        )
        updater.before_first = lambda program: _warn_missing(sim, program, learner)
        training.run(source, updater, bar)
    return training.history


def _check_callbacks(callbacks):
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise ValidationError(
                f"must be a sequence of nengodl_train.callbacks.Callback, but has"
                f" {callback!r}",
                attr="callbacks",
            )


def _require_trainable(state):
    if not state.parts.parameters and not state.parts.variables:
        raise ValidationError(
            "nothing can be optimized: no parameter of this network is trainable. See"
            " configure_settings(trainable=...)",
            attr="trainable",
        )


def _warn_hosted(sim, state):
    """Warn of Python in the network that reads what it simulates."""
    for op in sim.program.host.inner.operators:
        read = [signal for signal in op.reads if signal is not getattr(op, "t", None)]
        if read:
            warnings.warn(
                f"{op} calls Python, which has no gradient: what lies in front of it is"
                " not trained by what comes behind.",
                NoGradientWarning,
                stacklevel=4,
            )


def _warn_missing(sim, program, learner):
    """Warn of parameters without a gradient."""
    missing = [v for v, none in zip(learner.variables, program.missing) if none]
    if missing:
        names = [
            name
            for variable, parts in zip(learner.homes.variables, learner.homes.names)
            if any(variable is one for one in missing)
            for name in parts
        ]
        names += [v.name for v in learner.others if any(v is one for one in missing)]
        warnings.warn(
            "These parameters have no influence on the objective that has a gradient, and"
            f" are not trained: {', '.join(names[:10])}"
            + (f" and {len(names) - 10} more" if len(names) > 10 else "")
            + ". Set them to be not trainable, or check what lies between.",
            NoGradientWarning,
            stacklevel=6,
        )


def loss(
    sim: Any,
    data: Any,
    objective: Any,
    combine: Any,
    extra_feeds: Any,
    show: bool,
    training: bool,
) -> Any:
    """Compute an objective; see `nengo_dl.Simulator.loss`."""
    outputs = request.parse_objective(objective, data, sim.model)
    functions = {output.key: output.function for output in outputs}
    length = _n_minibatches(sim, data)
    with make_bar(show, "Calculating loss", "Calculation", length) as bar:
        found = sim.run_batch(
            data,
            functions,
            extra_feeds=extra_feeds,
            training=training,
            combine=combine,
            callback=lambda *_: bar.step(),
        )
    return functools.reduce(_plus, found.values())


def _plus(a, b):
    """Add values of two objectives; of results of several, one by one."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return type(a)(map(_plus, a, b))
    return a + b


def _n_minibatches(sim, data):
    if isinstance(data, dict) and data:
        items = len(next(iter(data.values())))
        return max(1, items // sim.minibatch_size)
    return 1
