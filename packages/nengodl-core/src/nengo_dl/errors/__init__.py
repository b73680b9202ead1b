# SPDX-License-Identifier: MIT
"""
Exceptions and warnings of this package.

Each one also is the Nengo or built-in class that a caller would look for, so nobody has
to import this module to catch them; the warnings have classes of their own so that one
of them can be silenced alone.
"""

from nengo_dl.errors.construction import (
    NoGPUWarning,
    NothingTrainableWarning,
    TrainedByRuleWarning,
    UnavailableError,
)
from nengo_dl.errors.functions import (
    ChangedVariablesError,
    HostFunctionError,
    NodeOutputError,
)
from nengo_dl.errors.installation import (
    KernelsUnavailableWarning,
    MissingPackageError,
    MissingTensorFlowError,
    PackageConflictError,
    UnknownKernelError,
    UnsupportedNengoError,
    UntestedNengoWarning,
)
from nengo_dl.errors.lowering import (
    CompilationError,
    DuplicateRuleError,
    InvalidCopy,
    InvalidRule,
    InvalidRuleResult,
    LoweringError,
)
from nengo_dl.errors.parameters import (
    NoParametersError,
    ParameterFileError,
    ParameterMismatchError,
    TransferError,
)
from nengo_dl.errors.planning import (
    DependencyCycle,
    InvalidPlan,
    InvalidRewrite,
)
from nengo_dl.errors.running import (
    DataError,
    InitialValuesWarning,
    NoStepsWarning,
    OpenSimulatorWarning,
    RenamedArgumentWarning,
    UnevenMinibatchWarning,
    UnevenTruncationWarning,
    UnevenUnrollWarning,
)
from nengo_dl.errors.transforms import (
    ChannelsFirstWarning,
    ConvolutionRankError,
    InvalidSparseMatrix,
    KernelsPerItemError,
)

__all__ = [
    "ChangedVariablesError",
    "ChannelsFirstWarning",
    "CompilationError",
    "ConvolutionRankError",
    "DataError",
    "DependencyCycle",
    "DuplicateRuleError",
    "HostFunctionError",
    "InitialValuesWarning",
    "InvalidCopy",
    "InvalidPlan",
    "InvalidRewrite",
    "InvalidRule",
    "InvalidRuleResult",
    "InvalidSparseMatrix",
    "KernelsPerItemError",
    "KernelsUnavailableWarning",
    "LoweringError",
    "MissingPackageError",
    "MissingTensorFlowError",
    "NoGPUWarning",
    "NoParametersError",
    "NoStepsWarning",
    "NodeOutputError",
    "NothingTrainableWarning",
    "OpenSimulatorWarning",
    "PackageConflictError",
    "ParameterFileError",
    "ParameterMismatchError",
    "RenamedArgumentWarning",
    "TrainedByRuleWarning",
    "TransferError",
    "UnavailableError",
    "UnevenMinibatchWarning",
    "UnevenTruncationWarning",
    "UnevenUnrollWarning",
    "UnknownKernelError",
    "UnsupportedNengoError",
    "UntestedNengoWarning",
]
