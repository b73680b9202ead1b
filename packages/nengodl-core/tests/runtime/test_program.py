# SPDX-License-Identifier: MIT
"""Running a compiled program, block by block."""

import os
import signal
import subprocess
import sys

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings

quiet = {"progress_bar": False}


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of at most 6 steps."""
    monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_STEPS", 6)


@pytest.fixture
def network():
    """Everything that a block hands on to the next: time, state, processes, samples."""
    with nengo.Network(seed=1) as net:
        net.time = nengo.Node(lambda t: [t, np.cos(50 * t)])
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=2, scale=False), size_out=1)
        net.ensemble = nengo.Ensemble(20, 2)
        nengo.Connection(net.time, net.ensemble, synapse=nengo.Alpha(0.005))
        nengo.Connection(noise, net.ensemble[0], synapse=None)
        net.all = nengo.Probe(net.ensemble, synapse=0.01)
        net.sampled = nengo.Probe(net.ensemble.neurons, "voltage", sample_every=0.004)
        net.noise = nengo.Probe(noise)
    return net


def run_python(code, *arguments, **env):
    """Run a new interpreter; return all it printed."""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), **env)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("minibatch_size, unroll", [(None, 1), (2, 3)])
def test_blocks_follow_on(
    network, small_blocks, same_as_nengo, jit, minibatch_size, unroll
):
    """Runs shorter than a block, of whole blocks and with a rest give nengo's data."""
    with network:
        configure_settings(jit_compile=jit)
    sim = same_as_nengo(
        network, (3, 12, 9), minibatch_size=minibatch_size, unroll_simulation=unroll
    )
    assert sim.program.block_steps == 6


