# SPDX-License-Identifier: MIT
"""When events are written, and what is in them beside histograms."""

import warnings

import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengodl_train.errors import SummariesIgnoredWarning
from nengodl_train.summaries import Summaries, writing

v1 = tf.compat.v1


def test_loss_of_one_objective(network, open_simulator, events):
    """There is one event for each step, with the total only."""
    sim = open_simulator(network)
    written = Summaries(sim, ["loss"], [network.probe])
    losses = [0.5, 0.1, 1e-3]
    for step, loss in enumerate(losses, 1):
        written.write({"loss": loss, network.probe: loss}, step)
    written.flush()
    assert [step for step, _ in events()] == [1, 2, 3]
    for (_, values), loss in zip(events(), losses):
        assert list(values) == ["loss/loss/loss"]
        assert values["loss/loss/loss"].simple_value == np.float32(loss)


def test_loss_of_several_objectives(network, open_simulator, events):
    """Each key has a scalar beside the total; one without a value is left out."""
    sim = open_simulator(network)
    both = (network.probe, network.other)
    written = Summaries(sim, ("loss",), [network.probe, network.other, both])
    written.write({"loss": 3.0, network.probe: 1.0, both: 2.0}, 7)
    written.flush()
    ((step, values),) = events()
    assert step == 7
    assert {tag: value.simple_value for tag, value in values.items()} == {
        "loss/loss/loss": 3.0,
        "loss/loss/Probe_p_loss": 1.0,
        "loss/loss/Probe_p_None_loss": 2.0,
    }


def test_tags_of_losses_are_those_of_tensorflow(network, open_simulator, events):
    """The family is written down as TensorFlow does it in a graph of its own."""
    with tf.Graph().as_default(), v1.Session() as sess:
        tensors = [
            v1.summary.scalar(name, tf.constant(1.0), family="loss")
            for name in ("loss", "Probe_p_loss", "Probe_None_loss")
        ]
        texts = sess.run(tensors)
    expected = [v1.Summary.FromString(text).value[0].tag for text in texts]
    sim = open_simulator(network)
    keys = [network.probe, network.other]
    written = Summaries(sim, ["loss"], keys)
    written.write(dict.fromkeys(["loss"] + keys, 0.0), 1)
    written.flush()
    assert sorted(events()[0][1]) == sorted(expected)


def test_direct_gradients_alone_have_no_loss(network, open_simulator, events):
    """Without any value there is no event, but later ones are written."""
    sim = open_simulator(network)
    written = Summaries(sim, ["loss"], [network.probe])
    written.write({}, 1)
    written.write({"loss": 1.0}, 2)
    written.flush()
    assert [step for step, _ in events()] == [2]


def test_own_summary_is_passed_on(network, open_simulator, events):
    """A summary of the user's has its own tag, and gets the values that are fed."""
    sim = open_simulator(network)
    with sim:
        number = v1.placeholder(tf.float32, ())
        mine = v1.summary.scalar("mine", 2 * number)
        merged = v1.summary.merge([v1.summary.scalar("b", number), mine])
        written = Summaries(sim, [merged, "loss"], [network.probe])
        written.write({"loss": 1.0}, 1, {number: 3.0})
        written.write({"loss": 1.0}, 2, {number: 4.0})
        written.flush()
        found = [
            {tag: value.simple_value for tag, value in values.items()}
            for _, values in events()
        ]
    assert found == [
        {"b": 3.0, "mine": 6.0, "loss/loss/loss": 1.0},
        {"b": 4.0, "mine": 8.0, "loss/loss/loss": 1.0},
    ]


def test_text_that_is_no_summary(network, open_simulator, events):
    """That a text of the user's is none turns out when it is there, and is named."""
    sim = open_simulator(network)
    with sim:
        text = v1.placeholder(tf.string, (), "greeting")
        written = Summaries(sim, [text], ())
        error = tf.errors.InvalidArgumentError
        with pytest.raises(error, match="(?s)parse.*summary.*greeting"):
            written.write({}, 1, {text: "hello"})
        written.flush()
        assert events() == []


def test_repeated_summaries_are_numbered(network, open_simulator, events):
    """Each training has tags of its own; those of the first one have no number."""
    sim = open_simulator(network)
    items = ["loss", network.a, network.a.neurons, network.given]
    for step in (1, 2, 3):
        written = Summaries(sim, items, [network.probe])
        written.write({"loss": 0.0}, step)
        written.flush()
    tags = {
        "loss/loss/loss",
        "Ensemble_a_encoders",
        "Ensemble.neurons_a_bias",
        "Connection_my_in_put__weights",
    }
    expected = [{tag + suffix for tag in tags} for suffix in ("", "_1", "_2")]
    assert [set(values) for _, values in events()] == expected


def test_scopes_of_the_caller_are_not_in_the_tags(network, open_simulator, events):
    """Tags are the same wherever training is called."""
    sim = open_simulator(network)
    with sim:
        with v1.name_scope("outer"):
            written = Summaries(sim, ["loss", network.a], [network.probe])
        written.write({"loss": 0.0}, 1)
        written.flush()
        assert set(events()[0][1]) == {"loss/loss/loss", "Ensemble_a_encoders"}


