# SPDX-License-Identifier: MIT
"""Online learning rules that see activities only: BCM, Oja (weights), Voja (encoders).

Vectors of single neurons are kept, as XLA would compute them again for each element of the
matrix that they are multiplied to.
"""

import numpy as np
from nengo.builder.learning_rules import SimBCM, SimOja, SimVoja

from nengo_dl.lower.rule import Factors
from nengo_dl.lower.rules.learning import learns


def _rate(ctx):
    return ctx.per_op(lambda op: op.learning_rate * ctx.dt)


def _activity_shapes(op):
    return op.pre_filtered.shape, op.post_filtered.shape


@learns(SimBCM, merge_key=_activity_shapes)
def bcm_factors(ctx, pre, post, theta):
    """
    BCM weight change, ``learning_rate * dt * outer(post * (post - theta), pre)``.

    pre: (minibatch, n_ops, n_pre); post and theta: (minibatch, n_ops, n_post).
    """
    change = ctx.keep(_rate(ctx) * post * (post - theta))
    return Factors(pre, change)


@learns(SimOja, merge_key=_activity_shapes, weights=2)
def oja_factors(ctx, pre, post, weights):
    """
    Oja weight change, ``rate * (outer(post, pre) - beta * post**2 * weights)``.

    With ``rate = learning_rate * dt``; post squared scales the rows of the weights.

    pre: (minibatch, n_ops, n_pre); post: (minibatch, n_ops, n_post); weights: (minibatch,
    n_ops, n_post, n_pre).
    """
    scaled = ctx.keep(_rate(ctx) * post)
    decay = ctx.keep(ctx.per_op(lambda op: op.beta) * scaled * post)
    return Factors(pre, scaled, decay)


@learns(
    SimVoja,
    merge_key=lambda op: (op.pre_decoded.shape, op.post_filtered.shape),
    weights=2,
)
def voja_factors(ctx, pre, post, encoders, learning):
    """
    Voja encoder change, ``rate * (scale * outer(post, pre) - post * encoders)``.

    With ``rate = learning_rate * dt * learning``; scale (gain over radius, one number for
    each neuron) and post scale rows.

    pre: (minibatch, n_ops, n_dimensions); post: (minibatch, n_ops, n_neurons); encoders:
    (minibatch, n_ops, n_neurons, n_dimensions); learning: (minibatch, n_ops, 1).
    """
    decay = ctx.keep(_rate(ctx) * learning * post)
    scale = ctx.scalar(np.stack([op.scale for op in ctx.ops])[None])
    growth = ctx.keep(scale * decay)
    return Factors(pre, growth, decay)
