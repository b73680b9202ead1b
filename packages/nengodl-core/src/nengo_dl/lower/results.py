# SPDX-License-Identifier: MIT
"""Check what a rule returned: TensorFlow would complain far from it, or not at all."""

from typing import Any, Sequence

import tensorflow as tf

from nengo_dl.errors import InvalidRuleResult


def check_results(action: Any, results: Sequence[Any], dtype: Any) -> None:
    """
    Check the results of a group's rule against what its operators write.

    Parameters
    ----------
    action : Compute
        The group.
    results : sequence of tf.Tensor
        What the rule returned.
    dtype : tf.DType
        Type of all floating point values.

    Raises
    ------
    InvalidRuleResult
        If their number, or the number of elements or the type of one of them, is wrong.
    """
    columns = list(zip(*[_targets(action.rule, op) for op in action.ops]))
    if len(results) != len(columns):
        raise InvalidRuleResult(
            action.ops, f"{len(columns)} tensors", f"{len(results)} values"
        )
    for number, (result, refs) in enumerate(zip(results, columns)):
        size = sum(ref.size for ref in refs)
        wanted = f"a tensor of {size} elements for each item as result {number}"
        if not hasattr(result, "shape") or not hasattr(result, "dtype"):
            raise InvalidRuleResult(action.ops, wanted, repr(result))
        shape = tf.TensorShape(result.shape)
        if shape[1:].is_fully_defined() and shape[1:].num_elements() != size:
            raise InvalidRuleResult(action.ops, wanted, f"one of shape {shape}")
        found = tf.as_dtype(result.dtype).base_dtype
        if refs[0].base.dtype.kind == "f" and found != dtype:
            raise InvalidRuleResult(
                action.ops, f"{wanted} in {dtype.name}", f"one in {found.name}"
            )


def _targets(rule, op):
    touched = rule.operands(op)
    return [ref for ref, _ in touched.writes] + list(touched.states)
