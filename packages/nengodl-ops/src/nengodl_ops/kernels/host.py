# SPDX-License-Identifier: MIT
"""Calls of Python functions, inside programs that XLA compiles and outside."""

import ctypes
import itertools
import threading
import traceback
import weakref
from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengodl_ops.library import library_path, load

# What a graph keeps alive stands in this collection of it.
COLLECTION = "nengodl_ops_host_calls"
# What the kernel is told. When an exception escapes, ctypes says 0, so that is no success.
DONE, FAILED = 1, 2

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int64, ctypes.POINTER(ctypes.c_char), ctypes.c_int64
)


def host_call(
    function: Callable,
    inputs: Sequence[tf.Tensor],
    types: Sequence[tf.DType],
    shapes: Sequence[Tuple[int, ...]],
    after: Optional[tf.Tensor] = None,
) -> Tuple[List[tf.Tensor], tf.Tensor]:
    """
    Call a Python function of arrays each time the program gets there.

    Unlike `tf.numpy_function` it can be part of a program that XLA compiles.

    Parameters
    ----------
    function : callable
        From arrays to a sequence of array_like. The arrays it gets are the same ones at
        each call, with other values.
    inputs : sequence of tf.Tensor
        Its arguments, of fully known shapes; float32, float64, int32, int64 or bool.
    types : sequence of tf.DType
        Types of what it returns.
    shapes : sequence of tuple of int
        Shapes of what it returns.
    after : tf.Tensor, int32, shape (), optional
        The `done` of a call that comes first: XLA keeps no other order.

    Returns
    -------
    results : list of tf.Tensor
        What it returns.
    done : tf.Tensor, int32, shape ()
        Is there once it has been called.

    Raises
    ------
    ValueError
        If a shape is not fully known.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    An exception ends the program: TensorFlow's error has its text and traceback, with the
    name of the function. What a function returns in another shape ends it, too, or of a
    type that does not fit, like 0.5 for an integer. The function must not be called by two
    threads at once. It lives as long as the graph; in eager code only while it is called,
    and in a `tf.function` as long as the process.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> def double(x):
    ...     return [2 * x]
    >>> results, _ = nengodl_ops.host_call(double, [tf.ones(2)], [tf.float32], [(2,)])
    >>> print(results[0].numpy())
    [2. 2.]
    """
    inputs = [tf.convert_to_tensor(tensor) for tensor in inputs]
    call = _HostCall(function, inputs, types, shapes)
    if not tf.executing_eagerly():
        _keep(call)
    result = load().nengodl_host_call(
        number=tf.constant(call.number, tf.int64),
        after=tf.constant(0) if after is None else after,
        arguments=inputs,
        Tresults=[tf.as_dtype(kind) for kind in types],
        shapes=[()] + [tuple(shape) for shape in shapes],
    )
    return list(result.results), result.done


def _keep(call):
    """Let the outermost graph hold a call: those of functions are gone before."""
    with tf.init_scope():
        graph = tf.compat.v1.get_default_graph()
    graph.add_to_collection(COLLECTION, call)


class _HostCall:
    """A function, its number, and the arrays that the kernel copies to and from."""

    numbers = itertools.count(1)

    def __init__(self, function, inputs, types, shapes):
        self.function = function
        self.arguments = [_array(tensor.dtype, tensor.shape) for tensor in inputs]
        self.results = [_array(kind, shape) for kind, shape in zip(types, shapes)]
        self.number = next(self.numbers)
        calls = _Calls.get()
        calls.add(self)
        forget = weakref.finalize(self, calls.library.nengodl_host_forget, self.number)
        forget.atexit = False

    def run(self):
        """Call the function, and check what it returns."""
        returned = list(self.function(*self.arguments))
        if len(returned) != len(self.results):
            raise ValueError(
                f"expected {len(self.results)} results, received {len(returned)}"
            )
        for array, value in zip(self.results, returned):
            if value is not array:
                _store(array, np.asarray(value))


def _store(array, value):
    if value.shape != array.shape:
        raise ValueError(
            f"expected a result of shape {array.shape}, received one of {value.shape}"
        )
    # not array[...] = value, which makes integers of any numbers
    np.copyto(array, value, casting="same_kind")


def _array(kind, shape):
    shape = tf.TensorShape(shape)
    if not shape.is_fully_defined():
        raise ValueError(
            f"host_call: expected tensors of fully known shapes, received one of {shape}"
        )
    return np.zeros(shape.as_list(), tf.as_dtype(kind).as_numpy_dtype)


class _Calls:
    """All calls of the process by number, and the way from the library to them."""

    _lock = threading.Lock()
    _instance: Optional["_Calls"] = None

    def __init__(self):
        load()
        self.library = ctypes.CDLL(str(library_path()))
        self.library.nengodl_host_forget.argtypes = [ctypes.c_int64]
        self._by_number: Any = weakref.WeakValueDictionary()
        # held here, as ctypes frees a callback that nobody holds
        self._callback = _Callback(self._call)
        self.library.nengodl_host_callback(self._callback)

    @classmethod
    def get(cls):
        """Return the only one, made when it is needed first."""
        with cls._lock:
            if cls._instance is None:
                cls._instance = cls()
            return cls._instance

    def add(self, call):
        """Tell the library where the arrays of a call are."""
        self._by_number[call.number] = call
        self.library.nengodl_host_register(
            ctypes.c_int64(call.number),
            *_pointers(call.arguments),
            *_pointers(call.results),
        )

    def _call(self, number, message, capacity):
        # nothing may come out: ctypes would print it and go on
        try:
            call = self._by_number[number]
        except KeyError:
            return _write("the Python function is gone", message, capacity)
        try:
            call.run()
            return DONE
        except BaseException as error:
            return _write(_explain(call.function, error), message, capacity)


def _explain(function, error):
    """Text for TensorFlow's error, whatever the function and the exception are like."""
    kind = type(error)
    try:
        name = getattr(function, "__qualname__", None) or repr(function)
        lines = traceback.format_exception_only(kind, error)
        lines += traceback.format_exception(kind, error, error.__traceback__)
        return f"Python function {name}: " + "".join(lines)
    except BaseException:
        return f"Python function: {kind.__name__}, of which no text can be made"


def _write(text, message, capacity):
    # a letter cut in half is no text, for which TensorFlow 1.14 ends the process
    encoded = text.encode("utf-8", "replace")[: capacity - 1]
    encoded = encoded.decode("utf-8", "ignore").encode("utf-8") + b"\0"
    ctypes.memmove(message, encoded, len(encoded))
    return FAILED


def _pointers(arrays):
    count = len(arrays)
    return (
        ctypes.c_int64(count),
        (ctypes.c_void_p * count)(*[array.ctypes.data for array in arrays]),
        (ctypes.c_int64 * count)(*[array.nbytes for array in arrays]),
    )
