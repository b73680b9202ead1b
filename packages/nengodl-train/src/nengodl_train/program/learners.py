# SPDX-License-Identifier: MIT
"""Optimizers of the user's in one graph, each with one state, whatever it updates."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from nengo_dl.extend.training import OPTIMIZERS, interrupts_held, signal_names

from nengodl_train.optimizers import adapt
from nengodl_train.program.parameters import HomeParameters, SplitParameters
from nengodl_train.program.program import Learner
from nengodl_train.program.values import optimizer_values, signal_parts


class Kept(NamedTuple):
    """A learner, and the values by their names that its optimizer keeps."""

    learner: Learner
    values: Dict[str, Any]


class Owner:
    """
    A user's optimizer with its learners, of which the latest one has the present state.

    Parameters
    ----------
    user : object
        The optimizer.
    prefix : str
        Name of it in files.
    """

    def __init__(self, user: Any, prefix: str):
        self.user = user
        self.prefix = prefix
        self.kept: Dict[Tuple[int, ...], Kept] = {}
        self.latest: Optional[Kept] = None


class Learners:
    """
    The optimizers that are used in a graph.

    An optimizer is prepared for a list of variables. Where an objective has variables that
    the one before did not have, there is another learner, which takes over the state.

    Parameters
    ----------
    program : nengo_dl.runtime.Program
        The program of the simulator.
    model : nengo.builder.Model
        The built model.
    users : sequence of object, optional
        Optimizers that were used in the graph before, in the order of their use, by which
        they are named in files.
    """

    def __init__(self, program: Any, model: Any, users: Sequence[Any] = ()):
        self._program = program
        self._model = model
        self._owners: List[Owner] = []
        for user in users:
            self._owners.append(self._next(user))

    @property
    def users(self) -> List[Any]:
        """List of object: the users' optimizers, in the order of their use."""
        return [owner.user for owner in self._owners]

    def get(self, user: Any, others: Sequence[Any], names: Dict[int, str]) -> Learner:
        """
        Return what belongs to a user's optimizer, ready to be used.

        Parameters
        ----------
        user : object
            The optimizer.
        others : sequence of tf.Variable
            What it updates beside the parameters of the network.
        names : dict of int to str
            For the id of each of these variables its name in files.

        Returns
        -------
        Learner
            The optimizer with its variables.
        """
        owner = self._owner(user) or self._next(user)
        key = tuple(id(variable) for variable in others)
        if key not in owner.kept:
            owner.kept[key] = self._make(owner, list(others), names)
            if owner not in self._owners:
                self._owners.append(owner)  # not before: it may be no good
        kept = owner.kept[key]
        if kept is not owner.latest:
            with interrupts_held():
                self._hand_over(owner.latest, kept)
                owner.latest = kept
        return kept.learner

    def _owner(self, user):
        for owner in self._owners:
            if owner.user is user:
                return owner
        return None

    def _next(self, user):
        prefix = f"{OPTIMIZERS}{len(self._owners)}].{type(user).__name__}"
        return Owner(user, prefix)

    def _make(self, owner, others, names):
        optimizer = adapt(owner.user)
        with self._program.inside():
            learner = Learner(optimizer, self._homes(optimizer.elementwise), others)
            optimizer.prepare(learner.variables)
            self._program.sess.run(optimizer.initializer)
            parts = learner.homes.names + [{names[id(v)]: _elements(v)} for v in others]
            return Kept(learner, optimizer_values(owner.prefix, optimizer, parts))

    def _homes(self, elementwise):
        store = self._program.store
        names = signal_names(self._model, store.layout)
        masks = store.trainable()
        homes = {number: store.variables[number] for number in masks}
        parts = {number: signal_parts(store, names, number) for number in masks}
        kind = HomeParameters if elementwise else SplitParameters
        return kind(homes, masks, parts)

    def _hand_over(self, before, after):
        """Give values to a learner; what waits in a file for them comes after that."""
        sess, attached = self._program.sess, self._program.attached
        for name, value in after.values.items():
            if before is not None and name in before.values:
                value.load(sess, before.values[name].value(sess))
            attached.add(sess, name, value)


def _elements(variable):
    """Return the numbers of the elements of a variable, in its shape."""
    shape = variable.shape.as_list()
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape)
