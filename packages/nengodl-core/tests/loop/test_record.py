# SPDX-License-Identifier: MIT
"""Rows that a loop writes."""

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, v1
from nengo_dl.loop.record import Record


def recorded(n_rows, shape, n_steps, jit=True, dtype=tf.float32):
    """What a loop recorded that counts up, times the position in the row."""
    size = int(np.prod(shape))
    with tf.Graph().as_default(), v1.Session() as sess:
        record = Record(n_rows, shape, dtype)
        given = v1.placeholder(dtype, shape)

        def program(given):
            def body(i, *arrays):
                value = tf.cast(i, dtype) * given
                return [i + 1] + record.write(list(arrays), i, value)

            variables = [tf.constant(0)] + record.start()
            loop = tf.while_loop(lambda i, *_: i < n_steps, body, variables)
            return [record.finish(list(loop[1:]))]

        result = compile_with_xla(program, [given]) if jit else program(given)
        ones = np.arange(size).reshape(shape)
        return record, sess.run(result[0], {given: ones})


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("limit", [None, 1 << 20, 64, 1])
@pytest.mark.parametrize("shape", [(1, 3), (2, 5), (3, 2, 2), (1,), (2, 0)])
def test_rows_come_out_as_they_went_in(monkeypatch, jit, limit, shape):
    """In one array or in several; rows behind the last step are zeros."""
    monkeypatch.setattr("nengo_dl.loop.record.ARRAY_BYTES", limit)
    record, found = recorded(8, shape, 5, jit)
    row = np.arange(np.prod(shape)).reshape(shape)
    expected = np.zeros((8,) + shape)
    for i in range(5):
        expected[i] = i * row
    np.testing.assert_array_equal(found, expected)
    elements = np.prod(shape)
    if limit in (None, 1 << 20):
        assert record.n_arrays == 1
    elif elements:
        per_array = max(1, limit // (8 * 4))
        assert record.n_arrays == -(-elements // per_array)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("size", [20, 150])
def test_large_records_are_right(dtype, size):
    """Where XLA uses several threads to write, each element is written, once."""
    _, found = recorded(1000, (7, size), 1000, dtype=dtype)
    row = np.arange(7 * size).reshape((7, size))
    np.testing.assert_array_equal(found, np.arange(1000)[:, None, None] * row)
