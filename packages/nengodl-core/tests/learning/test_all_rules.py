# SPDX-License-Identifier: MIT
"""What all online learning rules have in common: precision, batch axes, settings."""

import nengo
import pytest
from nengo.builder import Builder, Operator
from nengo.exceptions import BuildError
from nengo.learning_rules import LearningRuleType
from nengo_dl import Simulator, configure_settings
from nengo_dl.errors import LoweringError, TrainedByRuleWarning

quiet = {"progress_bar": False}


@pytest.mark.parametrize("jit, unroll", [(True, 1), (True, 2), (False, 4)])
def test_all_rules_together(nets, same_items, jit, unroll):
    """With and without XLA, one step or several in each iteration of the loop."""
    with nets.network(jit) as net:
        drive = nets.Drive(2)
        nets.all_rules(drive)
    same_items(net, drive, unroll_simulation=unroll)


@pytest.mark.parametrize("jit", [True, False])
def test_all_rules_in_single_precision(nets, same_items, jit):
    """To float32 rounding: 1e-5 of the greatest value."""
    with nets.network(jit) as net:
        drive = nets.Drive(2)
        nets.all_rules(drive)
    same_items(net, drive, "float32", 1e-5)


@pytest.mark.parametrize("minibatch_size", [None, 1, 3])
def test_batch_axis_of_what_rules_change(nets, open_simulator, minibatch_size):
    """History 125: per item if there are items; all other parameters have no batch axis."""
    with nets.network() as net:
        drive = nets.Drive(2)
        connections = nets.all_rules(drive)
        plain = nengo.Connection(nengo.Ensemble(5, 2), nengo.Node(size_in=2))
    sim = open_simulator(net, minibatch_size=minibatch_size)
    sim.run_steps(3, **quiet)
    lead = () if minibatch_size is None else (minibatch_size,)
    voja = connections.pop("Voja")
    live = sim.data[voja.post_obj]
    assert live.encoders.shape == live.scaled_encoders.shape == lead + (9, 2)
    assert live.gain.shape == live.max_rates.shape == lead + (9,)
    assert live.bias.shape == (9,)
    assert sim.data[voja].weights.shape == sim.model.params[voja].weights.shape
    for name, learned in connections.items():
        shape = (2, 12) if name in ("PES", "RLS") else (9, 12)
        assert sim.data[learned].weights.shape == lead + shape
    assert sim.data[plain].weights.shape == (2, 5)
    assert sim.data[plain.pre_obj].gain.shape == (5,)


def test_only_targets_are_stored_for_each_item(nets, open_simulator):
    """Parameters that no rule changes are held once, not once for each item."""
    with nets.network() as net:
        drive = nets.Drive(2)
        targets = nets.all_rules(drive)
    sim = open_simulator(net, minibatch_size=3)
    voja = targets.pop("Voja").post_obj
    for ensemble in net.all_ensembles:
        expected = 3 if ensemble is voja else 1
        assert len(sim.program.signal_value(sim.model.sig[ensemble]["encoders"])) == (
            expected
        )
        bias = sim.model.sig[ensemble.neurons]["bias"]
        assert len(sim.program.signal_value(bias)) == 1
    for connection in net.all_connections:
        signal = sim.model.sig[connection].get("weights")
        if signal is not None:
            expected = 3 if connection in targets.values() else 1
            assert len(sim.program.signal_value(signal)) == expected


def test_explicitly_trainable_targets_are_told(nets, open_simulator):
    """A target that is to be trained, too, stays trainable and per item, and warns."""
    with nets.network() as net:
        configure_settings(trainable=None)
        drive = nets.Drive(2)
        targets = nets.all_rules(drive)
        targets["Voja"] = targets["Voja"].post_obj
        net.config[targets["Oja"]].trainable = True
        net.config[targets["Voja"]].trainable = True
    with pytest.warns(TrainedByRuleWarning) as caught:
        sim = open_simulator(net, minibatch_size=3)
    told = [str(w.message) for w in caught if w.category is TrainedByRuleWarning]
    assert len(told) == 2
    for name, obj in targets.items():
        kind = "encoders" if name == "Voja" else "weights"
        asked_for = name in ("Oja", "Voja")
        assert sim.model.sig[obj][kind].trainable == asked_for
        assert any(str(obj) in message for message in told) == asked_for
    assert sim.data[targets["Oja"]].weights.shape == (3, 9, 12)


class Forget(LearningRuleType):
    """Weights decay."""

    modifies = "decoders"
    probeable = ()


class SimForget(Operator):
    """A change that is computed by an operator that only its author knows."""

    def __init__(self, weights, delta):
        super().__init__()
        self.sets, self.incs, self.reads, self.updates = [], [], [weights], [delta]

    def make_step(self, signals, dt, rng):
        """Return nengo's step, which our simulator does not know."""
        weights, delta = signals[self.reads[0]], signals[self.updates[0]]

        def step_forget():
            delta[...] = -dt * weights

        return step_forget


@Builder.register(Forget)
def build_forget(model, _, rule):
    """Add the operator."""
    weights = model.sig[rule.connection]["weights"]
    model.add_op(SimForget(weights, model.sig[rule]["delta"]))


def test_operators_of_other_rules_are_named(nets):
    """A rule type of the user's needs a lowering rule, and the error says for what."""
    with nets.network() as net:
        drive = nets.Drive(1)
        pre, _ = nets.ensembles(drive)
        post = nengo.Node(size_in=1, label="culprit")
        nengo.Connection(pre, post, learning_rule_type=Forget())
    with pytest.raises(LoweringError, match="SimForget") as error:
        Simulator(net, device="/cpu:0", **quiet)
    assert isinstance(error.value, BuildError)
    assert "lowers" in str(error.value)
