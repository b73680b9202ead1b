# SPDX-License-Identifier: MIT
"""Errors and warnings about parameters in and out."""


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
