# SPDX-License-Identifier: MIT
"""
Exceptions and warnings of this package.

Each one also is the Nengo or built-in class that a caller would look for, so nobody has
to import this module to catch them; the warnings have classes of their own so that one
of them can be silenced alone.
"""

from nengo.exceptions import BuildError, SimulationError, ValidationError

# -- installation


class PackageConflictError(ImportError):
    """Two installed distributions own the import name ``nengo_dl``."""


class MissingTensorFlowError(ImportError):
    """No flavour of TensorFlow is installed."""


class MissingPackageError(ImportError):
    """
    An optional wheel is needed and not installed, or too old to have what is needed.

    Parameters
    ----------
    purpose : str
        What was asked for, as the subject of the message.
    distribution : str
        The wheel that has it.
    module : str
        The module that was looked for.
    """

    def __init__(self, purpose, distribution, module):
        super().__init__(
            f"{purpose} needs the package {distribution}, which is missing or has no"
            f" {module}. Install it with 'pip install --upgrade {distribution}'.",
            name=module,
        )


class UnsupportedNengoError(ValueError):
    """The installed Nengo is too old."""


class UntestedNengoWarning(UserWarning):
    """The installed Nengo is newer than any that was tested."""


class UnknownKernelError(ValueError):
    """
    An installed wheel offers compiled code that this version has no use for.

    Parameters
    ----------
    wheel : str
        Name of the entry point.
    unknown : iterable of str
        The names it offers.
    """

    def __init__(self, wheel, unknown):
        super().__init__(
            f"The compiled kernels {wheel!r} offer {', '.join(sorted(unknown))}, which"
            " this nengodl-core does not know. Upgrade both: pip install --upgrade"
            " nengodl-core nengodl-ops"
        )


# -- construction


class NoGPUWarning(UserWarning):
    """TensorFlow may choose the device, and sees no GPU."""


class NothingTrainableWarning(UserWarning):
    """A model without a top-level network has no settings and no trainable parameters."""


class TrainedByRuleWarning(UserWarning):
    """A learning rule changes a parameter that is explicitly trainable, too."""


class UnavailableError(NotImplementedError):
    """Something the public interface has a place for is not there in this release."""


# -- planning


class DependencyCycle(BuildError):
    """
    Operators that wait for each other, so that no order of them exists.

    Parameters
    ----------
    operators : sequence of nengo.builder.Operator
        The cycle: each operator depends on the one before it, the first on the last.
    """

    def __init__(self, operators):
        self.operators = tuple(operators)
        chain = "\n".join(f"  {op}" for op in self.operators)
        super().__init__(
            f"Operators must be executable one after the other, but these"
            f" {len(self.operators)} wait for each other in a cycle (each for the one"
            f" above it, the first for the last):\n{chain}\nBreak the cycle with a"
            " delay of one time step: give one of the connections involved `synapse=0`"
            " (or another synapse) instead of `synapse=None`."
        )


class InvalidRewrite(BuildError):
    """
    A simplification that does not give operators back.

    Parameters
    ----------
    rewrite : callable
        The simplification.
    result : object
        What it returned.
    """

    def __init__(self, rewrite, result):
        super().__init__(
            f"A simplification must return a list of operators, but {rewrite!r} returned"
            f" {result!r}. Correct what is given to"
            " configure_settings(simplifications=...)."
        )


class InvalidPlan(BuildError):
    """
    A plan that cannot be executed group after group.

    Parameters
    ----------
    expected : str
        The rule of plans that is broken.
    received : str
        What the plan holds instead.
    """

    def __init__(self, expected, received):
        super().__init__(
            f"Invalid plan: {expected}, but {received}. Correct the planner given to"
            " `configure_settings(planner=...)`, or use the default one."
        )


# -- running


class DataError(ValidationError):
    """
    The `data` handed to a simulator does not fit it.

    Parameters
    ----------
    message : str
        What was expected and what was received.
    attr : str, optional
        The argument at fault.
    """

    def __init__(self, message, attr="data"):
        super().__init__(message, attr=attr)


class UnevenMinibatchWarning(UserWarning):
    """Items that do not fill a minibatch are left out."""


class UnevenTruncationWarning(UserWarning):
    """The last piece of each minibatch is shorter than the others."""


class NoStepsWarning(UserWarning):
    """A run was too short for one step."""


class UnevenUnrollWarning(RuntimeWarning):
    """More steps are executed than asked for, because steps are unrolled."""


class RenamedArgumentWarning(UserWarning, DeprecationWarning):
    """An argument was given under a name that it had in an earlier release."""


class InitialValuesWarning(UserWarning):
    """Parameters are read after closing, so their values are those after the build."""


class OpenSimulatorWarning(RuntimeWarning):
    """A simulator was deallocated while open."""


# -- parameters in and out


class ParameterFileError(ValueError):
    """A file of parameters is missing, incomplete, or of another kind."""


class NoParametersError(ValueError):
    """Nothing was selected to be saved or loaded."""


class ParameterMismatchError(ValueError):
    """
    A file of parameters does not fit the simulator.

    Parameters
    ----------
    path : str
        The file.
    expected : str
        What the simulator has.
    found : str
        What the file has instead.
    advice : str
        What to do.
    """

    def __init__(self, path, expected, found, advice):
        super().__init__(
            f"The parameters in {path!r} do not fit this simulator, so nothing was"
            f" loaded: expected {expected}, found {found}. {advice}"
        )


class TransferError(ValueError):
    """
    Live parameters cannot be written into an object of the network.

    Parameters
    ----------
    obj : object
        The object.
    reason : str
        What was expected of it, and what to do.
    """

    def __init__(self, obj, reason):
        super().__init__(f"The parameters of {obj} cannot be transferred: {reason}.")