def test_blocks_are_as_long_as_bytes_allow(network, monkeypatch, open_simulator):
    """Wide probes make blocks shorter, but never shorter than the unrolled steps."""
    sizes = []
    for n_bytes in (1 << 24, 1 << 12, 1):
        monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_BYTES", n_bytes)
        sim = open_simulator(network, unroll_simulation=3)
        sizes.append(sim.program.block_steps)
    # 3 fed values, 2 + 20 + 1 probed ones, of 4 bytes
    assert sizes == [999, 4096 // 104 // 3 * 3, 3]


def test_data_is_cut_into_blocks(network, small_blocks, open_simulator):
    """Each block gets its own part of the data."""
    sim = open_simulator(network, minibatch_size=2)
    with network:
        probe = nengo.Probe(network.time)
    sim = open_simulator(network, minibatch_size=2)
    data = np.random.RandomState(0).uniform(-1, 1, (2, 20, 2)).astype(np.float32)
    sim.run_steps(20, data={network.time: data}, **quiet)
    np.testing.assert_array_equal(sim.data[probe], data)


def test_progress_is_told_after_each_block(network, small_blocks, open_simulator):
    """The callback gets the number of steps and the rows of each block."""
    program = open_simulator(network).program
    told = []
    program.run(0, 15, None, lambda size, rows: told.append((size, rows)))
    assert [size for size, _ in told] == [6, 6, 3]
    assert [rows[network.all].shape for _, rows in told] == [
        (1, n, 2) for n in (6, 6, 3)
    ]
    assert [rows[network.sampled].shape[1] for _, rows in told] == [1, 2, 0]


# -- failing midway


def failing(function, steps):
    """`function`, which fails once at each of some steps."""
    steps = set(steps)

    def wrapped(t):
        step = int(round(t / 0.001))
        if step in steps:
            steps.remove(step)
            raise ZeroDivisionError(step)
        return function(t)

    return wrapped


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_finished_blocks_count(
    network, small_blocks, open_simulator, nengo_data, minibatch_size
):
    """When a node fails, what ran before is there, and the next run goes on from it."""
    with network:
        configure_settings(dtype="float64")
    expected = nengo_data(network, 20)
    network.time.output = failing(network.time.output, [2, 16])
    sim = open_simulator(network, minibatch_size=minibatch_size)
    for ended in (0, 12):
        with pytest.raises(ZeroDivisionError):
            sim.run_steps(20 - sim.n_steps, **quiet)
        assert sim.n_steps == ended
        assert sim.time == ended * 0.001
        if ended:
            assert sim.data[network.all].shape[-2] == ended
            assert sim.data[network.sampled].shape[-2] == ended // 4
    sim.run_steps(8, **quiet)
    for probe, rows in expected.items():
        found = sim.data[probe] if minibatch_size is None else sim.data[probe][0]
        np.testing.assert_allclose(found, rows, atol=1e-10)


def test_a_run_without_history_keeps_its_last_block(small_blocks, open_simulator):
    """One row a run: of its last step, or of the last that ran before it failed."""
    with nengo.Network() as net:
        node = nengo.Node(failing(lambda t: 1000 * t, [35]), size_out=1)
        probe = nengo.Probe(node)
        configure_settings(keep_history=False, dtype="float64")
    sim = open_simulator(net)
    sim.run_steps(20, **quiet)
    np.testing.assert_allclose(sim.data[probe], [[20]])
    with pytest.raises(ZeroDivisionError):
        sim.run_steps(20, **quiet)
    assert sim.n_steps == 32
    np.testing.assert_allclose(sim.data[probe], [[20], [32]])
    sim.run_steps(3, **quiet)
    np.testing.assert_allclose(sim.data[probe], [[20], [32], [35]])


def test_an_interrupt_waits_for_the_block(
    network, small_blocks, open_simulator, nengo_data, monkeypatch
):
    """Ctrl-C while a block runs is raised behind it, and nothing of it is lost."""
    with network:
        configure_settings(dtype="float64")
    sim = open_simulator(network)
    program = sim.program
    run_block, blocks = program._run_block, []

    def interrupted(compiled, start, size, options):
        blocks.append(start)
        if len(blocks) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return run_block(compiled, start, size, options)

    monkeypatch.setattr(program, "_run_block", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sim.run_steps(20, **quiet)
    assert blocks == [0, 6]
    assert sim.n_steps == len(sim.data[network.all]) == 12
    sim.run_steps(8, **quiet)
    for probe, rows in nengo_data(network, 20).items():
        np.testing.assert_allclose(sim.data[probe], rows, atol=1e-10)


def test_a_failing_device_call_changes_nothing(network, open_simulator, monkeypatch):
    """State, time and data are as before, and the next run goes on from there."""
    sim, other = open_simulator(network), open_simulator(network)
    sim.run_steps(5, **quiet)
    run = sim.program.sess.run

    def broken(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(sim.program.sess, "run", broken)
    with pytest.raises(MemoryError):
        sim.run_steps(5, **quiet)
    monkeypatch.setattr(sim.program.sess, "run", run)
    assert sim.n_steps == 5
    sim.run_steps(5, **quiet)
    other.run_steps(10, **quiet)
    for probe in network.all_probes:
        np.testing.assert_array_equal(sim.data[probe], other.data[probe])


# -- cost


def test_the_graph_never_grows(network, open_simulator):
    """Runs, reads and resets add no operation to the graph (history 155)."""
    sim = open_simulator(network)
    graph = sim.program.graph
    before = len(graph.get_operations())
    for _ in range(3):
        sim.step()
        sim.run_steps(4, data={network.time: np.zeros((1, 4, 2))}, **quiet)
        assert sim.data[network.ensemble].bias is not None
        sim.soft_reset()
        sim.reset(seed=3)
    assert len(graph.get_operations()) == before


COMPILE = """
import nengo, nengo_dl
with nengo.Network(seed=0) as net:
    node = nengo.Node(lambda t: t)
    ensemble = nengo.Ensemble(10, 1)
    nengo.Connection(node, ensemble)
    probe = nengo.Probe(ensemble)
with nengo_dl.Simulator(net, device="/cpu:0", progress_bar=False) as sim:
    for _ in range(1000):
        sim.step()
    sim.run_steps(1234, progress_bar=False)
    sim.reset()
    sim.run(0.3, progress_bar=False)
"""


def test_steps_and_runs_compile_once(tmp_path):
    """XLA compiles one program for 1,000 single steps, a long run and a reset."""
    flags = f"--xla_dump_to={tmp_path} --xla_dump_hlo_as_text"
    run_python(COMPILE, XLA_FLAGS=flags)
    compiled = [path.name for path in tmp_path.glob("*.before_optimizations.txt")]
    assert len(compiled) == 1, compiled


MEMORY = """
import resource
import nengo, nengo_dl
with nengo.Network(seed=0) as net:
    node = nengo.Node([0.5])
    ensemble = nengo.Ensemble(200, 1)
    nengo.Connection(node, ensemble)
    probe = nengo.Probe(ensemble.neurons, sample_every=0.1)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
with nengo_dl.Simulator(net, device="/cpu:0", progress_bar=False) as sim:
    sim.run_steps(3000, progress_bar=False)
    before = peak()
    sim.run_steps(100000, progress_bar=False)
    print(sim.data[probe].shape, peak() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks Unix for the peak memory")
def test_memory_of_a_long_run_stays_flat():
    """100,000 steps, of which a probe keeps each 100th, add less than 16 MiB.

    All rows of the probe are 76 MiB, those that it keeps 0.8 MiB.

    History 186.
    """
    shape, growth = run_python(MEMORY).splitlines()[-1].rsplit(" ", 1)
    assert shape == "(1030, 200)"
    assert float(growth) < 16


# -- life


def test_a_failing_construction_closes_the_session(
    network, open_simulator, monkeypatch
):
    """A device that is not there shows when values are loaded, in an open session."""
    closed = []

    class Session(tf.compat.v1.Session):
        def close(self):
            closed.append(self)
            super().close()

    monkeypatch.setattr("nengo_dl.runtime.program.v1.Session", Session)
    with pytest.raises(tf.errors.InvalidArgumentError, match="GPU:77") as error:
        open_simulator(network, device="/gpu:77")
    # the traceback keeps the session alive, so no destructor closed it
    assert error.tb is not None
    assert len(closed) == 1


def test_closing_twice_is_no_error(network, open_simulator):
    """The session is gone after the first time."""
    program = open_simulator(network).program
    assert not program.closed
    program.close()
    program.close()
    assert program.closed
    assert program.sess is None
