# SPDX-License-Identifier: MIT
"""What `nengo_dl.Simulator` calls: train, loss, check_gradients, training_step."""

import contextlib
import functools
import numbers
from typing import Any, Dict, Sequence

import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl.extend.training import interrupts_held, profiled
from nengo_dl.extend.training import progress_bar as make_bar

from nengodl_train import request
from nengodl_train.callbacks import Callback
from nengodl_train.gradients import check_gradients
from nengodl_train.influence import Influence
from nengodl_train.optimizers import adapt
from nengodl_train.program.state import TrainingState
from nengodl_train.summaries import Summaries
from nengodl_train.training import Training, Updater

__all__ = ["check_gradients", "loss", "train", "training_step"]


def state_of(sim: Any) -> TrainingState:
    """Return what training keeps of the present graph of a simulator."""
    graph = sim.program.graph
    if graph not in sim.training_state:
        before = list(sim.training_state.values())  # of a graph that is no more
        sim.training_state.clear()
        optimizers = before[0].optimizers if before else []
        sim.training_state[graph] = TrainingState(sim, optimizers)
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
    counts = {
        "n_epochs": n_epochs,
        "truncation": truncation,
        "checkpoint_steps": checkpoint_steps,
    }
    request.check_counts(sim, counts)
    request.check_callbacks(callbacks)
    request.check_feeds(extra_feeds)
    request.check_form(data, streams=True)
    outputs = request.parse_objective(objective, data, sim.model)
    source = request.open_data(sim, data, outputs, shuffle, truncation)
    request.warn_one_step(sim, source.n_steps, data)
    with interrupts_held():  # or some of it is in the graph, and some is not
        ready = _prepare(sim, outputs, optimizer, summaries)
    state, objective, learner, influence, written = ready
    training = Training(sim, n_epochs, callbacks)
    length = None if source.length is None else source.length * n_epochs
    with contextlib.ExitStack() as stack:
        stack.callback(written.flush)
        trace = stack.enter_context(profiled(profile))
        stack.enter_context(sim.program.isolated())
        bar = stack.enter_context(
            make_bar(show, "Training", "Training", length, ["loss"])
        )
        updater = Updater(
            *(sim, state, objective, learner, truncation, checkpoint_steps),
            *(extra_feeds, trace, written),
        )
        updater.before_first = lambda program: influence.warn_of_untrained(
            _without_gradient(program, learner)
        )
        training.run(source, updater, bar)
    return training.history


def _prepare(sim, outputs, optimizer, summaries):
    """Write down what does not depend on the data, and check that there is a gradient."""
    influence = Influence(sim, [probe for one in outputs for probe in one.probes])
    state = state_of(sim)
    objective = state.objective(outputs)
    influence.require([v for v in objective.variables() if v.trainable])
    influence.warn_of_obstacles()
    written = Summaries(sim, summaries, [output.key for output in outputs])
    learner = state.learner(optimizer, objective)
    learner.optimizer.refresh(sim.sess)
    return state, objective, learner, influence, written


def _without_gradient(program, learner):
    """Yield names of what has no gradient, though there is a way for one."""
    homes = learner.homes.names
    for number, missing in enumerate(program.missing):
        if missing and number < len(homes):
            yield from homes[number]
        elif missing:
            yield learner.variables[number].name


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
    request.check_form(data, streams=False)
    request.check_feeds(extra_feeds)
    if not callable(combine):
        raise ValidationError(
            f"must be a function of a list of values, such as numpy.mean, but is"
            f" {combine!r}",
            attr="combine",
        )
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
    if isinstance(data, numbers.Integral):
        return 1
    shape = getattr(
        next(iter(data.values())), "shape", ()
    )  # run_batch tells if it has none
    return max([1] + [n // sim.minibatch_size for n in shape[:1]])
