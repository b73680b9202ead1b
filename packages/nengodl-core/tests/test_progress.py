# SPDX-License-Identifier: MIT
"""Progress bars."""

import re
import sys

import nengo
import pytest
from nengo_dl.progress import NullProgressBar, ProgressBar, progress_bar


def test_a_bar_goes_to_standard_output(capsys):
    """It shows the stage at the start, and how long it took at the end."""
    with ProgressBar("Building network", "Build", max_value=2) as bar:
        bar.step()
        bar.step()
    out, err = capsys.readouterr()
    assert "Building network" in out
    assert re.search(r"Build finished in 0:00:0\d", out)
    assert err == ""


def test_a_bar_of_unknown_length_shows_the_elapsed_time(capsys):
    """Without a number of steps there is no percentage."""
    with ProgressBar("Optimizing graph", max_value=None) as bar:
        bar.step()
    out = capsys.readouterr().out
    assert "Elapsed Time" in out
    assert "%" not in out


def test_steps_show_as_a_percentage(capsys):
    """Half of the steps is half of the bar."""
    bar = ProgressBar("Simulating", max_value=10).start()
    bar.step(5)
    bar._bar.update(bar.value, force=True)
    assert "50%" in capsys.readouterr().out
    bar.finish()


def test_more_steps_than_announced_do_no_harm():
    """A builder may build more objects than it counted."""
    with ProgressBar("Building network", max_value=2) as bar:
        bar.step(5)
    assert bar.value == 5


def test_values_stand_behind_the_bar(capsys):
    """A loss has four decimals."""
    with ProgressBar("Training", max_value=2, vars=["loss"]) as bar:
        bar.step(loss=0.123456)
    assert "loss: 0.1235" in capsys.readouterr().out.splitlines()[-1]


def test_a_new_part_finishes_the_one_before(capsys):
    """Parts are named after their stage, and end one after the other."""
    with ProgressBar("Optimizing graph") as bar:
        first = bar.sub("merging")
        bar.sub("ordering signals", max_value=3)
        assert first._finished
    lines = capsys.readouterr().out.splitlines()
    finished = [line.split(" finished")[0] for line in lines if "finished" in line]
    assert finished == [
        "Optimizing graph: merging",
        "Optimizing graph: ordering signals",
        "Optimizing graph",
    ]


def test_a_failure_is_not_called_finished(capsys):
    """The bar of a stage that raised stays where it was."""
    with pytest.raises(ZeroDivisionError), ProgressBar("Failing", max_value=3) as bar:
        bar.step()
        raise ZeroDivisionError
    assert "finished" not in capsys.readouterr().out
    bar.finish()
    assert "finished" not in capsys.readouterr().out


def test_iterables_are_wrapped(capsys):
    """A bar around an iterable yields its items, and knows their number."""
    bar = ProgressBar("Simulating")
    assert list(bar("abc")) == ["a", "b", "c"]
    assert (bar.value, bar.max_value) == (3, 3)
    assert "Simulating finished" in capsys.readouterr().out


def test_generators_have_no_length(capsys):
    """Items that cannot be counted before are wrapped as well."""
    bar = ProgressBar("Simulating", max_value=None)
    assert list(bar(i for i in range(3))) == [0, 1, 2]
    assert "finished" in capsys.readouterr().out


def test_max_steps_is_another_name_of_max_value():
    """Nengo's builder sets the number of steps under its own name."""
    bar = ProgressBar("Building network", max_value=None)
    bar.max_steps = 7
    assert bar.max_value == 7
    bar.max_value = 8
    assert bar.max_steps == 8


def test_nengo_builds_with_a_bar(capsys):
    """Nengo's network builder takes one as its progress object."""
    with nengo.Network() as net:
        nengo.Ensemble(5, 1)
    bar = ProgressBar("Building network", "Build", max_value=None)
    nengo.builder.Model(dt=0.001).build(net, progress=bar)
    assert bar.value == bar.max_value == 2
    assert "Build finished" in capsys.readouterr().out


def test_starting_and_finishing_twice_is_once(capsys):
    """Stages that hand a bar on may all use it as a context."""
    with ProgressBar("Building network", "Build") as bar, bar:
        bar.step()
    assert capsys.readouterr().out.count("finished") == 1


def test_a_null_bar_shows_nothing(capsys):
    """It has the same interface, counts, and is silent with all its parts."""
    with NullProgressBar("Training", vars=["loss"]) as bar:
        bar.step(loss=0.5)
        bar.sub("merging").step()
        assert list(NullProgressBar()([1, 2])) == [1, 2]
    assert bar.value == 1
    assert capsys.readouterr() == ("", "")


def test_a_bar_can_be_switched_off():
    """One argument decides whether a bar is shown."""
    assert type(progress_bar(True, "Simulating")) is ProgressBar
    assert type(progress_bar(False, "Simulating")) is NullProgressBar


def test_output_follows_a_redirection(capsys, monkeypatch, tmp_path):
    """The stream is the standard output of the moment, as with `print`."""
    with open(str(tmp_path / "out"), "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with ProgressBar("Simulating"):
            pass
    assert "Simulating" in (tmp_path / "out").read_text()
    assert capsys.readouterr().out == ""
