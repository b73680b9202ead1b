# SPDX-License-Identifier: MIT
"""Connections with all kinds of transforms and slices do what they do in nengo."""

import warnings

import nengo
import numpy as np
import pytest
from nengo_dl import Simulator, configure_settings
from nengo_dl.errors import (
    ChannelsFirstWarning,
    InitialValuesWarning,
    InvalidSparseMatrix,
)

STEPS = 6
TOLERANCE = {"float64": 1e-10, "float32": 1e-5}
OPTIONS = pytest.mark.parametrize(
    "minibatch, dtype, jit",
    [(None, "float32", False), (3, "float64", True)],
)


def needs(name):
    """Skip where this nengo lacks a transform."""
    found = hasattr(nengo, name) or hasattr(getattr(nengo, "transforms", None), name)
    return pytest.mark.skipif(not found, reason=f"this nengo has no {name}")


def transform(name):
    """Look a transform up: nengo 3.1 does not have all of them at the top."""
    return getattr(nengo, name, None) or getattr(nengo.transforms, name)


class Setup:
    """A node that is fed, and connections from it to probes, all by name."""

    def __init__(self, size, dtype="float64", jit=True, output=None):
        with nengo.Network(seed=0) as self.net:
            configure_settings(dtype=dtype, jit_compile=jit)
            output = (lambda t: np.zeros(size)) if output is None else output
            self.source = nengo.Node(output, size_out=size)
        self.probes = {}
        self.connections = {}

    def connect(self, name, post, pre=slice(None), probe=None, **options):
        """Connect a slice of the source to something, and probe the post object."""
        options.setdefault("synapse", None)
        with self.net:
            source = self.source if pre == slice(None) else self.source[pre]
            self.connections[name] = nengo.Connection(source, post, **options)
            self.probes[name] = nengo.Probe(post.obj if probe is None else probe)

    def apply(self, name, conv):
        """Connect all of the source by a transform."""
        with self.net:
            post = nengo.Node(size_in=conv.size_out)
        self.connect(name, post, probe=post, transform=conv)


def same_as_nengo(size, build, minibatch=None, dtype="float64", jit=True):
    """Compare each probe, for each item; `build` gets a Setup."""
    values = np.random.RandomState(1).uniform(-1, 1, (minibatch or 1, STEPS, size))
    ours = Setup(size, dtype, jit)
    build(ours)
    with Simulator(
        ours.net, minibatch_size=minibatch, device="/cpu:0", progress_bar=False
    ) as sim:
        sim.run_steps(STEPS, data={ours.source: values}, progress_bar=False)
        found = {name: sim.data[probe] for name, probe in ours.probes.items()}
    for i, item in enumerate(values):
        expected = reference(size, build, item)
        for name, rows in expected.items():
            mine = found[name][i] if minibatch else found[name]
            limit = TOLERANCE[dtype] * max(1, np.abs(rows).max())
            assert mine.shape == rows.shape and np.any(rows), name
            assert np.abs(mine - rows).max() <= limit, name


def reference(size, build, item):
    """Return what nengo computes, by name."""
    setup = Setup(size, output=lambda t: item[int(round(t * 1000)) - 1])
    build(setup)
    with nengo.Simulator(setup.net, progress_bar=False, optimize=False) as sim:
        sim.run_steps(STEPS)
    return {name: sim.data[probe] for name, probe in setup.probes.items()}


# -- dense transforms and slices


def ensemble(n, seed):
    """Make an ensemble that responds to small values at once."""
    return nengo.Ensemble(
        20, n, neuron_type=nengo.RectifiedLinear(), seed=seed, radius=3
    )


def dense(setup):
    """Scalars, vectors, matrices and distributions, to nodes, ensembles and neurons."""
    matrix = np.random.RandomState(0).randn(2, 4)
    cases = {
        "scalar": (4, -0.5),
        "vector": (4, [1, -2, 0, 0.5]),
        "matrix": (2, matrix),
        "distribution": (3, nengo.dists.Uniform(-1, 1)),
        "gaussian": (2, nengo.dists.Gaussian(0, 1)),
    }
    for name, (n, value) in cases.items():
        with setup.net:
            node, ens = nengo.Node(size_in=n), ensemble(n, seed=n)
        setup.connect(name, node, transform=value, probe=node)
        setup.connect(name + " of ensemble", ens, transform=value, probe=ens)
    with setup.net:
        neurons = ensemble(1, seed=9).neurons
    weights = np.random.RandomState(3).randn(20, 4)
    setup.connect("neurons", neurons, transform=weights, probe=neurons)


