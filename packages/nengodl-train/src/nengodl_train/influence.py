# SPDX-License-Identifier: MIT
"""Which parameters can influence an objective, and what keeps gradients from them.

A gradient that is zero may be a coincidence, and several parameters lie in one variable:
what cannot be trained is found among the operators, before anything runs.
"""

import warnings
from typing import Any, Collection, Dict, Iterable, List, Sequence, Set, Tuple

from nengo.exceptions import ValidationError
from nengo_dl.extend.training import signal_names

from nengodl_train.errors import NoGradientWarning

SHOWN = 10


class Influence:
    """
    Ways from parameters to the probes of an objective, through the operators of a network.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    probes : sequence of Probe
        The probes.

    Attributes
    ----------
    parameters : dict of str to nengo.builder.Signal
        What is trained in the network, by name. Variables of TensorNodes are no
        signals, and the entries of sparse matrices not known to nengo: what is
        computed with them stands for them.
    untrained : list of str
        Names of those from which only Python, or nothing, leads to the probes.
    """

    def __init__(self, sim: Any, probes: Sequence[Any]):
        program = sim.program
        operators = [op for group in program.plan for op in group]
        hosted = set(program.host.inner.operators)
        probed = [sim.model.sig[probe]["in"] for probe in probes]
        self.parameters = dict(_parameters(sim))
        behind = follow(operators, self.parameters.values())
        before = follow(operators, probed, backwards=True)
        self._obstacles = [
            op
            for op in operators
            if op in hosted
            and behind.intersection(_bases(op.reads))
            and before.intersection(_bases(written(op)))
        ]
        smooth = [op for op in operators if op not in hosted]
        reaching = follow(smooth, probed, backwards=True)
        self.untrained = [
            name
            for name, signal in self.parameters.items()
            if signal.base not in reaching
        ]

    def require(self, variables: Collection[Any]) -> None:
        """
        Check that there is something to train.

        Parameters
        ----------
        variables : collection of tf.Variable
            Variables of the objective itself that are trained.

        Raises
        ------
        ValidationError
            If there is nothing.
        """
        if variables or len(self.untrained) < len(self.parameters):
            return
        if self.parameters:
            raise ValidationError(
                "nothing can be optimized: from no trainable parameter"
                f" ({shown(self.untrained)}) does a way lead to its probes that has a"
                " gradient. Choose other probes, or see configure_settings(trainable=...)",
                attr="objective",
            )
        raise ValidationError(
            "nothing can be optimized: no parameter of this network is trainable. See"
            " configure_settings(trainable=...)",
            attr="trainable",
        )

    def warn_of_obstacles(self) -> None:
        """Warn of Python between parameters and probes."""
        for op in self._obstacles:
            warnings.warn(
                f"{op} calls Python, which has no gradient: the objective does not train"
                " what lies in front of it.",
                NoGradientWarning,
                stacklevel=5,
            )

    def warn_of_untrained(self, more: Iterable[str] = ()) -> None:
        """
        Warn of parameters that are not trained.

        Parameters
        ----------
        more : iterable of str, optional
            Names of others of which that is known.
        """
        names = list(dict.fromkeys([*self.untrained, *more]))
        if names:
            warnings.warn(
                "These parameters have no influence on the objective that has a gradient,"
                f" and are not trained: {shown(names)}. Set them to be not trainable, or"
                " check what lies between.",
                NoGradientWarning,
                stacklevel=8,
            )


def follow(
    operators: Sequence[Any], signals: Iterable[Any], backwards: bool = False
) -> Set[Any]:
    """
    Find what signals influence, in the same step or a later one.

    Parameters
    ----------
    operators : sequence of nengo.builder.Operator
        What computes signals.
    signals : iterable of nengo.builder.Signal
        Where to start.
    backwards : bool, optional
        Whether to find what influences them instead.

    Returns
    -------
    set of nengo.builder.Signal
        Base signals, those of `signals` among them.
    """
    links: Dict[Any, Set[Any]] = {}
    for op in operators:
        ends = [_bases(op.reads), _bases(written(op))]
        begin, end = reversed(ends) if backwards else ends
        for base in begin:
            links.setdefault(base, set()).update(end)
    found: Set[Any] = set()
    todo = _bases(signals)
    while todo:
        base = todo.pop()
        found.add(base)
        todo |= links.get(base, set()) - found
    return found


def _bases(signals):
    return {signal.base for signal in signals}


def written(op: Any) -> List[Any]:
    """List the signals that an operator writes."""
    return [*op.sets, *op.incs, *op.updates]


def _parameters(sim) -> Iterable[Tuple[str, Any]]:
    store, functions = sim.program.store, sim.program.functions
    names = signal_names(sim.model, store.layout)
    for number in store.trainable():
        for base in store.layout.homes[number].bases:
            if getattr(base, "trainable", False):
                yield names[base], _known(base, store.layout.users.get(base))
    known = {id(handle.variable): name for name, handle in functions.named.items()}
    for op in functions.operators:
        for variable in functions.variables.made_by(op):
            if variable.trainable:
                yield known[id(variable)], op.output


def _known(base, user):
    """Return a parameter; if a rule made it for an operator, what that writes."""
    if user is None or base in _bases(user.op.reads):
        return base
    return written(user.op)[0]


def shown(names: Sequence[str]) -> str:
    """Write names down, but not too many."""
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
