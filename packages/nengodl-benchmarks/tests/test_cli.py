# SPDX-License-Identifier: MIT
"""The command line, with nengo in the place of nengo_dl where one is simulated."""

import functools
import json
import subprocess
import sys

import nengodl_benchmarks.cli as cli
import numpy as np
import pytest
from click.testing import CliRunner
from nengodl_benchmarks.experiments.mnist import MnistResult, TrainingTimes
from nengodl_benchmarks.measure import NengoSide, compare

TINY = ["--dimensions", "2", "--neurons-per-d", "4"]
SHORT = ["--n-steps", "10", "--rounds", "2"]


def invoke(*arguments, **options):
    """Run the command line and return what it printed."""
    return CliRunner().invoke(cli.main, [str(a) for a in arguments], **options)


@pytest.fixture(name="calls")
def fixture_calls(monkeypatch):
    """Let `compare` simulate with nengo on both sides, and record what it did."""
    calls = []

    @functools.wraps(compare)
    def with_nengo(network, **options):
        result = compare(network, candidate=NengoSide, **options)
        calls.append(dict(options, network=network))
        return result

    monkeypatch.setattr(cli, "compare", with_nengo)
    return calls


def test_compare_writes_json_and_plot(calls, tmp_path):
    """Each named network is measured, printed, written and drawn."""
    output, plot = tmp_path / "c.json", tmp_path / "c.png"
    result = invoke(
        "compare", "--benchmark", "pes", "--benchmark", "integrator",
        "--neuron-type", "LIF", "--batch-size", 2,
        "--output", output, "--plot", plot, *(TINY + SHORT)
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    cases = [found["case"] for found in json.loads(output.read_text())["results"]]
    assert [case["network"] for case in cases] == ["pes", "integrator"]
    assert {case["neuron_type"] for case in cases} == {"LIF"}
    assert {case["minibatch_size"] for case in cases} == {2}
    assert {case["dimensions"] for case in cases} == {2}
    assert "pes" in result.output and "integrator" in result.output
    assert plot.read_bytes()[:4] == b"\x89PNG"


def test_compare_all_covers_every_network(calls):
    """'all' measures every network of the registry with both usual neuron types."""
    result = invoke(
        "compare", "--benchmark", "all", "--kwarg", "n_ensembles=2",
        "--kwarg", "connections_per_ensemble=1",
        *("--dimensions", 2, "--neurons-per-d", 20), *SHORT
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    measured = {(call["network"], call["neuron_type"]) for call in calls}
    assert measured == {
        (name, kind) for name in cli.NETWORKS for kind in ("RectifiedLinear", "LIF")
    }


@pytest.mark.parametrize(
    "flags, expected", [([], "auto"), (["--jit"], True), (["--no-jit"], False)]
)
def test_compare_hands_on_how_to_compile(calls, flags, expected):
    """Without a flag the simulator decides whether to compile."""
    result = invoke(
        "compare", "--benchmark", "pes", "--neuron-type", "LIF", *(TINY + SHORT + flags)
    )
    assert result.exit_code == 0, result.output
    assert [call["jit_compile"] for call in calls] == [expected]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["compare", "--benchmark", "integrater"], "no benchmark 'integrater'"),
        (["compare", "--rounds", "0"], "rounds must be a whole number"),
        (["compare", "--n-steps", "10", "--unroll", "4"], "multiple of unroll"),
        (["build", "--benchmark", "integrater"], "no benchmark 'integrater'"),
        (["build", "--kwarg", "seed"], "NAME=NUMBER"),
        (["build", "--benchmark", "random_network"], "needs n_ensembles"),
        (["profile", "--device", "/cpu:0"], "put 'build' before it"),
        (["demo", "--time", "0"], "--time at least 0.001"),
        (["demo", "--neurons", "0"], "--neurons must be at least 1"),
    ],
)
def test_mistakes_are_explained_without_a_traceback(calls, arguments, message):
    """The exit status is that of a usage error, and nothing was measured."""
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert calls == []


def test_profile_without_build_is_a_value_error():
    """Callers from Python get the built-in class."""
    with pytest.raises(ValueError, match="build"):
        cli.main(["profile", "--device", "/cpu:0"], standalone_mode=False)


