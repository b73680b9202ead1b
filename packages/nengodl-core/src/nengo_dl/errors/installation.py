# SPDX-License-Identifier: MIT
"""Errors and warnings about what is installed."""


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


class KernelsUnavailableWarning(RuntimeWarning):
    """Installed compiled kernels cannot be used, so that plain TensorFlow computes."""


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
