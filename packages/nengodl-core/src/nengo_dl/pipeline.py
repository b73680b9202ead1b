# SPDX-License-Identifier: MIT
"""The stages, one call each: the only module that knows their order."""

import functools
import logging
from typing import Any, Optional

import numpy as np
import tensorflow as tf

from nengo_dl import config, graph_optimizer
from nengo_dl.build import feed_operators, mark_trainable, owner
from nengo_dl.compat.tensorflow import runs_on_gpu
from nengo_dl.errors import CompilationError, LoweringError
from nengo_dl.kernels import PLAIN, installed_kernels
from nengo_dl.layout import make_layout
from nengo_dl.loop import Block, compiled_text, run_block
from nengo_dl.lower import rules  # noqa: F401  (registers the rules)
from nengo_dl.lower.context import Environment
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.hosted import HOSTED, HostedSteps
from nengo_dl.lower.learned import join_learning
from nengo_dl.lower.pieces import PieceStep
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.schedule import Compute, make_schedule
from nengo_dl.lower.step import Step
from nengo_dl.operators import HostFeed, split_initial
from nengo_dl.plan import apply_planner, apply_sorter
from nengo_dl.progress import NullProgressBar, ProgressBar
from nengo_dl.runtime import Program
from nengo_dl.runtime.functions import UserFunctions
from nengo_dl.runtime.host import HostInputs
from nengo_dl.runtime.probing import Recording
from nengo_dl.runtime.store import Store
from nengo_dl.runtime.variables import Variables
from nengo_dl.signals import check_types
from nengo_dl.simplify import DEFAULT, simplify
from nengo_dl.tensor_node import SimTensorNode
from nengo_dl.types import Settings

logger = logging.getLogger(__name__)


def compile_model(
    model: Any, settings: Settings, progress: Optional[ProgressBar] = None
) -> Program:
    """
    Turn a built model into a program.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model, which is not changed.
    settings : Settings
        Everything else that decides what is compiled.
    progress : ProgressBar, optional
        Shows the stages.

    Returns
    -------
    Program
        The model, ready to run.
    """
    progress = NullProgressBar() if progress is None else progress
    check_types(model.operators)
    mark_trainable(model, config.Trainability(model))
    operators, hosted = feed_operators(model)
    try:
        plan, initials = _plan(operators, settings, progress)
    except LoweringError as error:
        raise LoweringError(error.op, error.inner, owner(model, error.op)) from None
    progress.sub("creating signals")
    feeds = [op for group in plan for op in group if isinstance(op, HostFeed)]
    environment = _environment(model, settings)
    schedule, layout = _lower(plan, feeds, model)
    constants = [value for _, value in schedule.constants]
    store = Store(layout, _initial_values(initials), constants, settings.dtype, ref_of)
    host = HostInputs(
        feeds, hosted, model, settings.batch, settings.dtype, environment.hosted
    )
    progress.sub("constructing graph")
    _check_jit(plan, model, settings, environment.kernels)
    blocks = _blocks(plan, schedule, store, environment, settings)
    program = Program(
        lambda inputs, training, nodes_outside: run_block(
            blocks[training]._replace(nodes_outside=nodes_outside), inputs
        ),
        store,
        host,
        _recordings(model),
        settings,
        UserFunctions(_tensor_operators(operators), environment.variables),
        lambda inputs: compiled_text(blocks[False], inputs),
        blocks[True],
    )
    program.plan = plan
    return program


def _environment(model, settings):
    return Environment(
        model.dt,
        tf.as_dtype(settings.dtype),
        settings.batch,
        _kernels(settings),
        HostedSteps(model.dt, settings.batch, settings.dtype),
        Variables(),
        lif_smoothing=settings.lif_smoothing,
        surrogate=settings.surrogate,
    )


def _kernels(settings):
    """Choose kernels; the compiled ones are for CPUs, and XLA finds none for a GPU."""
    if not settings.compiled_kernels or runs_on_gpu(settings.device):
        return PLAIN
    return installed_kernels()


