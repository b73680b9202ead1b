# SPDX-License-Identifier: MIT
"""What releases 0.2.0 to 0.4.0 of the original brought."""

import logging
import re
from pathlib import Path

import nengo
import nengo_dl
import numpy as np
import pytest
from nengo.builder.operator import Copy
from nengo.builder.signal import Signal
from nengo.exceptions import BuildError
from nengo_dl import graph_optimizer, utils

quiet = {"progress_bar": False}


def test_steps_of_an_iteration(open_simulator):
    """History 193 and 197: ten steps in an iteration, fed for longer than that."""
    with nengo.Network() as net:
        node = nengo.Node([0.0])
        through = nengo.Node(size_in=1)
        nengo.Connection(node, through, synapse=0)
        probe = nengo.Probe(through)
    data = np.arange(1.0, 51.0).reshape(1, 50, 1)
    for unroll in (1, 5, 10):
        sim = open_simulator(net, unroll_simulation=unroll)
        assert sim.unroll == unroll
        sim.run_steps(50, data={node: data}, **quiet)
        np.testing.assert_array_equal(sim.data[probe][:, 0], np.arange(50.0))


def test_steps_that_fill_no_iteration(open_simulator):
    """History 199: six steps, four at a time, give six rows and eight steps run."""
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(lambda t: t))
    sim = open_simulator(net, unroll_simulation=4)
    with pytest.warns(RuntimeWarning, match=r"6.*4.*8|8.*4.*6|6.*8.*4"):
        sim.run_steps(6, **quiet)
    np.testing.assert_allclose(sim.data[probe][:, 0], np.arange(1, 7) * 0.001, 1e-6)
    assert sim.n_steps == 6


def test_logging(open_simulator, capsys, caplog):
    """History 203: nothing is printed; loggers say what happens."""
    with nengo.Network(seed=0) as net:
        nengo.Probe(nengo.Ensemble(5, 1))
    with caplog.at_level(logging.INFO, logger="nengo_dl"):
        open_simulator(net).run_steps(2, **quiet)
    assert capsys.readouterr().out == ""
    # TensorFlow 1 warns of what it is going to rename
    names = {record.name for record in caplog.records} - {"tensorflow"}
    assert names and all(name.startswith("nengo_dl.") for name in names)
    assert re.search(r"plan length: \d+, optimized: \d+", caplog.text)


@pytest.mark.parametrize(
    "planner",
    ["best_planner", "tree_planner", "greedy_planner", "noop_planner"]
    + ["transitive_planner"],
)
def test_cycles_are_refused_by_all_planners(planner):
    """History 198: operators that wait for each other are a BuildError."""
    one, two = (Signal(np.zeros(1), name=name) for name in ("one", "two"))
    with pytest.raises(BuildError, match="cycle"):
        getattr(graph_optimizer, planner)([Copy(one, two), Copy(two, one)])


def test_sorting_stops_when_nothing_changes(open_simulator):
    """History 214: however many passes are allowed, there are only so many."""
    with nengo.Network(seed=0) as net:
        nengo.networks.CircularConvolution(5, 4)
    plan = open_simulator(net).program.plan
    expected = graph_optimizer.order_signals(plan, n_passes=100)
    # so many passes would never end
    assert graph_optimizer.order_signals(plan, n_passes=10**15) == expected


@pytest.mark.skipif(
    not utils.tf_gpu_installed, reason="needs a GPU, and TensorFlow finds none"
)
@pytest.mark.parametrize("unroll", [1, 2])
def test_variables_and_functions_on_a_gpu(open_simulator, nengo_data, unroll):
    """History 219 and 220: variables live there, Python functions run on the CPU."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(10, 1, neuron_type=nengo.RectifiedLinear())
        doubled = nengo.Node(lambda t, x: 2 * x, size_in=1, size_out=1)
        nengo.Connection(nengo.Node(np.sin), ensemble)
        nengo.Connection(ensemble, doubled)
        probe = nengo.Probe(doubled)
    sim = open_simulator(net, device="/gpu:0", unroll_simulation=unroll)
    sim.run_steps(20, **quiet)
    expected = nengo_data(net, 20)[probe]
    np.testing.assert_allclose(sim.data[probe], expected, atol=1e-5)


def test_the_example_of_the_readme():
    """History 225 and 226: the first example runs, and follows its input."""
    readme = Path(__file__).parents[4] / "README.md"
    code, *_ = re.findall(r"```python\n(.*?)```", readme.read_text(), re.DOTALL)
    code = code.replace("Simulator(net)", "Simulator(net, device='/cpu:0')")
    names = {}
    exec(code, names)
    assert isinstance(names["sim"], nengo_dl.Simulator)
    rows = names["sim"].data[names["probe"]]
    assert rows.shape == (1000, 1)
    # two filters of 0.1 s: the sine comes out smaller and later, but comes out
    assert 0.2 < np.abs(rows).max() < 1
