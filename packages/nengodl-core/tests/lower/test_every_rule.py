# SPDX-License-Identifier: MIT
"""Each registered rule has an example here, which is checked against NumPy."""

import nengo
import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.learning_rules import SimBCM, SimOja, SimVoja
from nengo.builder.operator import SimPyFunc
from nengo_dl.extend import check_rule
from nengo_dl.lower.registry import RULES
from nengo_dl.lower.rules import basic, learning_error
from nengo_dl.lower.rules.neurons import NEURONS
from nengo_dl.lower.rules.processes import PROCESSES
from nengo_dl.neurons import SoftLIFRate
from nengo_dl.operators import HostFeed, NoisyNeurons, ResetInc
from nengo_dl.tensor_node import SimTensorNode, TensorNode


class NumpyFeed(HostFeed):
    """A feed whose value NumPy can read: HostFeed has none, as the host feeds it."""

    def __init__(self, output):
        super().__init__(None, output)
        self.reads = [self.feed]

    def make_step(self, signals, dt, rng):
        """Return the NumPy step."""
        fed, target = signals[self.feed], signals[self.output]

        def step():
            target[...] = fed

        return step


class NumpyTensorNode(SimTensorNode):
    """``x**2 + t``; SimTensorNode has no NumPy step, as functions are TensorFlow's."""

    def __init__(self, t, x, output):
        size = x.size
        node = TensorNode(
            lambda t, x: x**2 + t, size, size, label="square", add_to_container=False
        )
        super().__init__(node, node.tensor_func, t, x, output)

    def make_step(self, signals, dt, rng):
        """Return the NumPy step."""
        (t, x), output = [signals[s] for s in self.reads], signals[self.output]

        def step():
            output[...] = x**2 + t

        return step


def sparse(n):
    """Make a product with a sparse matrix of n rows."""
    indices = [[i, i % 2] for i in range(n)]
    matrix = nengo.transforms.SparseMatrix(indices, np.ones(n), (n, 2))
    signals = Signal(matrix), Signal(np.zeros(2)), Signal(np.zeros(n))
    return nengo.builder.operator.SparseDotInc(*signals)


def convolution(operator, transform, n):
    """Make a convolution along n elements."""
    conv = getattr(nengo.transforms, transform)
    conv = conv(2, (n, 3), kernel_size=(2,), strides=(1,))
    shapes = conv.kernel_shape, conv.size_in, conv.size_out
    signals = [Signal(np.zeros(shape)) for shape in shapes]
    return getattr(nengo.builder.transforms, operator)(*signals, conv)


# Name of an operator type to a function that makes an operator of the given size.
OPERATORS = {
    "TimeUpdate": lambda make, n: make.time_update(),
    "Reset": lambda make, n: make.reset((n,), 2.5),
    "ResetInc": lambda make, n: ResetInc(make.signal(n), np.arange(n)),
    "HostFeed": lambda make, n: NumpyFeed(make.signal(n)),
    "Copy": lambda make, n: make.copy((n + 2,), (n,), src_slice=slice(1, -1), inc=True),
    "ElementwiseInc": lambda make, n: make.product((n,), (n,), (n,)),
    "DotInc": lambda make, n: make.dot((n, 4), (4,), (n,)),
    "SimNeurons": lambda make, n: make.neurons(nengo.RectifiedLinear(), n)[0],
    "NoisyNeurons": lambda make, n: NoisyNeurons(
        make.neurons(nengo.StochasticSpiking(nengo.RectifiedLinear()), n)[1]
    ),
    "SimPES": lambda make, n: learning_error.SimPES(
        make.signal(n), make.signal(2), make.signal(2, n), learning_rate=0.1
    ),
    "SimRLS": lambda make, n: learning_error.SimRLS(
        make.signal(n),
        make.signal(2),
        make.signal(2, n),
        Signal(np.eye(n), name="inv_gamma"),
    ),
    "SimBCM": lambda make, n: SimBCM(
        make.signal(n),
        make.signal(2),
        make.signal(2),
        make.signal(2, n),
        learning_rate=0.1,
    ),
    "SimOja": lambda make, n: SimOja(
        make.signal(n),
        make.signal(2),
        make.signal(2, n),
        make.signal(2, n),
        learning_rate=0.1,
        beta=0.5,
    ),
    "SimVoja": lambda make, n: SimVoja(
        make.signal(2),
        make.signal(n),
        make.signal(n, 2),
        make.signal(n, 2),
        scale=np.arange(1.0, n + 1),
        learning_signal=make.signal(1),
        learning_rate=0.1,
    ),
    "SimProbe": lambda make, n: basic.SimProbe(make.signal(n)),
    "SparseDotInc": lambda make, n: sparse(n),
    "ConvInc": lambda make, n: convolution("ConvInc", "Convolution", n),
    "ConvTransposeInc": lambda make, n: convolution(
        "ConvTransposeInc", "ConvolutionTranspose", n
    ),
    "SimPyFunc": lambda make, n: SimPyFunc(
        make.signal(n),
        lambda t, x: np.append(x[1:], x[0] * t),
        make.signal(),
        make.signal(n),
    ),
    "SimTensorNode": lambda make, n: NumpyTensorNode(
        make.signal(), make.signal(n), make.signal(n)
    ),
    "SimProcess": lambda make, n: make.synapses(nengo.Alpha(0.01), n)[0],
}

