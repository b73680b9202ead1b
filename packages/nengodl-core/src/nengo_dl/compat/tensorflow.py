# SPDX-License-Identifier: MIT
"""What differs between TensorFlow 1.14 and 2.21, behind one name each."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterable, List, Optional, Sequence

import tensorflow as tf

v1 = tf.compat.v1


def _jit_option():
    """Name of tf.function's option for XLA, None before it had one."""
    names = inspect.signature(tf.function).parameters
    for name in ("jit_compile", "experimental_compile"):
        if name in names:
            return name
    return None


# Largest TensorArray to write to under XLA, None for any. XLA of TensorFlow 1 writes a row
# by adding to it in place, has several threads do that where the array has 512 KiB or more,
# and each of them adds the whole row: values come out doubled.
ARRAY_BYTES = (1 << 18) if _jit_option() is None else None


# Operations that draw from generators of their own, which XLA seeds as it likes.
RANDOM = {
    "Multinomial",
    "ParameterizedTruncatedNormal",
    "RandomGamma",
    "RandomPoisson",
    "RandomPoissonV2",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "TruncatedNormal",
}

# Operations that call functions which may draw: tf.function, TensorFlow 2's control flow.
CALLS = {"Case", "If", "PartitionedCall", "StatefulPartitionedCall", "While"}


def find_random(operations: Iterable[tf.Operation]) -> List[str]:
    """
    Find operations that draw random numbers, themselves or in functions that they call.

    Parameters
    ----------
    operations : iterable of tf.Operation
        Operations of one graph.

    Returns
    -------
    list of str
        Names of those that draw, sorted.
    """
    found, calling = set(), []
    for op in operations:
        if op.type in RANDOM:
            found.add(op.name)
        elif op.type in CALLS:
            calling.append(op)
    if calling:
        drawing = _drawing_functions(calling[0].graph)
        found.update(op.name for op in calling if _called(op.node_def) & drawing)
    return sorted(found)


def _drawing_functions(graph):
    """Names of a graph's functions that draw random numbers."""
    functions = {f.signature.name: f for f in graph.as_graph_def().library.function}
    calls = {
        name: {called for node in function.node_def for called in _called(node)}
        for name, function in functions.items()
    }
    drawing = {
        name
        for name, function in functions.items()
        if any(node.op in RANDOM for node in function.node_def)
    }
    while True:
        callers = {name for name, called in calls.items() if called & drawing}
        if callers <= drawing:
            return drawing
        drawing |= callers


def _called(node):
    """Names of the functions that a node calls."""
    names = {attr.func.name for attr in node.attr.values() if attr.HasField("func")}
    return names | {f.name for attr in node.attr.values() for f in attr.list.func}


# While TensorFlow 1.14 compiles, it replaces a function such that summaries are empty, and
# puts it back. Of two threads at once, one puts back what the other has put there, and all
# later summaries of the process are empty.
_COMPILING = threading.RLock()


def compile_with_xla(
    function: Callable, inputs: Sequence[tf.Tensor]
) -> List[tf.Tensor]:
    """
    Call a function of tensors as one program compiled by XLA.

    Parameters
    ----------
    function : callable
        Takes the inputs and returns a list of tensors.
    inputs : sequence of tf.Tensor
        Arguments.

    Returns
    -------
    list of tf.Tensor
        The results, in the graph that is current.
    """
    option = _jit_option()
    if option is None:
        with _COMPILING:
            results = tf.xla.experimental.compile(function, list(inputs))
        # an operation, if the function returns nothing
        return [] if isinstance(results, tf.Operation) else list(results)
    compiled = tf.function(function, autograph=False, **{option: True})
    return list(compiled(*inputs))


def xla_text(function: Callable, inputs: Sequence[tf.Tensor]) -> Optional[str]:
    """
    Compile a function with XLA and return the optimised program.

    Parameters
    ----------
    function : callable
        Takes tensors and returns a list of them.
    inputs : sequence of tf.Tensor
        Arguments, of which only shapes and types matter.

    Returns
    -------
    str or None
        XLA's text; None where TensorFlow does not give it out (before 2.11, or in a
        process that has switched eager execution off).
    """
    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in inputs]

    def compile_eagerly():
        if _jit_option() is None or not tf.executing_eagerly():
            return None
        compiled = tf.function(function, autograph=False, jit_compile=True)
        return compiled.experimental_get_compiler_ir(*specs)(stage="optimized_hlo")

    # Only eager code gets the text, and a new thread is not inside anybody's graph.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(compile_eagerly).result()


def gpu_available() -> bool:
    """
    Ask TensorFlow whether it sees a GPU, without setting one up.

    Returns
    -------
    bool
        True if there is one that this TensorFlow can use.
    """
    config = getattr(tf, "config", None)
    for owner in (config, getattr(config, "experimental", None)):
        lister = getattr(owner, "list_physical_devices", None)
        if lister is not None:
            return bool(lister("GPU"))
    return bool(v1.test.is_gpu_available())


def runs_on_gpu(device: Optional[str]) -> bool:
    """
    Say whether a program may be placed on a GPU.

    Parameters
    ----------
    device : str or None
        The device that is asked for; None leaves it to TensorFlow, which takes a GPU if
        there is one.

    Returns
    -------
    bool
        False if it runs on the CPU.
    """
    return gpu_available() if device is None else "cpu" not in device.lower()


def session_config(options: Any) -> Any:
    """
    Make a session's configuration from dotted field names.

    Parameters
    ----------
    options : mapping of str to object
        For example ``{"gpu_options.allow_growth": True}``.

    Returns
    -------
    tf.compat.v1.ConfigProto
        The configuration.

    Raises
    ------
    AttributeError
        If a field does not exist; names it.
    TypeError
        If a field does not take its value; names the field.
    """
    config = v1.ConfigProto()
    if _jit_option() is None:
        # XLA of TensorFlow 1 has no kernels for the compositions that these optimisers
        # make, such as log1p(1 / x) and matrix products with a bias
        rewrite = config.graph_options.rewrite_options
        rewrite.arithmetic_optimization = rewrite.OFF
        rewrite.remapping = rewrite.OFF
    for name, value in options.items():
        owner = config
        *path, last = name.split(".")
        for part in path:
            owner = getattr(owner, part, None)
        if last not in _fields(owner):
            raise AttributeError(f"session_config: ConfigProto has no field {name!r}")
        try:
            _set_field(owner, last, value)
        except (AttributeError, TypeError, ValueError) as error:
            raise TypeError(
                f"session_config: the field {name!r} of ConfigProto does not take the"
                f" value {value!r}: {error}"
            ) from None
    return config


def _fields(message):
    """Names of the fields of a message, none for anything else."""
    descriptor = getattr(message, "DESCRIPTOR", None)
    return getattr(descriptor, "fields_by_name", ())


def _set_field(message, name, value):
    field = getattr(message, name)
    if hasattr(field, "extend"):
        del field[:]
        field.extend(value)
    else:
        setattr(message, name, value)