def test_build_puts_the_network_into_the_shared_object():
    """Both spellings of options work, and the name and its arguments are printed."""
    for size in ("--neurons_per_d", "--neurons-per-d"):
        shared = {}
        result = invoke(
            "build", "--benchmark", "integrator", "--dimensions", 3, size, 5,
            "--neuron_type", "LIFRate", obj=shared
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert [e.n_neurons for e in shared["net"].all_ensembles] == [5, 5, 5]
        assert "integrator(dimensions=3, neuron_type=LIFRate()" in result.output


def test_build_and_profile_are_one_chain(monkeypatch):
    """'profile' runs the network that 'build' made, and stores the seconds."""
    received = {}

    def fake_profile(net, **options):
        received.update(options, net=net)
        return 1.5

    monkeypatch.setattr(cli, "run_profile", fake_profile)
    shared = {}
    result = invoke(
        "build", "--benchmark", "integrator", *(TINY + ["profile", "--device", "/cpu:0"]),
        obj=shared
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert received.pop("net") is shared["net"]
    assert shared["time"] == 1.5
    assert received == {
        "train": False,
        "n_steps": 150,
        "do_profile": True,
        "minibatch_size": 1,
        "device": "/cpu:0",
        "unroll_simulation": 25,
    }


@pytest.fixture(name="digits_file")
def fixture_digits_file(tmp_path):
    """Write a file of images."""
    path = tmp_path / "digits.npz"
    np.savez(
        str(path),
        images=np.zeros((16, 4, 4), dtype=np.uint8),
        labels=np.arange(16) % 3,
    )
    return path


def test_mnist_hands_on_its_options(monkeypatch, digits_file, tmp_path):
    """Images come from the file, and findings go to the screen, a picture and a report."""
    calls = {}
    found = MnistResult(14, 2, 3, 2, (1.0,), 1.5, 0.1, 0.9, (0.5, 0.8))
    times = TrainingTimes(20, 10, 0.5, 0.5, 0.5, (20,), (10,), 1, 1, False, 2, 10)

    def fake_run(digits, *numbers, **options):
        calls["run"] = (len(digits.train_images),) + numbers
        return found

    def fake_compare(digits, minibatch_size, rounds):
        calls["compare"] = (len(digits.train_images), minibatch_size, rounds)
        return times

    monkeypatch.setattr(cli, "run_mnist", fake_run)
    monkeypatch.setattr(cli, "compare_training", fake_compare)
    picture, report = tmp_path / "m.png", tmp_path / "m.json"
    options = (
        *("--data", digits_file, "--epochs", 3, "--minibatch-size", 2, "--steps", 5),
        *("--output", picture, "--report", report),
    )
    result = invoke("mnist", *options)
    assert result.exit_code == 0, result.output
    assert calls == {"run": (14, 3, 2, 5)}
    assert "80.00 % by spikes after 2 ms" in result.output
    assert picture.read_bytes()[:4] == b"\x89PNG"
    (written,) = json.loads(report.read_text())["results"]
    assert written["spiking_accuracies"] == [0.5, 0.8]

    result = invoke("mnist", *options, "--compare", "--rounds", 4)
    assert result.exit_code == 0, result.output
    assert calls == {"run": (14, 3, 2, 5), "compare": (14, 2, 4)}
    assert "0.50 times Keras's" in result.output
    assert json.loads(report.read_text())["results"][0]["ratio"] == 0.5


def test_mnist_explains_what_is_wrong_with_its_options(digits_file):
    """Mistakes are usage errors, before anything is trained."""
    for options, message in (
        (("--data", "absent.npz"), "does not exist"),
        (("--data", digits_file, "--epochs", 0), "epochs must be"),
        (("--data", digits_file), "14 to train and 2 to test; got 200"),
    ):
        result = invoke("mnist", *options)
        assert result.exit_code == 2
        assert message in " ".join(result.output.split())


def test_module_runs_as_a_program():
    """``python -m nengodl_benchmarks`` is the same command line."""
    output = subprocess.check_output(
        [sys.executable, "-m", "nengodl_benchmarks", "--help"]
    )
    assert b"compare" in output and b"profile" in output
