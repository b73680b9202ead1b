# SPDX-License-Identifier: MIT
"""Running a simulator, on a program of NumPy steps."""

import warnings

import nengo
import numpy as np
import pytest
from nengo.exceptions import ReadonlyError, ValidationError
from nengo_dl import Simulator, configure_settings

quiet = {"progress_bar": False}


@pytest.mark.parametrize("minibatch_size", [None, 1, 3])
def test_results_are_those_of_nengo(network, simulate, reference, minibatch_size):
    """Each item has nengo's probe data; only None leaves out the batch axis."""
    sim = simulate(network, minibatch_size=minibatch_size)
    sim.run_steps(12, **quiet)
    expected = reference(network, 12, network.probe)
    items = 1 if minibatch_size is None else minibatch_size
    if minibatch_size is not None:
        expected = np.stack([expected] * items)
    assert sim.data[network.probe].shape == expected.shape
    np.testing.assert_allclose(sim.data[network.probe], expected, atol=1e-6)
    assert sim.minibatch_size == items


def test_arguments_have_the_documented_order(network, programs):
    """Positional arguments: network, dt, seed, model, dtype, device, ..."""
    with Simulator(network, 0.002, 7, None, None, "/cpu:0", 2, 3, None, False) as sim:
        assert (sim.dt, sim.seed, sim.unroll, sim.minibatch_size) == (0.002, 7, 2, 3)
    assert programs[0].settings.device == "/cpu:0"


def test_unknown_arguments_are_refused(network):
    """A keyword that does not exist is named in a TypeError (history 179)."""
    with pytest.raises(TypeError, match="step_blocks"):
        Simulator(network, step_blocks=10)


def test_an_empty_simulator_runs(simulate):
    """With neither network nor model there is nothing to simulate, but time passes."""
    sim = simulate(None)
    sim.run_steps(5, **quiet)
    assert sim.n_steps == 5


def test_a_model_can_be_simulated_as_it_is(network, simulate, reference):
    """A model that is already built is not changed, and serves several simulators."""
    model = nengo.builder.Model(dt=0.001)
    model.build(network)
    operators = list(model.operators)
    for _ in range(2):
        sim = simulate(None, model=model)
        sim.run_steps(5, **quiet)
        np.testing.assert_allclose(
            sim.data[network.probe], reference(network, 5, network.probe), atol=1e-6
        )
    assert model.operators == operators
    assert model.params[network.probe] == []
    with nengo.Simulator(None, model=model, progress_bar=False) as nengo_sim:
        nengo_sim.run_steps(5)


@pytest.mark.parametrize(
    "steps, expected", [(0.6, 1), (1.4, 1), (1.5, 2), (2.5, 2), (3.49, 3)]
)
def test_run_rounds_to_the_nearest_step(network, simulate, steps, expected):
    """Time is rounded to steps, ties to the even number."""
    sim = simulate(network, dt=0.5)
    sim.run(steps * 0.5, **quiet)
    assert sim.n_steps == expected
    assert sim.time == expected * 0.5


def test_many_steps_are_one_run(network, simulate, reference):
    """State persists: single steps and runs add up to one run."""
    sim = simulate(network)
    for _ in range(5):
        sim.step()
    sim.run_steps(3, **quiet)
    sim.run(0.004, **quiet)
    expected = reference(network, 12, network.probe)
    np.testing.assert_allclose(sim.data[network.probe], expected, atol=1e-6)
    assert sim.n_steps == 12


def test_step_takes_the_arguments_of_run_steps(network, simulate):
    """A step can be fed, too."""
    sim = simulate(network)
    sim.step(data={network.node: np.full((1, 1, 2), 3.0)})
    np.testing.assert_array_equal(sim.data[network.node_probe], [[3, 3]])


def test_fed_nodes_have_the_values_given(network, simulate):
    """Each item sees its own data, integers included, in all of several runs."""
    sim = simulate(network, minibatch_size=2)
    data = np.arange(2 * 6 * 2).reshape(2, 6, 2)
    sim.run_steps(4, data={network.node: data[:, :4]}, **quiet)
    sim.run_steps(2, data={network.node: data[:, 4:]}, **quiet)
    np.testing.assert_array_equal(sim.data[network.node_probe], data)
    assert sim.data[network.node_probe].dtype == "float32"


def test_input_feeds_is_the_old_name_of_data(network, simulate):
    """The old name works with a DeprecationWarning (history 51)."""
    sim = simulate(network)
    with pytest.warns(DeprecationWarning, match="data"):
        sim.run_steps(1, input_feeds={network.node: np.full((1, 1, 2), 2.0)}, **quiet)
    np.testing.assert_array_equal(sim.data[network.node_probe], [[2, 2]])


def test_data_cannot_be_given_under_both_names(network, simulate):
    """Both names at once are refused before anything runs."""
    sim = simulate(network)
    feeds = {network.node: np.zeros((1, 1, 2))}
    with pytest.raises(ValidationError, match="only one"):
        sim.run_steps(1, data=feeds, input_feeds=feeds)
    assert_fresh(sim, network)


@pytest.mark.parametrize("time", [-1, -0.001, np.nan, np.inf, "1", None])
def test_run_needs_a_time_that_is_not_negative(network, simulate, time):
    """Times that cannot be run are refused with their value, and nothing changes."""
    sim = simulate(network)
    with pytest.raises(ValidationError, match=str(time)) as error:
        sim.run(time)
    assert error.value.attr == "time_in_seconds"
    assert_fresh(sim, network)