@OPTIONS
def test_dense(minibatch, dtype, jit):
    """Dense transforms do the same as in nengo (history 42)."""
    same_as_nengo(4, dense, minibatch, dtype, jit)


PRE_SLICES = {
    "part": slice(1, 4),
    "steps": slice(0, 6, 2),
    "all but steps": slice(0, None, 5),
    "reversed": slice(None, None, -1),
    "part reversed": slice(4, 1, -1),
    "negative steps": slice(None, None, -2),
    "list": [3, 0, 5],
    "repeats": [2, 2, 0, 2],
    "negative indices": [-1, 1, -3],
    "element": 3,
}
POST_SLICES = {name: item for name, item in PRE_SLICES.items() if name != "repeats"}


def pre_slices(setup):
    """Each kind of slice of the source."""
    for name, item in PRE_SLICES.items():
        with setup.net:
            node = nengo.Node(size_in=np.arange(6)[item].size)
        setup.connect(name, node, pre=item, probe=node)
        with setup.net:
            ens = ensemble(2, seed=1)
        matrix = np.random.RandomState(2).randn(2, len(set(np.arange(6)[item].flat)))
        if name != "repeats":  # nengo takes no matrix where an element comes twice
            setup.connect(name + ", matrix", ens, pre=item, probe=ens, transform=matrix)


def post_slices(setup):
    """Each kind of slice of the target, with the same kind of slice of the source."""
    for name, item in POST_SLICES.items():
        n = np.arange(6)[item].size
        with setup.net:
            nodes = [nengo.Node(size_in=6) for _ in range(3)]
            ens = ensemble(6, seed=2)
        setup.connect(name, nodes[0][item], pre=slice(0, n), probe=nodes[0])
        setup.connect(name + " on both sides", nodes[1][item], item, probe=nodes[1])
        matrix = np.random.RandomState(2).randn(n, 6)
        setup.connect(
            name + ", matrix", nodes[2][item], probe=nodes[2], transform=matrix
        )
        setup.connect(
            name + " of ensemble", ens[item], pre=slice(0, n), probe=ens, transform=2
        )
    with setup.net:
        node = nengo.Node(size_in=3)
    setup.connect("repeats add up", node[[2, 2, 0, 2]], slice(0, 4), probe=node)


@OPTIONS
@pytest.mark.parametrize("build", [pre_slices, post_slices])
def test_slices(build, minibatch, dtype, jit):
    """Slices of every kind, reversed ones as well, on either side (history 224)."""
    same_as_nengo(6, build, minibatch, dtype, jit)


# -- nengo's transform classes


def no_transform(setup):
    """The signal as it is, to a node and to neurons."""
    with setup.net:
        node, ens = nengo.Node(size_in=5), nengo.Ensemble(5, 1, seed=1)
    setup.connect("node", node, probe=node, transform=transform("NoTransform")(5))
    setup.connect(
        "neurons",
        ens.neurons,
        probe=ens.neurons,
        transform=transform("NoTransform")(5),
    )
    with setup.net:
        setup.probes["neurons"] = nengo.Probe(ens.neurons, "input")


@needs("NoTransform")
@OPTIONS
def test_no_transform(minibatch, dtype, jit):
    """NoTransform passes values on (history 42)."""
    same_as_nengo(5, no_transform, minibatch, dtype, jit)