# -- lowering


class DuplicateRuleError(BuildError):
    """A second lowering rule is registered for one operator type."""

    def __init__(self, kind):
        super().__init__(
            f"There is a lowering rule for {kind.__name__} already. Each operator type has"
            " one rule; derive a new operator class to compute it differently."
        )


class LoweringError(BuildError):
    """
    No lowering rule is registered for what an operator computes.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.
    inner : object, optional
        The neuron type or process that the operator runs, if that is what is unknown.
    origin : object, optional
        The object of the network that the operator was built for; by default its tag or
        the names of its signals.
    """

    def __init__(self, op, inner=None, origin=None):
        self.op = op
        self.inner = inner
        name = type(op).__name__
        signals = list(op.sets) + list(op.incs) + list(op.updates) or list(op.reads)
        origin = origin or op.tag or ", ".join(str(sig.name) for sig in signals)
        what = f"{inner} of type {type(inner).__name__}, run by " if inner else ""
        super().__init__(
            f"No lowering rule for {what}operator {op} of type {name}, built for"
            f" {origin or 'an unknown object'}.\nLeave that object out, or write a rule and"
            " decorate it with @nengo_dl.extend.lowers; known operator types are listed"
            " by nengo_dl.extend.lowered_types()."
        )


class InvalidSparseMatrix(BuildError):
    """
    A sparse matrix with an entry outside of it.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal that holds the matrix.
    axis : int
        Axis of the index that is wrong.
    index : int
        The index.
    """

    def __init__(self, signal, axis, index):
        length = signal.shape[axis]
        super().__init__(
            f"{('Row', 'Column')[axis]} indices of the sparse matrix {signal.name} must be"
            f" 0 to {length - 1}, but one of them is {index}. Correct the indices of the"
            " transform."
        )


class ConvolutionRankError(NotImplementedError):
    """
    A convolution has more spatial dimensions than can be computed.

    Parameters
    ----------
    conv : nengo.transforms.Transform
        The convolution.
    limit : int
        The largest number of dimensions.
    """

    def __init__(self, conv, limit):
        super().__init__(
            f"A convolution may have 1 to {limit} spatial dimensions, but {conv} has"
            f" {conv.dimensions}. Merge some of them, or use a dense or sparse transform."
        )


class KernelsPerItemError(NotImplementedError):
    """
    An operator changes the kernel of a convolution, for each item in another way.

    Parameters
    ----------
    op : nengo.builder.Operator
        The convolution's operator.
    """

    def __init__(self, op):
        super().__init__(
            f"All items of a minibatch must share the kernel of a convolution, but {op}"
            f" has one for each item, because an operator writes {op.W}. Leave the"
            " learning rule of that connection out, or use a dense transform."
        )


class ChannelsFirstWarning(UserWarning):
    """
    The input of a convolution has channels first, and is transposed in each step.

    Parameters
    ----------
    conv : nengo.transforms.Transform
        The convolution.
    """

    def __init__(self, conv):
        super().__init__(
            f"{conv} has channels_last=False: its input and output are transposed in each"
            " step, which takes time. The result is the same; put channels last if you"
            " can."
        )


class InvalidCopy(BuildError):
    """
    A Copy that NumPy could not carry out, or not in one way only.

    Parameters
    ----------
    op : nengo.builder.operator.Copy
        The operator.
    expected : str
        What it needs.
    received : str
        What it has instead.
    advice : str
        What to do, without a full stop.
    """

    def __init__(self, op, expected, received, advice):
        super().__init__(
            f"{op} needs {expected}, but has {received}. {advice} where the Copy is"
            f" made{f', for {op.tag}' if op.tag else ''}."
        )


# -- host functions


class NodeOutputError(SimulationError):
    """A function that runs on the host returned something that is no signal value."""

    def __init__(self, name, time, value, expected):
        super().__init__(
            f"Function {name!r} must return {expected} but returned {value!r} at"
            f" t={time:g} s. Correct the function, or guard the values that it divides by."
        )


class HostFunctionError(SimulationError):
    """
    A function that the host runs inside the loop raised an exception.

    Parameters
    ----------
    name : str
        Name of the function, or what runs it.
    time : float
        Simulated time, in seconds.
    cause : Exception
        What it raised.
    """

    def __init__(self, name, time, cause):
        self.cause = cause
        super().__init__(
            f"Function {name!r} raised {type(cause).__name__} at t={time:g} s: {cause}\n"
            "The simulation stands where it was before the block of steps that failed;"
            " correct the function, and run again."
        )


class CompilationError(BuildError):
    """
    XLA was asked for, and cannot compile an operator.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.
    origin : object
        The object of the network that it was built for.
    """

    def __init__(self, op, origin):
        super().__init__(
            f"jit_compile=True asks for XLA, which cannot compile operator {op}, built for"
            f" {origin or 'an unknown object'}: it calls Python in each step. Use"
            ' configure_settings(jit_compile="auto"), or replace that object.'
        )


class ChangedVariablesError(BuildError):
    """
    A function of a TensorNode makes other variables when it is called again.

    Parameters
    ----------
    op : nengo.builder.Operator
        The node's operator.
    n_made : int
        Number of variables that the first call made.
    """

    def __init__(self, op, n_made):
        super().__init__(
            f"The function of {op.node} made {n_made} variables at its first call, and more"
            " at a later one. It is called once for each unrolled step, and has to make the"
            " same variables in the same order each time; make them in `pre_build` instead."
        )
