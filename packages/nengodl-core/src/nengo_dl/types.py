# SPDX-License-Identifier: MIT
"""Values that pass between the stages of the pipeline."""

import dataclasses
from typing import Any, Callable, List, Mapping, NamedTuple, Optional, Sequence, Union


@dataclasses.dataclass(frozen=True)
class Settings:
    """
    Everything beside the model that decides what is compiled.

    Parameters
    ----------
    dtype : str, optional
        Floating point type of all signals, ``"float32"`` or ``"float64"``.
    minibatch_size : int or None, optional
        Copies of the network that run side by side. None is one copy, and no batch axis
        in results.
    unroll : int, optional
        Steps in one iteration of the compiled loop.
    device : str or None, optional
        TensorFlow device, None for TensorFlow's choice.
    planner : callable or None, optional
        Function from operators to a plan, None for the default.
    sorter : callable or None, optional
        Function from a plan to signals in an order and a plan, None for the default; only
        the order of operators inside the groups of the plan is used.
    simplifications : sequence of callable or None, optional
        Rewrites of the operators, in order, None for the default.
    session_config : mapping, optional
        Dotted field names of TensorFlow's ``ConfigProto``, and their values.
    inference_only : bool, optional
        Whether the network will never be trained.
    lif_smoothing : float or None, optional
        Width of the smoothing of LIF neurons in training, None for no smoothing.
    surrogate : str or callable or None, optional
        Derivative of spikes in training, by name or as a function; None for rates in place
        of spikes.
    compiled_kernels : bool, optional
        Whether installed compiled kernels are used.
    jit_compile : bool or "auto", optional
        Whether XLA compiles the loop; "auto" if it can, and else what it can.
    seed : int, optional
        Seed of all random processes.
    """

    dtype: str = "float32"
    minibatch_size: Optional[int] = None
    unroll: int = 1
    device: Optional[str] = None
    planner: Optional[Callable] = None
    sorter: Optional[Callable] = None
    simplifications: Optional[Sequence[Callable]] = None
    session_config: Mapping = dataclasses.field(default_factory=dict)
    inference_only: bool = False
    lif_smoothing: Optional[float] = None
    surrogate: Union[str, Callable, None] = None
    compiled_kernels: bool = True
    jit_compile: Union[str, bool] = "auto"
    seed: int = 0

    @property
    def batch(self):
        """
        Number of copies, 1 for ``minibatch_size=None``.

        Returns
        -------
        int
            Length of the leading axis of minibatched values inside the program.
        """
        return 1 if self.minibatch_size is None else self.minibatch_size


class BlockInputs(NamedTuple):
    """
    What a block starts from.

    Parameters
    ----------
    homes : list of tf.Tensor
        Value of each home, shape (1 or minibatch, elements).
    constants : list of tf.Tensor
        Constants of the step, each of shape (1, elements).
    feed : tf.Tensor, shape (C, minibatch, elements)
        Fed values.
    start : tf.Tensor, shape ()
        Number of steps done before, int32.
    n_steps : tf.Tensor, shape ()
        Number of steps to do, a multiple of `unroll`, int32.
    """

    homes: List[Any]
    constants: List[Any]
    feed: Any
    start: Any
    n_steps: Any


class BlockResults(NamedTuple):
    """
    What a block gives.

    Parameters
    ----------
    state : list of tf.Tensor
        The changed homes, in order.
    rows : list of tf.Tensor
        For each probe its value in each step, shape (C, 1 or minibatch, elements); zeros
        behind the last step.
    kept : list of tf.Tensor
        Nothing of use, but whoever runs the block must depend on it, or XLA does not
        keep it (see `Context.keep`).
    random : bool
        Whether the steps draw random numbers by operations of TensorFlow.
    """

    state: List[Any]
    rows: List[Any]
    kept: List[Any]
    random: bool = False
