# SPDX-License-Identifier: MIT
"""Counting in XLA's program text."""

import pytest
import tensorflow as tf
from nengodl_benchmarks.measure import count_fusions

PROGRAM = """\
HloModule example, is_scheduled=true

%fused (p: f32[8]) -> f32[8] {
  %p = f32[8]{0} parameter(0)
  ROOT %sine = f32[8]{0} sine(%p)
}

%small.1_computation (q: f32[8]) -> f32[8] {
  %q = f32[8]{0} parameter(0)
  %fusion.7 = f32[8]{0} fusion(%q), kind=kLoop, calls=%fused
  ROOT %fusion.8 = f32[8]{0} fusion(%fusion.7), kind=kLoop, calls=%fused
}

%body.2 (t: (s32[], /*index=1*/f32[8])) -> (s32[], f32[8]) {
  %t = (s32[], /*index=1*/f32[8]{0}) parameter(0)
  %one = s32[] constant(1)
  %i = s32[] get-tuple-element(%t), index=0
  %x = f32[8]{0:T(256)} get-tuple-element(%t), index=1
  %next = s32[] add(%i, %one), metadata={op_name="while/fusion(add)"}
  %dot = f32[8]{0} dot(%x, %x), lhs_contracting_dims={0}
  %pair = (f32[8]{0}, f32[8]{0}) custom-call(%dot), custom_call_target="f"
  %half = f32[8]{0} get-tuple-element(%pair), index=0
  %y = f32[8]{0} call(%half), to_apply=%small.1_computation
  ROOT %out = (s32[], f32[8]{0}) tuple(%next, %y)
}

%inner_body (t: (s32[], f32[8])) -> (s32[], f32[8]) {
  %t = (s32[], f32[8]{0}) parameter(0)
  ROOT %copy = (s32[], f32[8]{0}) copy(%t)
}

ENTRY %main (a: f32[8]) -> f32[8] {
  %a = f32[8]{0} parameter(0)
  %before = f32[8]{0} fusion(%a), kind=kLoop, calls=%fused
  %w0 = (s32[], f32[8]{0}) while(%init), condition=%cond, body=%inner_body
  %w = (s32[], f32[8]{0}) while(%w0), condition=%cond, body=%body.2
  ROOT %r = f32[8]{0} get-tuple-element(%w), index=1
}
"""


def test_count_fusions_of_a_known_program():
    """The largest body counts, with the contents of its calls, without what is free."""
    counts = count_fusions(PROGRAM)
    assert counts.by_opcode == {"add": 1, "dot": 1, "custom-call": 1, "fusion": 2}
    assert counts.fusions == 2
    assert counts.instructions == 5


def test_program_without_a_loop_counts_nothing():
    """Fusions outside of loops are not counted."""
    assert count_fusions(PROGRAM.replace("body=", "other=")) == (0, 0, {})


@pytest.mark.skipif(
    tf.__version__.startswith("1."), reason="TensorFlow 1 does not show its HLO"
)
def test_count_fusions_of_what_tensorflow_compiles():
    """Each sine of a wide vector that is written out needs a fusion of its own."""

    def fusions(n_products):
        @tf.function(jit_compile=True)
        def run(x, matrix):
            def body(i, x):
                for _ in range(n_products):
                    x = tf.sin(tf.linalg.matvec(matrix, x))
                return i + 1, x

            return tf.while_loop(lambda i, x: i < 10, body, (0, x))

        arguments = tf.ones(16), tf.ones((16, 16))
        text = run.experimental_get_compiler_ir(*arguments)(stage="optimized_hlo")
        return count_fusions(text)

    one, three = fusions(1), fusions(3)
    assert three.by_opcode["dot"] - one.by_opcode["dot"] == 2
    assert three.fusions - one.fusions == 2
