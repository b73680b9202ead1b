# SPDX-License-Identifier: MIT
"""Callbacks of a training: their logic with an imitated training, and real parameters."""

import gc
import inspect
import os
import tempfile
from pathlib import Path

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl import Simulator
from nengodl_train.callbacks import BestParameters, Callback, EarlyStopping


class FakeSimulator:
    """A simulator whose only parameter is a text."""

    def __init__(self):
        self.parameters = "initial"
        self.saved = []

    def save_params(self, path):
        """Write the parameter."""
        Path(path).write_text(self.parameters)
        self.saved.append(path)

    def load_params(self, path):
        """Read the parameter."""
        self.parameters = Path(path).read_text()


class FakeTraining:
    """A training whose losses are known, and whose parameter is the last epoch."""

    def __init__(self, losses, fails_in=None, key="loss", sim=None):
        self.sim = FakeSimulator() if sim is None else sim
        self.losses, self.key = losses, key
        self.fails_in = fails_in
        self.epoch, self.n_epochs, self.minibatch = 0, len(losses), 0
        self.history = {key: []}
        self.reasons = []

    def stop(self, reason):
        """End this training."""
        self.reasons.append(reason)

    def run(self, callback):
        """Call what the callback has, as a training does."""
        callback.on_train_begin(self)
        try:
            for loss in self.losses:
                self._epoch(callback, {self.key: loss})
                if self.reasons:
                    break
        finally:
            callback.on_train_end(self)
        return self

    def _epoch(self, callback, losses):
        callback.on_epoch_begin(self)
        if self.epoch + 1 == self.fails_in:
            raise KeyboardInterrupt
        self.minibatch = 1
        self.sim.parameters = f"epoch {self.epoch + 1}"
        callback.on_minibatch_end(self, losses)
        self.epoch += 1
        self.history[self.key].append(losses[self.key])
        callback.on_epoch_end(self, losses)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder of temporary files, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_base_class():
    """A callback that overrides nothing can be called at all times, and does nothing."""
    training = FakeTraining([1.0, 2.0]).run(Callback())
    assert training.epoch == 2
    assert training.sim.saved == training.reasons == []
    methods = {name for name in vars(Callback) if name.startswith("on_")}
    assert methods == {
        "on_train_begin",
        "on_epoch_begin",
        "on_minibatch_end",
        "on_epoch_end",
        "on_train_end",
    }
    for name in methods:
        n_arguments = 3 if name in ("on_minibatch_end", "on_epoch_end") else 2
        assert len(inspect.signature(getattr(Callback, name)).parameters) == n_arguments
        assert getattr(Callback(), name)(*[None] * (n_arguments - 1)) is None


@pytest.mark.parametrize(
    "losses, arguments, n_epochs, stopped",
    [
        ([3, 2, 1, 1, 0], {}, 4, True),
        ([3, 2, 1, 1, 0], {"patience": 1}, 5, False),
        ([3, 3, 3, 3, 3], {"patience": 2}, 4, True),
        ([3, 4, 2, 4, 1, 4], {"patience": 1}, 6, False),
        ([3, 4, 2, 4, 4, 4, 0], {"patience": np.int64(1)}, 5, True),
        ([3, 2.5, 2, 1], {"min_delta": 0.6}, 2, True),
        ([1, 2, 3, 2, 4], {"mode": "max"}, 4, True),
        ([3, 1, 0], {"baseline": 2}, 1, True),
        ([1, 0, 2, 0], {"baseline": 2}, 3, True),
        ([np.nan] * 5, {"patience": 2}, 3, True),
        ([3, np.nan, 2, np.nan, np.nan, 1], {"patience": 1}, 5, True),
        ([5, 4, 3], {}, 3, False),
    ],
)
def test_early_stopping(losses, arguments, n_epochs, stopped):
    """Training ends once more epochs in a row than `patience` brought no improvement."""
    training = FakeTraining(losses).run(EarlyStopping(**arguments))
    assert training.epoch == n_epochs
    assert len(training.reasons) == stopped


def test_reason_of_early_stopping():
    """The reason has what was monitored, for how long, and the best value."""
    training = FakeTraining([3, 0.5, 1, 1]).run(EarlyStopping(patience=1))
    assert training.reasons == [
        "'loss' has not improved in 2 epoch(s): the best value was 0.5 in epoch 2"
    ]
    training = FakeTraining([np.nan]).run(EarlyStopping(lambda sim: np.nan))
    assert training.reasons == ["<lambda> has not improved in 1 epoch(s): it never did"]


