# SPDX-License-Identifier: MIT
"""What is measured, and what comes out."""

import dataclasses
from typing import Mapping, Optional, Union

from ..errors import InvalidOption


@dataclasses.dataclass(frozen=True)
class Case:
    """
    One thing to measure: a network, its size, and how it is run.

    Attributes
    ----------
    network : str
        Name of the benchmark network.
    dimensions : int
        Number of dimensions of the network.
    neurons_per_d : int
        Number of neurons per dimension.
    neuron_type : str
        Name of the neuron type.
    n_steps : int
        Number of time steps of each timed run.
    minibatch_size : int, optional
        Number of items; None is one item without a batch axis. Simulators that
        know no minibatches run that many times.
    rounds : int
        How often each simulator is timed.
    dtype : str
        Floating point type of our simulator; nengo computes in its own default.
    jit_compile : str or bool
        Our simulator's setting: "auto", True or False.
    unroll : int
        Our simulator's steps per iteration of the loop.
    arguments : mapping
        Further arguments of the network's function.
    """

    network: str
    dimensions: int = 64
    neurons_per_d: int = 50
    neuron_type: str = "RectifiedLinear"
    n_steps: int = 1000
    minibatch_size: Optional[int] = None
    rounds: int = 5
    dtype: str = "float32"
    jit_compile: Union[str, bool] = "auto"
    unroll: int = 1
    arguments: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        for name in ("dimensions", "neurons_per_d", "n_steps", "rounds", "unroll"):
            require_positive(name, getattr(self, name))
        if self.minibatch_size is not None:
            require_positive("minibatch_size", self.minibatch_size)
        if self.n_steps % self.unroll:
            raise InvalidOption(
                "n_steps must be a multiple of unroll, or else more steps run than are "
                f"counted; got n_steps={self.n_steps} and unroll={self.unroll}."
            )

    @property
    def items(self):
        """Number of items simulated at once."""
        return self.minibatch_size or 1


def require_positive(name, value):
    """
    Refuse anything but a positive whole number.

    Parameters
    ----------
    name : str
        Name of the option, for the message.
    value : object
        Its value.

    Raises
    ------
    InvalidOption
        If `value` is not an integer of at least 1.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidOption(
            f"{name} must be a whole number of at least 1; got {value!r}."
        )


@dataclasses.dataclass(frozen=True)
class Comparison:
    """
    What `compare` found; times of a step are those of all items together.

    Attributes
    ----------
    case : Case
        What was measured.
    n_neurons : int
        Number of neurons in the network.
    reference_ms, candidate_ms : float
        Median milliseconds per step of nengo's simulator and of ours.
    ratio, ratio_low, ratio_high : float
        Median, lower and upper quartile of nengo's time divided by ours, over the
        rounds.
    reference_rounds_ms, candidate_rounds_ms : tuple of float
        Milliseconds per step of each round.
    reference_build_s, candidate_build_s : float
        Seconds to make the simulators.
    reference_first_run_s, candidate_first_run_s : float
        Seconds of the first run, which compiles.
    peak_memory_mb : float
        Largest resident memory of the process while it was measured, in MiB.
    peak_memory_reset : bool
        Whether the peak is that of this comparison alone; else it is that of the
        process since its start.
    memory_mb : mapping
        Resident memory at the start, after building each simulator, and after the
        first run of each, in MiB.
    largest_difference : float
        Greatest absolute difference of probe data in the first run, over all items.
    largest_value : float
        Greatest absolute value of nengo's probe data in that run.
    groups : int, optional
        Number of operator groups in our plan.
    fusions, loop_instructions : int, optional
        Number of fusions, and of all instructions that cost time, in the compiled
        loop's body; None where TensorFlow does not tell.
    """

    case: Case
    n_neurons: int
    reference_ms: float
    candidate_ms: float
    ratio: float
    ratio_low: float
    ratio_high: float
    reference_rounds_ms: tuple
    candidate_rounds_ms: tuple
    reference_build_s: float
    candidate_build_s: float
    reference_first_run_s: float
    candidate_first_run_s: float
    peak_memory_mb: float
    peak_memory_reset: bool
    memory_mb: Mapping[str, float]
    largest_difference: float
    largest_value: float
    groups: Optional[int]
    fusions: Optional[int]
    loop_instructions: Optional[int]

    def as_dict(self):
        """Return the result as plain values, as they go into a JSON file."""
        return dataclasses.asdict(self)
