# SPDX-License-Identifier: MIT
"""What a package needs that trains simulators, such as nengodl-train.

A program (`Simulator.program`) has the step in training as ``program.trainee``, a
`nengo_dl.loop.Block`: a pure function of its state, its parameters and what it is fed with.
"""

from nengo_dl.compat.tensorflow import compile_with_xla, find_random, session_config, v1
from nengo_dl.errors import DataError
from nengo_dl.loop.choose import choose_jit
from nengo_dl.loop.record import Record
from nengo_dl.loop.upstream import upstream
from nengo_dl.lower.prepare import prepare
from nengo_dl.progress import progress_bar
from nengo_dl.runtime.attached import OPTIMIZERS
from nengo_dl.runtime.functions import Variable
from nengo_dl.runtime.interrupts import interrupts_held
from nengo_dl.runtime.made import identity
from nengo_dl.runtime.trace import profiled, traced_run
from nengo_dl.simulator.feeds import check_batches, check_target_shapes
from nengo_dl.simulator.outputs import Output, parse_outputs
from nengo_dl.simulator.structure import signal_names

__all__ = [
    "OPTIMIZERS",
    "DataError",
    "Output",
    "Record",
    "Variable",
    "check_batches",
    "check_target_shapes",
    "choose_jit",
    "compile_with_xla",
    "find_random",
    "identity",
    "interrupts_held",
    "parse_outputs",
    "prepare",
    "profiled",
    "progress_bar",
    "session_config",
    "signal_names",
    "traced_run",
    "upstream",
    "v1",
]