PROCESS_TYPES = {
    nengo.Lowpass: nengo.Lowpass(0.01),
    nengo.Alpha: nengo.Alpha(0.01),
    nengo.LinearFilter: nengo.LinearFilter([1, 2], [0.5, 1]),
}

# Neuron types, and a current that makes them respond.
NEURON_TYPES = {
    nengo.RectifiedLinear: 1.0,
    nengo.SpikingRectifiedLinear: 1500.0,
    nengo.Sigmoid: 1.0,
    nengo.LIFRate: 5.0,
    nengo.LIF: 20.0,
    SoftLIFRate: 5.0,
    nengo.AdaptiveLIFRate: 5.0,
    nengo.AdaptiveLIF: 20.0,
    nengo.Izhikevich: 20.0,
}
# those which nengo 2.8 has not
if hasattr(nengo, "RegularSpiking"):
    NEURON_TYPES.update({nengo.Tanh: 1.0, nengo.RegularSpiking: 1500.0})


def neurons_of(make, kind, *sizes):
    """Make operators of a type, which may need rates to make spikes from."""
    rates = (nengo.RectifiedLinear(),) if kind.__name__ == "RegularSpiking" else ()
    ops = make.neurons(kind(*rates), *sizes)
    return [op for op in ops if type(op.neurons) is kind]


def own(types):
    """Leave out what tests have registered."""
    return {t for t in types if t.__module__.split(".")[0] in ("nengo", "nengo_dl")}


def test_every_operator_type_has_an_example():
    """Whoever adds a rule adds an example above."""
    missing = {kind.__name__ for kind in own(RULES)} - set(OPERATORS)
    assert not missing, f"no example in OPERATORS for {sorted(missing)}"


def test_every_neuron_type_has_an_example():
    """Whoever adds a neuron type adds an example above."""
    missing = own(NEURONS) - set(NEURON_TYPES)
    assert not missing, f"no example in NEURON_TYPES for {missing}"


def test_every_process_type_has_an_example():
    """Whoever adds a process adds an example above."""
    missing = own(PROCESSES) - set(PROCESS_TYPES)
    assert not missing, f"no example in PROCESS_TYPES for {missing}"


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in own(RULES)))
@pytest.mark.parametrize("sizes, minibatch", [([5], 1), ([5, 5, 5], 3)])
def test_operator(make, name, sizes, minibatch):
    """Alone and in a group, for one item and several, the rule equals NumPy."""
    ops = [OPERATORS[name](make, n) for n in sizes]
    kernels = [op.W for op in ops if hasattr(op, "conv")]  # not one for each item
    check_rule(ops, minibatch=minibatch, shared=kernels)


@pytest.mark.parametrize("kind", sorted(own(NEURONS), key=lambda kind: kind.__name__))
@pytest.mark.parametrize("sizes, minibatch", [([20], 1), ([20, 5], 3)])
def test_neuron_type(make, kind, sizes, minibatch):
    """Neurons below and above threshold, of equal ensembles and others, equal NumPy's."""
    ops = neurons_of(make, kind, *sizes)
    current = NEURON_TYPES[kind]
    values = {op.J: np.linspace(-current, current, op.J.size) for op in ops}
    check_rule(ops, minibatch=minibatch, steps=5, values=values)


@pytest.mark.parametrize("kind", sorted(own(PROCESSES), key=lambda kind: kind.__name__))
@pytest.mark.parametrize("sizes, minibatch", [([5], 1), ([5, 3], 3)])
def test_process_type(make, kind, sizes, minibatch):
    """Processes of equal and unequal widths equal NumPy's."""
    ops = make.synapses(PROCESS_TYPES[kind], *sizes)
    check_rule(ops, minibatch=minibatch)
