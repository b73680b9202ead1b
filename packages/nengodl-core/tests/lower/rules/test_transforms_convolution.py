# SPDX-License-Identifier: MIT
"""Convolutions equal sums that are written out, and nengo's steps."""

import itertools
import warnings

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Signal
from nengo_dl.errors import (
    ChannelsFirstWarning,
    ConvolutionRankError,
    KernelsPerItemError,
)
from nengo_dl.extend import check_rule
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.rules.transforms_convolution import product, spread, windows

needs_nengo_3 = pytest.mark.skipif(
    not hasattr(nengo, "Convolution"), reason="nengo before 3.0 has no convolutions"
)
needs_transposed = pytest.mark.skipif(
    not hasattr(getattr(nengo, "transforms", None), "ConvolutionTranspose"),
    reason="nengo before 3.2 has no transposed convolutions",
)
# (space, kernel size, strides, pads)
SPACES = {
    "line": ((9,), (4,), (2,), ((1, 2),)),
    "plane": ((5, 6), (3, 2), (1, 3), ((0, 1), (2, 0))),
    "solid": ((4, 5, 3), (2, 3, 1), (2, 1, 2), ((1, 0), (0, 0), (1, 1))),
}


def counts(space, size, strides, pads):
    """Positions along each axis."""
    return [
        (n + sum(pad) - k) // s + 1 for n, k, s, pad in zip(space, size, strides, pads)
    ]


def written_out(images, kernel, strides, pads, groups):
    """Sum over windows, position by position."""
    size, (channels, filters) = kernel.shape[:-2], kernel.shape[-2:]
    padded = np.pad(images, ((0, 0),) + pads + ((0, 0),), mode="constant")
    shape = counts(images.shape[1:-1], size, strides, pads)
    result = np.zeros([len(images)] + shape + [filters])
    for place in itertools.product(*map(range, shape)):
        area = tuple(slice(i * s, i * s + k) for i, s, k in zip(place, strides, size))
        seen = padded[(slice(None),) + area]
        for f in range(filters):
            first = f // (filters // groups) * channels
            part = seen[..., first : first + channels] * kernel[..., f]
            result[(slice(None),) + place + (f,)] = part.reshape((len(images), -1)).sum(
                1
            )
    return result


def convolve(name, groups, images, kernels):
    """Convolve with the code under test."""
    space, size, strides, pads = SPACES[name]
    shape = counts(space, size, strides, pads)
    return product(windows(images, size, strides, pads, shape), kernels, groups)