def test_best_value_can_be_read():
    """The best value and its epoch are attributes of the callback."""
    for callback in (EarlyStopping(patience=9), BestParameters("unused", mode="max")):
        assert callback.best is callback.best_epoch is None
    callback = EarlyStopping(patience=9)
    FakeTraining([3, 1, 2]).run(callback)
    assert (callback.best, callback.best_epoch) == (1, 2)


def test_early_stopping_starts_afresh():
    """A second training with one object knows nothing of the first one."""
    callback = EarlyStopping(patience=1, restore_best=True)
    assert FakeTraining([1, 2, 2]).run(callback).epoch == 3
    training = FakeTraining([5, 6, 4, 5, 5]).run(callback)
    assert training.epoch == 5
    assert (callback.best, callback.best_epoch) == (4, 3)
    assert training.sim.parameters == "epoch 3"


def test_monitored_functions_get_the_simulator():
    """A function is called once at the end of each epoch, with the simulator."""
    seen = []

    def distance(sim):
        seen.append(sim.parameters)
        return {"epoch 1": 2, "epoch 2": 1}.get(sim.parameters, 3)

    training = FakeTraining([9, 8, 7, 6]).run(EarlyStopping(distance))
    assert seen == ["epoch 1", "epoch 2", "epoch 3"]
    assert training.epoch == 3


@pytest.mark.parametrize(
    "losses, parameters",
    [
        ([3, 1, 2, 2], "epoch 2"),
        ([3, 2, 1], "epoch 3"),
        ([1, np.nan, np.nan], "epoch 1"),
        ([np.nan, np.nan], "epoch 2"),
    ],
)
def test_best_parameters_are_restored(losses, parameters, temporary):
    """Parameters of the best epoch come back; if there is none, they stay."""
    callback = EarlyStopping(patience=1, restore_best=True)
    training = FakeTraining(losses).run(callback)
    assert training.sim.parameters == parameters
    assert os.listdir(str(temporary)) == []


def test_nothing_is_restored_unless_asked_for(temporary):
    """By default the last parameters stay, and no file is written."""
    training = FakeTraining([1, 2]).run(EarlyStopping())
    assert training.sim.parameters == "epoch 2"
    assert training.sim.saved == []


def test_best_parameters_are_restored_after_a_failure(temporary):
    """An interrupted training also ends with the best parameters and without a file."""
    training = FakeTraining([1, 2, 3, 4], fails_in=3)
    with pytest.raises(KeyboardInterrupt):
        training.run(EarlyStopping(patience=9, restore_best=True))
    assert training.sim.parameters == "epoch 1"
    assert os.listdir(str(temporary)) == []


@pytest.mark.parametrize("broken", ["save_params", "load_params"])
def test_files_go_when_saving_or_loading_fails(temporary, broken):
    """The temporary file is removed, and the error is not hidden."""

    def fail(path):
        raise OSError("no space left")

    training = FakeTraining([1, 2])
    setattr(training.sim, broken, fail)
    with pytest.raises(OSError, match="no space left"):
        training.run(EarlyStopping(restore_best=True))
    assert os.listdir(str(temporary)) == []


@pytest.mark.parametrize("next_step", ["delete", "train"])
def test_files_go_without_an_end_of_the_training(temporary, next_step):
    """A training that never calls its end leaves no file either."""
    callback = EarlyStopping(restore_best=True)
    callback.on_train_begin(None)
    training = FakeTraining([1])
    training.epoch = 1
    callback.on_epoch_end(training, {"loss": 1.0})
    assert len(os.listdir(str(temporary))) == 1
    if next_step == "train":
        callback.on_train_begin(None)
    else:
        del callback
        gc.collect()
    assert os.listdir(str(temporary)) == []


@pytest.mark.parametrize(
    "mode, min_delta, epochs",
    [("min", 0, [1, 2, 5]), ("max", 0, [1, 3]), ("min", 1, [1])],
)
def test_best_parameters(tmp_path, mode, min_delta, epochs):
    """The file is written in each epoch that is better, and holds the best of all."""
    path = tmp_path / "best"
    callback = BestParameters(path, mode=mode, min_delta=min_delta)
    training = FakeTraining([3, 2.5, 4, np.nan, 2]).run(callback)
    assert training.epoch == 5 and training.reasons == []
    assert training.sim.saved == [str(path)] * len(epochs)
    assert path.read_text() == f"epoch {epochs[-1]}"
    assert training.sim.parameters == "epoch 5"
    assert callback.best_epoch == epochs[-1]