def test_own_merge_all_finds_own_summaries_only(network, open_simulator):
    """The summaries of a training are in no collection."""
    sim = open_simulator(network)
    with sim:
        Summaries(sim, ["loss", network.a], [network.probe])
        assert v1.summary.merge_all() is None


def test_new_operations_are_on_the_cpu(network, open_simulator):
    """Summaries have no other kernels, whatever the device of the simulator."""
    sim = open_simulator(network)
    before = set(sim.program.graph.get_operations())
    with sim.program.graph.device("/gpu:0"):
        Summaries(sim, ["loss", network.a], [network.probe, network.other])
    made = [op for op in sim.program.graph.get_operations() if op not in before]
    assert len([op for op in made if op.type.endswith("Summary")]) == 4
    assert {op.device for op in made} == {"/device:CPU:0"}


def test_writing_adds_nothing_to_the_graph(network, open_simulator, events):
    """A graph that cannot grow will do, so training does not get slower and slower."""
    sim = open_simulator(network)
    items = ["loss", network.a, network.solved]
    written = Summaries(sim, items, [network.probe])
    sim.program.graph.finalize()
    for step in range(1, 4):
        written.write({"loss": 0.0}, step)
    written.flush()
    assert len(events()) == 3


def test_all_parameters_are_fetched_in_one_go(network, open_simulator, monkeypatch):
    """An event takes two calls of the session, however many summaries there are."""
    sim = open_simulator(network)
    items = ["loss", network.a, network.a.neurons, network.solved, network.given]
    written = Summaries(sim, items, [network.probe])
    calls, run = [], sim.sess.run
    monkeypatch.setattr(sim.sess, "run", lambda *a: calls.append(a) or run(*a))
    written.write({"loss": 0.0}, 1)
    assert len(calls) == 2


def test_events_reach_the_file_while_training_runs(
    network, open_simulator, events, monkeypatch
):
    """The first event is there at once, others when some seconds have passed."""
    sim = open_simulator(network)
    now = [100.0]
    monkeypatch.setattr(writing.time, "monotonic", lambda: now[0])
    flushes, flush = [], sim.summary.flush
    monkeypatch.setattr(sim.summary, "flush", lambda: flushes.append(now[0]) or flush())
    written = Summaries(sim, ["loss"], [network.probe])
    written.write({"loss": 0.0}, 1)
    assert len(events()) == 1
    for step in range(2, 52):
        now[0] += 0.125
        written.write({"loss": 0.0}, step)
    assert flushes == [100.0, 102.0, 104.0, 106.0]
    assert len(events()) >= 49
    written.flush()
    assert len(events()) == 51


@pytest.mark.parametrize("nothing", [None, [], ()])
@pytest.mark.parametrize("tensorboard", [True, False])
def test_no_summaries(network, open_simulator, tmp_path, nothing, tensorboard):
    """Nothing is added, written or warned about."""
    kwargs = {} if tensorboard else {"tensorboard": None}
    sim = open_simulator(network, **kwargs)
    before = len(sim.program.graph.get_operations())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = Summaries(sim, nothing, [network.probe])
    written.write({"loss": 0.0}, 1)
    written.flush()
    assert len(sim.program.graph.get_operations()) == before
    assert (len(list(tmp_path.glob("run_0/*"))) == 1) == tensorboard


def test_summaries_without_event_files(network, open_simulator, tmp_path):
    """A warning says how to get event files, and nothing is written."""
    sim = open_simulator(network, tensorboard=None)
    before = len(sim.program.graph.get_operations())
    with pytest.warns(SummariesIgnoredWarning, match="tensorboard=") as caught:
        written = Summaries(sim, ["loss", network.a], [network.probe])
    assert len(caught) == 1 and issubclass(SummariesIgnoredWarning, UserWarning)
    written.write({"loss": 0.0}, 1)
    written.flush()
    assert len(sim.program.graph.get_operations()) == before
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_the_caller_stays_as_it_is(network, open_simulator):
    """It can be used again, and a tuple does as well."""
    sim = open_simulator(network)
    items = ["loss", network.a]
    for kind in (list, tuple):
        given = kind(items)
        Summaries(sim, given, [network.probe]).write({"loss": 0.0}, 1)
        assert len(given) == 2 and all(x is y for x, y in zip(given, items))


@pytest.mark.parametrize("given", ["loss", {"loss"}, 3])
def test_summaries_must_be_a_sequence(network, open_simulator, given):
    """Something else is refused by the name of the argument."""
    sim = open_simulator(network)
    with pytest.raises(ValidationError, match="list or tuple") as error:
        Summaries(sim, given, [network.probe])
    assert error.value.attr == "summaries"


def test_one_wrong_summary_changes_nothing(network, open_simulator, events):
    """All are looked at before the first one is added to the graph."""
    sim = open_simulator(network)
    before = len(sim.program.graph.get_operations())
    with pytest.raises(SimulationError, match="'weights'"):
        Summaries(sim, ["loss", network.a, "weights"], [network.probe])
    sim.summary.flush()
    assert len(sim.program.graph.get_operations()) == before
    assert events() == []