def draw(name, groups, items=2, n=2):
    """Draw images and kernels."""
    rng = np.random.RandomState(0)
    space, size = SPACES[name][:2]
    return rng.randn(items, *space, 4), rng.randn(n, *size, 4 // groups, 6)


@pytest.mark.parametrize("name", sorted(SPACES))
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("jit", [False, True])
def test_convolution_is_the_sum_written_out(evaluate, name, groups, jit):
    """Strides, padding, groups and several kernels, in one to three dimensions."""
    images, kernels = draw(name, groups)
    found = evaluate(lambda *x: convolve(name, groups, *x), images, kernels, jit=jit)
    for i, kernel in enumerate(kernels):
        expected = written_out(images, kernel, *SPACES[name][2:], groups=groups)
        np.testing.assert_allclose(found[..., i, :], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", sorted(SPACES))
@pytest.mark.parametrize("jit", [False, True])
def test_gradients(evaluate, name, jit):
    """The convolution is linear in each factor, so gradients say what a change adds."""
    images, kernels = draw(name, 2)
    rng = np.random.RandomState(1)
    changes = rng.randn(*images.shape), rng.randn(*kernels.shape)
    first = evaluate(lambda *x: convolve(name, 2, *x), changes[0], kernels)
    second = evaluate(lambda *x: convolve(name, 2, *x), images, changes[1])
    weights = rng.randn(*first.shape)

    def effects(*inputs):
        total = tf.reduce_sum(weights * convolve(name, 2, *inputs))
        gradients = tf.gradients(total, list(inputs))
        return tf.stack([tf.reduce_sum(g * c) for g, c in zip(gradients, changes)])

    found = evaluate(effects, images, kernels, jit=jit)
    expected = [(weights * first).sum(), (weights * second).sum()]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_negative_pads_cut_off(evaluate):
    """A negative pad leaves elements out, at each end."""
    images = np.arange(10.0).reshape((1, 5, 2))
    found = evaluate(lambda x: windows(x, [1], [1], [(-1, -2)], [2]), images)
    np.testing.assert_array_equal(found[:, :, 0], images[:, 1:3])


def test_spread_puts_zeros_behind(evaluate):
    """Each element becomes one and zeros, along each axis by its own stride."""
    images = np.arange(1.0, 13).reshape((1, 2, 3, 2))
    expected = np.zeros((1, 4, 9, 2))
    expected[:, ::2, ::3] = images
    found = evaluate(lambda x: spread(x, (2, 3)), images)
    np.testing.assert_array_equal(found, expected)


def operator(conv, source=None):
    """Make the operator of a convolution."""
    transposed = type(conv).__name__ == "ConvolutionTranspose"
    name = "ConvTransposeInc" if transposed else "ConvInc"
    shapes = conv.kernel_shape, (conv.size_in,), (conv.size_out,)
    w, x, y = [Signal(np.zeros(shape), name=n) for shape, n in zip(shapes, "WXY")]
    return getattr(nengo.builder.transforms, name)(w, source or x, y, conv)


@needs_nengo_3
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides, size", [((1, 1), (3, 2)), ((3, 2), (2, 4))])
def test_equals_nengo(padding, strides, size):
    """One convolution, and several of one input in a group, equal nengo's steps."""
    conv = nengo.Convolution(
        4, (7, 6, 2), padding=padding, strides=strides, kernel_size=size
    )
    first = operator(conv)
    ops = [first, operator(conv, first.X), operator(conv, first.X), operator(conv)]
    assert len({merge_key(op) for op in ops[:3]}) == 1
    assert merge_key(ops[3]) != merge_key(first)
    check_rule(ops, minibatch=3, shared=[op.W for op in ops])
    check_rule(ops[:1], minibatch=1, jit=False, dtype="float32")


@needs_transposed
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides, size", [((1, 1), (3, 2)), ((3, 2), (2, 4))])
@pytest.mark.parametrize("more", [0, 1])
def test_transposed_equals_nengo(padding, strides, size, more):
    """Also where the output is larger than the smallest that fits, if strides allow it."""
    make = nengo.transforms.ConvolutionTranspose
    options = {"padding": padding, "strides": strides, "kernel_size": size}
    conv = make(4, (5, 3, 2), **options)
    if more and min(strides) > 1:
        shape = [n + 1 for n in conv.output_shape.spatial_shape] + [4]
        conv = make(4, (5, 3, 2), output_shape=shape, **options)
    ops = [operator(conv)]
    ops.append(operator(conv, ops[0].X))
    check_rule(ops, minibatch=2, shared=[op.W for op in ops])


@needs_transposed
def test_transposed_is_the_adjoint_in_three_dimensions(make_step):
    """``sum(T(y) * x) == sum(y * C(x))``, where nengo has no step to compare with."""
    rng = np.random.RandomState(0)
    options = {"strides": (2, 1, 3), "kernel_size": (3, 2, 4), "padding": "same"}
    plain = nengo.Convolution(3, (5, 4, 7, 2), **options)
    back = nengo.transforms.ConvolutionTranspose(
        2, plain.output_shape, output_shape=plain.input_shape, **options
    )
    kernel = rng.randn(*plain.kernel_shape)
    x, y = rng.randn(plain.size_in), rng.randn(plain.size_out)
    convolved = make_step(operator(plain), kernel, x)
    returned = make_step(operator(back), np.moveaxis(kernel, -2, -1), y)
    np.testing.assert_allclose(returned.dot(x), convolved.dot(y), rtol=1e-12)


@pytest.fixture
def make_step(evaluate):
    """Compute one operator's rule."""

    def run(op, kernel, x):
        ctx = type("Ctx", (), {"ops": (op,)})()
        return evaluate(
            lambda *inputs: rule_for(op).lower(ctx, *inputs),
            kernel[None, None],
            x[None, None],
        ).ravel()

    return run


@needs_nengo_3
def test_more_than_three_dimensions():
    """Errors.md: the message names the number of dimensions."""
    conv = nengo.Convolution(1, (3, 3, 3, 3, 1), kernel_size=(1,) * 4, strides=(1,) * 4)
    with pytest.raises(NotImplementedError, match="1 to 3 .* has 4") as info:
        rule_for(operator(conv)).operands(operator(conv))
    assert info.type is ConvolutionRankError


@needs_nengo_3
def test_kernels_per_item():
    """Errors.md: a kernel that differs between items is refused, and named."""
    op = operator(nengo.Convolution(1, (4, 4, 1)))
    with pytest.raises(NotImplementedError, match="share the kernel") as info:
        check_rule([op], minibatch=2)
    assert info.type is KernelsPerItemError


@needs_nengo_3
def test_channels_first_warns():
    """Errors.md: the warning names the option; channels last give none."""
    first = nengo.Convolution(1, (2, 4, 4), channels_last=False)
    with pytest.warns(ChannelsFirstWarning, match="channels_last=False"):
        check_rule([operator(first)])
    with warnings.catch_warnings():
        warnings.simplefilter("error", ChannelsFirstWarning)
        check_rule([operator(nengo.Convolution(1, (4, 4, 2)))])