def test_best_parameters_of_several_trainings(tmp_path):
    """A worse training that follows does not replace the file."""
    path = tmp_path / "best"
    callback = BestParameters(str(path))
    FakeTraining([3, 2]).run(callback)
    assert FakeTraining([9, 8]).run(callback).sim.saved == []
    assert path.read_text() == "epoch 2"
    FakeTraining([1]).run(callback)
    assert path.read_text() == "epoch 1"


def test_best_parameters_of_a_function_or_probe(tmp_path):
    """A function of the simulator and the loss of one probe can be monitored."""
    path = tmp_path / "best"
    FakeTraining([3, 1, 2]).run(
        BestParameters(path, lambda sim: int(sim.parameters[-1]), mode="max")
    )
    assert path.read_text() == "epoch 3"
    with nengo.Network():
        probe = nengo.Probe(nengo.Node([0.0]))
    FakeTraining([3, 1, 2], key=probe).run(BestParameters(path, probe))
    assert path.read_text() == "epoch 2"


def test_folder_is_missed_before_the_training(tmp_path):
    """A folder that does not exist is an error before the first epoch."""
    training = FakeTraining([1.0])
    path = tmp_path / "absent" / "best"
    with pytest.raises(ValidationError, match="folder that exists") as error:
        training.run(BestParameters(path))
    assert error.value.attr == "path"
    assert str(path.parent) in str(error.value)
    assert training.epoch == 0


@pytest.mark.parametrize(
    "make", [EarlyStopping, lambda key: BestParameters("unused", key)]
)
def test_losses_that_do_not_exist(make):
    """An unknown key is an error at the end of the first epoch, with the known ones."""
    training = FakeTraining([1.0, 1.0])
    with pytest.raises(ValidationError, match=r"losses \('loss'\)") as error:
        training.run(make("accuracy"))
    assert "'accuracy'" in str(error.value)
    assert error.value.attr == "monitor"
    assert training.epoch == 1


@pytest.mark.parametrize(
    "make, attr, value",
    [
        (EarlyStopping, "monitor", 1),
        (EarlyStopping, "patience", -1),
        (EarlyStopping, "patience", 1.0),
        (EarlyStopping, "patience", True),
        (EarlyStopping, "min_delta", -1),
        (EarlyStopping, "mode", "auto"),
        (EarlyStopping, "baseline", "low"),
        (EarlyStopping, "restore_best", "best.npz"),
        (BestParameters, "path", None),
        (BestParameters, "path", 3),
        (BestParameters, "monitor", None),
        (BestParameters, "mode", "auto"),
        (BestParameters, "min_delta", np.nan),
    ],
)
def test_bad_arguments(make, attr, value):
    """The error has the class, the name of the argument and its value."""
    arguments = {"path": "unused"} if make is BestParameters else {}
    arguments[attr] = value
    with pytest.raises(ValidationError) as error:
        make(**arguments)
    assert error.value.attr == attr
    assert f"{make.__name__}.{attr}: must be" in str(error.value)
    assert f"but is {value!r}" in str(error.value)


@pytest.fixture
def sim():
    """A simulator with parameters."""
    with nengo.Network(seed=0) as net:
        nengo.Connection(nengo.Node([1.0]), nengo.Ensemble(4, 1))
    with Simulator(net, device="/cpu:0", progress_bar=False) as simulator:
        yield simulator


@pytest.fixture
def other_parameters(sim, tmp_path):
    """A file of other parameters of the same network."""
    with nengo.Network(seed=1) as net:
        nengo.Connection(nengo.Node([1.0]), nengo.Ensemble(4, 1))
    path = str(tmp_path / "other")
    with Simulator(net, device="/cpu:0", progress_bar=False) as simulator:
        simulator.save_params(path)
    return path


def test_parameters_of_a_simulator(sim, other_parameters, tmp_path, temporary):
    """Real parameters come back from the temporary file, and from the user's file."""
    (ensemble,) = sim.model.toplevel.ensembles
    initial = sim.data[ensemble].bias.copy()
    path = str(tmp_path / "best")
    callbacks = [EarlyStopping(restore_best=True), BestParameters(path)]
    training = FakeTraining([1.0, 2.0], sim=sim)
    for callback in callbacks:
        callback.on_train_begin(training)
    for callback in callbacks:
        callback.on_epoch_end(training, {"loss": 1.0})
    sim.load_params(other_parameters)
    assert np.all(sim.data[ensemble].bias != initial)
    for callback in callbacks:
        callback.on_train_end(training)
    np.testing.assert_array_equal(sim.data[ensemble].bias, initial)
    assert os.listdir(str(temporary)) == []

    sim.load_params(other_parameters)
    sim.load_params(path)
    np.testing.assert_array_equal(sim.data[ensemble].bias, initial)