def sparse(setup):
    """Matrices of several shapes; one with an entry twice, one of whole numbers."""
    cases = {
        "indices": ((4, 6), [[0, 1], [0, 5], [3, 1]], [1.0, -2.0, 0.5]),
        "twice": ((3, 6), [[2, 2], [2, 2], [2, 0], [0, 1]], [1.0, 3.0, -1.0, 2.0]),
        "whole": ((6, 6), [[i, 5 - i] for i in range(6)], 2),
        "distribution": ((2, 6), [[0, 1], [1, 3]], nengo.dists.Uniform(1, 2)),
    }
    for name, (shape, indices, init) in cases.items():
        setup.apply(name, nengo.Sparse(shape, indices=indices, init=init))
    with setup.net:
        ens = nengo.Ensemble(6, 1, neuron_type=nengo.RectifiedLinear(), seed=3)
        back = nengo.Node(size_in=6)
        eye = nengo.Sparse((6, 6), [[i, (i + 1) % 6] for i in range(6)], init=0.01)
        nengo.Connection(ens.neurons, back, transform=eye, synapse=0.005)
        setup.probes["neurons"] = nengo.Probe(back)
    weights = nengo.Sparse((6, 6), [[i, i] for i in range(6)], init=np.arange(1.0, 7))
    setup.connect("to neurons", ens.neurons, probe=ens.neurons, transform=weights)


@needs("Sparse")
@OPTIONS
def test_sparse(minibatch, dtype, jit):
    """Sparse transforms do the same as in nengo (history 6)."""
    same_as_nengo(6, sparse, minibatch, dtype, jit)


@needs("Sparse")
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr"])
def test_scipy_matrices(form):
    """Each form of SciPy's matrices does the same as in nengo."""
    scipy_sparse = pytest.importorskip("scipy.sparse")
    matrix = scipy_sparse.random(4, 6, 0.5, form, random_state=0)

    def build(setup):
        setup.apply(form, nengo.Sparse((4, 6), init=matrix))

    same_as_nengo(6, build, 2)


@needs("Sparse")
def test_sparse_equals_dense():
    """A sparse connection and the equal dense one give equal probes (history 6)."""
    sparse_one = nengo.Sparse((3, 4), [[0, 1], [2, 3], [2, 0]], init=[1.0, 2.0, -1.0])
    matrix = sparse_one.sample().toarray()
    setup = Setup(4, output=lambda t: np.arange(4) * np.cos(100 * t))
    setup.apply("sparse", sparse_one)
    setup.apply("dense", nengo.Dense((3, 4), init=matrix))
    with Simulator(setup.net, device="/cpu:0", progress_bar=False) as sim:
        sim.run_steps(STEPS, progress_bar=False)
        first, second = [sim.data[setup.probes[name]] for name in ("sparse", "dense")]
    assert np.any(first)
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-12)


@needs("Sparse")
@pytest.mark.parametrize("minibatch", [None, 3])
def test_live_weights_of_a_sparse_connection(minibatch):
    """They are the vector of values, before and after closing, and so a probe has them."""
    values = [1.0, 2.0, -1.0]
    setup = Setup(4)
    setup.apply("sparse", nengo.Sparse((3, 4), [[0, 1], [2, 3], [2, 3]], init=values))
    connection = setup.connections["sparse"]
    with setup.net:
        probe = nengo.Probe(connection, "weights")
    options = {"minibatch_size": minibatch, "device": "/cpu:0", "progress_bar": False}
    with Simulator(setup.net, **options) as sim:
        sim.run_steps(2, progress_bar=False)
        np.testing.assert_array_equal(sim.data[connection].weights, values)
        assert np.all(sim.data[probe] == values)
    with pytest.warns(InitialValuesWarning):
        np.testing.assert_array_equal(sim.data[connection].weights, values)


@needs("Sparse")
def test_entries_outside_of_the_matrix():
    """The error names the index and what it may be, where NumPy would take another."""
    setup = Setup(4)
    setup.apply("sparse", nengo.Sparse((3, 4), [[0, 1], [2, 4]]))
    with pytest.raises(InvalidSparseMatrix, match="Column .* 0 to 3, .* is 4"):
        Simulator(setup.net, device="/cpu:0", progress_bar=False)


def lines(setup):
    """Convolutions of one dimension."""
    for padding in ("same", "valid"):
        options = {"kernel_size": (3,), "strides": (2,), "padding": padding}
        setup.apply(padding, nengo.Convolution(4, (12, 2), **options))