def test_a_run_of_no_steps_warns(network, simulate):
    """A time that rounds to nothing gives the time asked for and the current one."""
    sim = simulate(network)
    sim.run_steps(4, **quiet)
    with pytest.warns(UserWarning, match="0.0004 .* still at time 0.004"):
        sim.run(0.0004)
    with pytest.warns(UserWarning, match="still at time 0.004"):
        sim.run_steps(0)
    assert sim.n_steps == 4
    assert len(sim.data[network.probe]) == 4


@pytest.mark.parametrize("n_steps", [-1, 1.5, "3", None])
def test_run_steps_needs_a_count(network, simulate, n_steps):
    """Numbers of steps that are no counts are refused with their value."""
    sim = simulate(network)
    with pytest.raises(ValidationError, match=str(n_steps)) as error:
        sim.run_steps(n_steps)
    assert error.value.attr == "n_steps"
    assert_fresh(sim, network)


def test_unrolled_steps_that_do_not_fit_are_executed_but_not_shown(
    network, simulate, programs, reference
):
    """The warning names all numbers, and data and counters stop where asked."""
    sim = simulate(network, unroll_simulation=4)
    with pytest.warns(RuntimeWarning) as record:
        sim.run_steps(6, **quiet)
    for number in ("6 steps", "unroll_simulation=4", "8 steps", "2 steps ahead"):
        assert number in str(record[0].message)
    assert programs[0].runs[0][1] == 8
    assert sim.n_steps == 6
    assert sim.time == pytest.approx(0.006)
    np.testing.assert_allclose(
        sim.data[network.probe], reference(network, 6, network.probe), atol=1e-6
    )


def test_unrolled_steps_that_fit_warn_of_nothing(network, simulate):
    """A multiple of the unrolled steps is an ordinary run."""
    sim = simulate(network, unroll_simulation=4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.run_steps(8, **quiet)
    assert len(sim.data[network.probe]) == 8


def test_a_failed_run_leaves_probes_and_counters(network, simulate, programs):
    """An exception inside the program passes through unchanged."""
    sim = simulate(network)
    sim.run_steps(2, **quiet)
    programs[0].run = raise_interrupt
    with pytest.raises(KeyboardInterrupt):
        sim.run_steps(2, **quiet)
    assert sim.n_steps == 2
    assert len(sim.data[network.probe]) == 2


def raise_interrupt(*args):
    """Stop as Ctrl-C does."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["dt", "n_steps", "time", "closed"])
def test_counters_are_read_only(network, simulate, name):
    """What the simulation decides cannot be assigned."""
    sim = simulate(network)
    with pytest.raises(ReadonlyError if name == "dt" else AttributeError):
        setattr(sim, name, 1)


@pytest.mark.parametrize("sample_every", [None, 0.001, 0.003, 0.0025])
def test_trange_matches_nengo(network, simulate, sample_every):
    """Times are those that nengo's simulator gives for the same sampling."""
    sim = simulate(network)
    sim.run_steps(20, **quiet)
    with nengo.Simulator(network, progress_bar=False) as nengo_sim:
        nengo_sim.run_steps(20)
        period = sample_every or 0.001
        steps = np.arange(1, 21)
        expected = 0.001 * steps[steps % (period / 0.001) < 1]
        np.testing.assert_allclose(nengo_sim.trange(), sim.trange())
    np.testing.assert_allclose(sim.trange(sample_every), expected)


@pytest.mark.parametrize("sample_every", [0, -0.001, np.nan, "0.001"])
def test_trange_needs_a_positive_time(network, simulate, sample_every):
    """Other times between samples are refused with their value."""
    sim = simulate(network)
    sim.run_steps(4, **quiet)
    with pytest.raises(ValidationError, match=str(sample_every)) as error:
        sim.trange(sample_every)
    assert error.value.attr == "sample_every"


def test_trange_knows_the_old_name(network, simulate):
    """`dt` still works with a warning, and not together with `sample_every`.

    History 99.
    """
    sim = simulate(network)
    sim.run_steps(4, **quiet)
    with pytest.warns(UserWarning, match="sample_every"):
        np.testing.assert_allclose(sim.trange(dt=0.002), [0.002, 0.004])
    with pytest.raises(ValidationError, match="only one") as error:
        sim.trange(dt=0.002, sample_every=0.002)
    assert error.value.attr == "dt"


def test_progress_is_shown_unless_switched_off(network, simulate, capsys):
    """Each of construction and run has a switch of its own (history 109 and 134)."""
    sim = simulate(network, progress_bar=False)
    sim.run_steps(2, progress_bar=False)
    sim.step()
    assert capsys.readouterr() == ("", "")
    sim.run_steps(2)
    assert "Simulating" in capsys.readouterr().out
    simulate(network, progress_bar=True)
    shown = capsys.readouterr().out
    assert "Building network" in shown
    assert "Optimiz" in shown


def test_settings_reach_the_program(network, simulate, programs):
    """What the network configures and the arguments say is what gets compiled."""
    with network:
        configure_settings(dtype="float64", jit_compile=False, inference_only=True)
    sim = simulate(network, unroll_simulation=2, minibatch_size=4, seed=9)
    settings = programs[0].settings
    assert (settings.dtype, settings.jit_compile) == ("float64", False)
    assert settings.inference_only
    assert (settings.unroll, settings.minibatch_size, settings.seed) == (2, 4, 9)
    sim.run_steps(2, **quiet)
    assert sim.data[network.probe].dtype == "float64"


def test_host_functions_run_without_probes(simulate):
    """A network without probes still runs every step."""
    called = []
    with nengo.Network() as net:
        nengo.Node(lambda t: called.append(round(t, 6)), size_in=0, size_out=0)
    simulate(net).run_steps(3, **quiet)
    assert called[-3:] == [0.001, 0.002, 0.003]


def assert_fresh(sim, network):
    """Nothing ran yet."""
    assert sim.n_steps == 0
    assert sim.time == 0
    assert sim.data[network.probe] == []
