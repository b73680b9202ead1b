# SPDX-License-Identifier: MIT
"""Which parameters of a network may be trained."""

import warnings
from collections.abc import Mapping

from nengo import Connection, Network
from nengo.ensemble import Neurons

from nengo_dl.config.settings import get_setting
from nengo_dl.errors import TrainedByRuleWarning


def trainable_for(model, obj):
    """
    Whether an object's parameters may be trained.

    Parameters
    ----------
    model : Model
        Built model.
    obj : Ensemble, Neurons, Connection or Network
        An ensemble stands for its encoders, neurons for their biases, a connection for
        its weights. To ask for many objects, use one `Trainability`.

    Returns
    -------
    bool
        Whether they may.
    """
    return Trainability(model)(obj)


class Trainability:
    """
    Look-up of what may be trained, by the configuration of the top-level network.

    The first of these that is set decides: the object itself; the nearest network around it
    that has a value; its class; for neurons, their ensemble. Else it is trainable.

    Parameters
    ----------
    model : Model
        Built model.
    """

    def __init__(self, model):
        self._network = model.toplevel
        self._parents = {}
        self._targets = set()
        if self._network is not None:
            self._walk(self._network)
        self._inference_only = get_setting(model, "inference_only", False)

    def __call__(self, obj):
        """Whether the parameters of `obj` may be trained."""
        # connections of probes are in no network
        hidden = isinstance(obj, Connection) and obj not in self._parents
        if self._network is None or self._inference_only or hidden:
            return False
        if obj in self._targets:
            return self._target(obj)
        return self._lookup(obj)

    def _lookup(self, obj):
        own = self._own(obj)
        inherited = self._inherited(obj) if own is None else own
        if inherited is not None:
            return inherited
        if isinstance(obj, Neurons) and not self._is_set(Neurons):
            return self._lookup(obj.ensemble)
        by_class = self._class_value(type(obj))
        return True if by_class is None else by_class

    def _inherited(self, obj):
        """Value of the nearest network around `obj` that has one."""
        if isinstance(obj, Neurons):
            obj = obj.ensemble
        network = self._parents.get(obj)
        while network is not None:
            own = self._own(network)
            if own is not None:
                return own
            network = self._parents.get(network)
        return self._class_value(Network) if self._is_set(Network) else None

    def _target(self, obj):
        """Keep what a learning rule changes trainable only if that was asked for."""
        explicit = self._own(obj) is True
        if explicit:
            warnings.warn(
                f"{obj} is explicitly trainable, and a learning rule changes it as well;"
                " training may behave oddly.",
                TrainedByRuleWarning,
                stacklevel=3,
            )
        return explicit

    def _own(self, obj):
        config = self._network.config
        # `config[obj]` would add an entry for each object that is asked for
        if obj not in config.params or not self._configured(type(obj)):
            return None
        instance = config.params[obj]
        return instance.trainable if "trainable" in instance else None

    def _class_value(self, cls):
        return self._network.config[cls].trainable if self._configured(cls) else None

    def _is_set(self, cls):
        """Whether the class has a value of its own beside that of `configure_settings`."""
        if not self._configured(cls) or "trainable" not in self._network.config[cls]:
            return False
        return self._class_value(cls) is not None

    def _configured(self, cls):
        params = self._network.config.params
        configured = next(
            (params[base] for base in cls.__mro__ if base in params), None
        )
        return configured is not None and "trainable" in configured.extra_params

    def _walk(self, network):
        for obj in network.ensembles + network.connections + network.networks:
            self._parents[obj] = network
        for connection in network.connections:
            self._targets.update(_rule_targets(connection))
        for subnetwork in network.networks:
            self._walk(subnetwork)


def _rule_targets(connection):
    """Yield the objects whose parameters the rules of a connection change."""
    rules = connection.learning_rule_type
    if rules is None:
        return
    if isinstance(rules, Mapping):
        rules = rules.values()
    for rule in rules if not hasattr(rules, "modifies") else [rules]:
        yield connection.post_obj if rule.modifies == "encoders" else connection