def planes(setup):
    """Convolutions of two dimensions; two of them share all but their kernels."""
    shape = 4, 3, 2
    setup.apply("valid", nengo.Convolution(3, shape))
    setup.apply("again", nengo.Convolution(3, shape))
    options = {"kernel_size": (2, 3), "strides": (2, 1), "padding": "same"}
    setup.apply("same", nengo.Convolution(3, shape, **options))
    with setup.net:
        ens = nengo.Ensemble(6, 1, neuron_type=nengo.RectifiedLinear(), seed=3)
    conv = nengo.Convolution(3, shape, init=nengo.dists.Uniform(0, 1))
    setup.connect("neurons", ens.neurons, probe=ens.neurons, transform=conv)
    once = nengo.Convolution(2, (2, 3, 2), kernel_size=(1, 2))
    with setup.net:
        node = nengo.Node(size_in=once.size_out)
    setup.connect("slice", node, slice(12, 24), node, transform=once, synapse=0.01)


def channels_first(setup):
    """Channels before the spatial axes."""
    conv = nengo.Convolution(3, (2, 4, 3), channels_last=False)
    setup.apply("first", conv)


@needs("Convolution")
@OPTIONS
@pytest.mark.parametrize("build", [lines, planes])
def test_convolution(build, minibatch, dtype, jit):
    """Convolutions do the same as in nengo (history 42)."""
    same_as_nengo(24, build, minibatch, dtype, jit)


@needs("Convolution")
@OPTIONS
def test_channels_first(minibatch, dtype, jit):
    """The result is nengo's, and a warning says that it takes longer (errors.md 1)."""
    with pytest.warns(ChannelsFirstWarning, match="channels_last=False"):
        same_as_nengo(24, channels_first, minibatch, dtype, jit)


def grouped(setup):
    """Groups of channels, up to one for each channel."""
    for groups in (1, 2, 4):
        setup.apply(str(groups), nengo.Convolution(4, (3, 2, 4), (2, 2), groups=groups))


def has_groups():
    """Whether this nengo has grouped convolutions."""
    return hasattr(getattr(nengo, "Convolution", None), "groups")


@pytest.mark.skipif(not has_groups(), reason="this nengo has no grouped convolutions")
@OPTIONS
def test_grouped_convolution(minibatch, dtype, jit):
    """Filters see the channels of their group only."""
    same_as_nengo(24, grouped, minibatch, dtype, jit)


def transposed(setup):
    """Transposed convolutions, channels first as well, of one and two dimensions."""
    make = transform("ConvolutionTranspose")
    for padding in ("same", "valid"):
        options = {"kernel_size": (2, 3), "strides": (2, 1), "padding": padding}
        setup.apply(padding, make(3, (4, 3, 2), **options))
    options = {"kernel_size": (3, 2), "strides": (2, 3), "padding": "same"}
    setup.apply("larger", make(3, (4, 3, 2), output_shape=(8, 9, 3), **options))
    setup.apply("line", make(2, (12, 2), kernel_size=(3,), strides=(2,)))
    setup.apply("first", make(3, (2, 4, 3), channels_last=False))


@needs("ConvolutionTranspose")
@OPTIONS
def test_transposed_convolution(minibatch, dtype, jit):
    """Transposed convolutions do the same as in nengo."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ChannelsFirstWarning)
        same_as_nengo(24, transposed, minibatch, dtype, jit)


@needs("Convolution")
def test_convolution_of_three_dimensions():
    """It is the sum over shifts, written out, as nengo itself has none."""
    kernel = np.random.RandomState(0).randn(2, 1, 3, 2, 4)
    images = np.random.RandomState(1).randn(3, 2, 4, 2)
    conv = nengo.Convolution(
        4, images.shape, kernel_size=(2, 1, 3), strides=(1, 1, 1), init=kernel
    )
    setup = Setup(images.size, output=lambda t: images.ravel())
    setup.apply("solid", conv)
    with Simulator(setup.net, device="/cpu:0", progress_bar=False) as sim:
        sim.run_steps(2, progress_bar=False)
        found = sim.data[setup.probes["solid"]][-1]
    expected = np.zeros((2, 2, 2, 4))
    for i in range(2):
        for k in range(3):
            expected += images[i : i + 2, :, k : k + 2].dot(kernel[i, 0, k])
    np.testing.assert_allclose(found, expected.ravel(), rtol=0, atol=1e-12)