def _blocks(plan, schedule, store, environment, settings):
    """Describe the block of steps for inference and for training, by `training`."""
    installed = environment.kernels
    blocks = {}
    # training first, as its schedule is the plain one
    for training in (True, False):
        kernels = installed.with_gradients() if training else installed
        obstacle = None if kernels.compiles_host_call else _obstacle(plan)
        kernels = _in_program(kernels, settings)
        own = environment._replace(training=training, kernels=kernels)
        if kernels.learned_product is not None:
            schedule = join_learning(schedule)
        blocks[training] = Block(
            Step(schedule, own),
            store.changing,
            settings.unroll,
            settings.jit_compile,
            obstacle,
            functools.partial(_pieces, schedule, own),
        )
    return blocks


def _in_program(kernels, settings):
    """Choose kernels by what is compiled, be it pieces only."""
    return kernels if settings.jit_compile is False else kernels.inside_xla()


def _pieces(schedule, environment, nodes_outside):
    """Make the step that XLA compiles between host calls, and perhaps TensorNodes."""
    hosts = environment.kernels.compiles_host_call

    def is_outside(action):
        if not isinstance(action, Compute):
            return False
        is_node = nodes_outside and isinstance(action.ops[0], SimTensorNode)
        return is_node or (action.rule is HOSTED and not hosts)

    return PieceStep(schedule, environment, is_outside)


def _check_jit(plan, model, settings, kernels):
    """Refuse what was asked to be compiled, and cannot be."""
    calling = _calling(plan)
    if calling and settings.jit_compile is True and not kernels.compiles_host_call:
        raise CompilationError(calling[0], owner(model, calling[0]))


def _obstacle(plan):
    """Say what XLA cannot compile by itself, None if it compiles everything."""
    calling = _calling(plan)
    return f"{calling[0]} calls Python in each step" if calling else None


def _calling(plan):
    return [op for group in plan for op in group if rule_for(op) is HOSTED]


def _tensor_operators(operators):
    return [op for op in operators if isinstance(op, SimTensorNode)]


def _plan(operators, settings, progress):
    """Simplify, plan and sort; return the groups and the initial values found."""
    rewrites = DEFAULT if settings.simplifications is None else settings.simplifications
    progress.sub("operator simplification")
    steps, initials = split_initial(simplify(operators, rewrites))
    progress.sub("merging operators")
    if settings.planner is None:
        plan = graph_optimizer.best_planner(steps)
    else:
        plan = apply_planner(settings.planner, steps, merge_key)
    progress.sub("ordering signals")
    if settings.sorter is None:
        _, plan = graph_optimizer.align_operators(plan)
    else:
        plan = apply_sorter(settings.sorter, plan, merge_key)
    logger.info("Initial plan length: %d, optimized: %d", len(operators), len(plan))
    return plan, initials


def _lower(plan, feeds, model):
    """Write the step down as data, over a layout that suits it."""
    probed = [model.sig[probe]["in"] for probe in model.probes]
    fed = [op.feed for op in feeds]
    bases = [ref_of(signal).base for signal in probed]
    entries = make_entries(plan, set(bases))
    layout = make_layout(entries, fed, bases)
    refs = [ref_of(signal) for signal in probed]
    return make_schedule(entries, layout, fed, refs), layout


def _initial_values(initials):
    """Apply the initial values that simplifications found, over the signals' own."""
    values = {}
    for op in initials:
        ref = ref_of(op.dst)
        value = values.setdefault(
            ref.base, np.array(ref.base.initial_value, dtype=float)
        )
        value.ravel()[ref.index] = op.value
    return values


def _recordings(model):
    return [
        Recording(
            probe,
            ref_of(model.sig[probe]["in"]).shape,
            1 if probe.sample_every is None else probe.sample_every / model.dt,
            bool(config.get_setting(model, "keep_history", True, probe)),
        )
        for probe in model.probes
    ]
