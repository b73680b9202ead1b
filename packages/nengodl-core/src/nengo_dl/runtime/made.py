# SPDX-License-Identifier: MIT
"""Variables that functions of probes make: objectives, and what `run_batch` computes."""

import contextlib
from typing import Any, Dict, Iterator, List, Sequence

import tensorflow as tf

from nengo_dl.compat.tensorflow import v1
from nengo_dl.runtime.functions import Variable
from nengo_dl.runtime.variables import Variables
from nengo_dl.utils import function_name


class MadeVariable(Variable):
    """
    A variable that is set back with the parameters.

    Parameters
    ----------
    variable : tf.Variable
        The variable, initialized.
    sess : tf.compat.v1.Session
        Has its initial value.
    """

    def __init__(self, variable: Any, sess: Any):
        super().__init__(variable)
        self._initial = self.value(sess)

    def load_initial(self, sess: Any) -> None:
        """Set it to the value that it had first; an initializer may be a random one."""
        self.load(sess, self._initial)


class OutputVariables:
    """
    The variables of functions of probes in one graph.

    A function for the same probes has the same variables wherever it is used: a loss that
    is computed is the one that is trained. They are attached to the program, which saves
    them with the parameters.

    Parameters
    ----------
    program : Program
        The program.

    Attributes
    ----------
    names : dict of int to str
        For the id of each of these variables its name in files.
    """

    def __init__(self, program: Any):
        self._program = program
        self._variables = Variables()
        # keeps functions alive, so that no other one gets the id of one of them
        self._outputs: Dict[Any, Any] = {}
        self.names: Dict[int, str] = {}

    @contextlib.contextmanager
    def of(self, output: Any) -> Iterator[None]:
        """
        Make variables, or hand out those that were made before.

        Parameters
        ----------
        output : Output
            Whose function is called inside the ``with`` block.
        """
        self._outputs[_key(output)] = output
        with self._variables.of(_key(output)):
            yield

    def made_by(self, output: Any) -> List[tf.Variable]:
        """List the variables of a function, which may be None."""
        return self._variables.made_by(_key(output))

    def keep(self, outputs: Sequence[Any]) -> None:
        """
        Initialize variables that are new, and attach them to the program.

        Parameters
        ----------
        outputs : sequence of Output
            Whose functions were called.
        """
        sess, attached = self._program.sess, self._program.attached
        for output in outputs:
            made = self.made_by(output)
            new = [v for v in made if id(v) not in self.names]
            if new:
                sess.run(v1.variables_initializer(new))
                prefix = self._prefix(output)
            for variable in new:
                name = f"{prefix}/variables[{made.index(variable)}]"
                self.names[id(variable)] = name
                attached.add(sess, name, MadeVariable(variable, sess))

    def _prefix(self, output):
        """Name a function; functions of one name are numbered in the order of their use."""
        taken = {name.rpartition("/")[0] for name in self.names.values()}
        prefix = name = f"outputs/{function_name(output.function)}"
        number = 0
        while name in taken:
            number += 1
            name = f"{prefix}_{number}"
        return name


def _key(output):
    """Tell functions apart, with what they are for."""
    return (identity(output.function),) + tuple(id(probe) for probe in output.probes)


def identity(function: Any) -> Any:
    """
    Tell functions apart: equal ones, such as a method that is taken twice, are the same.

    Parameters
    ----------
    function : callable or None
        The function.

    Returns
    -------
    object
        Something that can be hashed; not every callable object can.
    """
    try:
        hash(function)
    except TypeError:
        return id(function)
    return function
