# SPDX-License-Identifier: MIT
"""Online learning rules that are driven by an error signal: PES and RLS."""

import tensorflow as tf

from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers
from nengo_dl.lower.rule import Factors
from nengo_dl.lower.rules.basic import matrix_vector
from nengo_dl.lower.rules.learning import learns

try:
    from nengo.builder.learning_rules import SimPES
except ImportError:  # nengo < 3 builds PES from products, which have rules of their own
    SimPES = None
else:

    @learns(SimPES, merge_key=lambda op: (op.pre_filtered.shape, op.error.shape))
    def pes_factors(ctx, pre, error):
        """
        PES weight change, ``-(learning_rate * dt / n_pre) * outer(error, pre)``.

        pre: (minibatch, n_ops, n_pre); error: (minibatch, n_ops, n_error).
        """
        n_pre = int(pre.shape[-1])
        rate = ctx.per_op(lambda op: -op.learning_rate * ctx.dt / n_pre)
        return Factors(pre, ctx.keep(error * rate))


try:
    from nengo.builder.learning_rules import SimRLS
except ImportError:  # older nengo has no RLS
    SimRLS = None
else:

    def _rls_operands(op):
        # nengo calls the inverse correlations an update, but each step starts from them
        reads = ref_of(op.pre_filtered), ref_of(op.error)
        return Operands(reads, (ref_of(op.inv_gamma),), ((ref_of(op.delta), "update"),))

    @lowers(
        SimRLS,
        merge_key=lambda op: (op.pre_filtered.shape, op.error.shape),
        operands=_rls_operands,
    )
    def lower_rls(ctx, pre, error, inverse):
        """
        RLS weight change, ``-outer(error, q)``, and ``P' = P - outer(P r, q)``.

        Here r are the activities, P the inverse of their correlations and q, the new
        P' r, is ``P r / (1 + r P r)``.

        pre: (minibatch, n_ops, n_pre); error: (minibatch, n_ops, n_error); inverse:
        (minibatch, n_ops, n_pre, n_pre).
        """
        product = ctx.keep(matrix_vector(ctx, inverse, pre))
        scale = 1.0 + tf.reduce_sum(pre * product, axis=-1, keepdims=True)
        new = ctx.keep(product / scale)
        delta = ctx.kernels.pes_delta(new, -error)
        return delta, inverse - ctx.kernels.pes_delta(new, product)
