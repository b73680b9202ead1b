# SPDX-License-Identifier: MIT
"""Online learning rules."""

from nengo_dl.lower.registry import lowers

try:
    from nengo.builder.learning_rules import SimPES
except ImportError:  # nengo < 3 builds PES from products, which have rules of their own
    SimPES = None
else:

    @lowers(
        SimPES,
        merge_key=lambda op: (op.pre_filtered.shape, op.error.shape),
        deferred=True,
    )
    def lower_pes(ctx, pre, error):
        """
        PES weight change, ``-(learning_rate * dt / n_pre) * outer(error, pre)``.

        pre: (minibatch, n_ops, n_pre); error: (minibatch, n_ops, n_error).
        Returns delta: (minibatch, n_ops, n_error, n_pre).
        """
        n_pre = int(pre.shape[-1])
        rate = ctx.per_op(lambda op: -op.learning_rate * ctx.dt / n_pre)
        return ctx.kernels.pes_delta(pre, ctx.keep(error * rate))
