# SPDX-License-Identifier: MIT
"""Names of signals that a rebuilt network has again.

A name says where in the network the object stands that a signal belongs to, such as
``networks[0].ensembles[2]/encoders``. Signals that belong to no object are named by the
place of an operator among the model's. Neither depends on labels, which may be equal, nor
on how the model was simplified, planned or laid out.
"""

from collections.abc import Mapping
from typing import Any, Dict, Iterator, List, Tuple

import nengo
from nengo.builder.signal import Signal


def signal_names(model: Any, layout: Any) -> Dict[Any, str]:
    """
    Name all base signals of a model and those that its lowering rules made.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    layout : nengo_dl.layout.Layout
        The places of signals, and who uses them.

    Returns
    -------
    dict of nengo.builder.Signal to str
        The names, all different.
    """
    names: Dict[Any, str] = {}
    for path, obj in _objects(model):
        # asked first: nengo's table makes an entry for each object it is asked for
        signals = model.sig[obj] if obj in model.sig else {}
        for key in sorted(signals, key=str):
            signal = signals[key]
            if isinstance(signal, Signal) and not signal.is_view:
                names.setdefault(signal, f"{path}/{key}")
    positions = {}
    for number, op in enumerate(model.operators):
        positions[op] = f"operators[{number}]"
        for role in ("sets", "incs", "reads", "updates"):
            for i, signal in enumerate(getattr(op, role)):
                names.setdefault(signal.base, f"{positions[op]}/{role}[{i}]")
    for base in layout.place:
        if base not in names:
            names[base] = _made_by_rule(layout.users.get(base), positions, names)
    return names


def _made_by_rule(user, positions, names):
    """Name a signal that no operator of the model lists, by the operator that uses it."""
    if user is None:
        return _unused("probed", names)
    if user.op in positions:
        # apart from "reads" above, which are the operator's own
        return f"{positions[user.op]}/hidden {user.role}[{user.number}]"
    # a simplification put another operator in: what it writes tells which
    written = [
        signal.base
        for role in ("sets", "incs", "updates")
        for signal in getattr(user.op, role)
    ]
    where = next((names[base] for base in written if base in names), "unknown")
    return _unused(
        f"{where}/{type(user.op).__name__} {user.role}[{user.number}]", names
    )


def _unused(name, names):
    taken, number = set(names.values()), 1
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _objects(model) -> Iterator[Tuple[str, Any]]:
    """Yield the objects of the network that own signals, with their paths."""
    if model.toplevel is None:
        return
    yield from _members("", model.toplevel)
    probes = {probe: path for path, probe in _probes("", model.toplevel)}
    # nengo makes connections to probes while it builds; they stand in no network
    for obj in list(model.params):
        if isinstance(obj, nengo.Connection) and obj.post_obj in probes:
            yield f"{probes[obj.post_obj]}.connection", obj


def _members(prefix: str, network: Any) -> Iterator[Tuple[str, Any]]:
    for i, ensemble in enumerate(network.ensembles):
        yield f"{prefix}ensembles[{i}]", ensemble
        yield f"{prefix}ensembles[{i}].neurons", ensemble.neurons
    for i, node in enumerate(network.nodes):
        yield f"{prefix}nodes[{i}]", node
    for i, connection in enumerate(network.connections):
        yield f"{prefix}connections[{i}]", connection
        for key, rule in _rules(connection):
            yield f"{prefix}connections[{i}].rules[{key}]", rule
    for i, subnetwork in enumerate(network.networks):
        yield from _members(f"{prefix}networks[{i}].", subnetwork)
    yield from _own_probes(prefix, network)


def _own_probes(prefix, network) -> Iterator[Tuple[str, Any]]:
    for i, probe in enumerate(network.probes):
        yield f"{prefix}probes[{i}]", probe


def _probes(prefix, network) -> Iterator[Tuple[str, Any]]:
    yield from _own_probes(prefix, network)
    for i, subnetwork in enumerate(network.networks):
        yield from _probes(f"{prefix}networks[{i}].", subnetwork)


def _rules(connection) -> List[Tuple[Any, Any]]:
    rules = connection.learning_rule
    if rules is None:
        return []
    if isinstance(rules, Mapping):
        return sorted(rules.items(), key=lambda item: str(item[0]))
    return list(enumerate(rules if isinstance(rules, list) else [rules]))
