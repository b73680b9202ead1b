# SPDX-License-Identifier: MIT
"""What releases 0.5.0 to 0.5.2 of the original brought."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl.graph_optimizer import noop_planner

quiet = {"progress_bar": False}


def test_post_build(open_simulator):
    """History 148: it is called behind the construction and at each reset."""
    numbers = []

    class Function:
        def __call__(self, t):
            return tf.reshape(t, (1, 1))

        def post_build(self, sess, rng):
            numbers.append(rng.randint(2**31))

    with nengo.Network() as net:
        nengo_dl.TensorNode(Function(), size_out=1)
    sim = open_simulator(net, seed=3)
    assert len(numbers) == 1
    sim.reset()
    sim.soft_reset()
    assert numbers == [np.random.RandomState(3).randint(2**31)] * 2
    sim.reset(seed=4)
    assert numbers[2:] == [np.random.RandomState(4).randint(2**31)]


def test_order_of_equal_names(open_simulator):
    """History 159: networks with equal labels have one layout in all simulators."""
    with nengo.Network(seed=0) as net:
        for _ in range(3):
            nengo.Ensemble(5, 1, label="same")
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    layouts = [
        [
            home.bases
            for home in open_simulator(None, model=model).program.store.layout.homes
        ]
        for _ in range(2)
    ]
    assert sum(map(len, layouts[0])) > 3
    assert layouts[0] == layouts[1]


def test_folders_of_event_files(open_simulator, tmp_path):
    """History 162: parents are made, runs are numbered, and other entries ignored."""
    folder = tmp_path / "some" / "where"
    with nengo.Network() as net:
        nengo.Node([1.0])
    for number in range(2):
        open_simulator(net, tensorboard=str(folder)).close()
        assert len(list((folder / f"run_{number}").iterdir())) == 1
    for name in ("run_x", "running", "run_", "run"):
        (folder / name).mkdir()
    (folder / "run_10").mkdir()
    open_simulator(net, tensorboard=str(folder)).close()
    assert len(list((folder / "run_11").iterdir())) == 1


def test_tensor_layer(open_simulator):
    """History 166: a layer is a node or neurons, with a connection that leads there."""
    with nengo.Network() as net:
        source = nengo.Node([1.0, -2.0])
        weights = np.array([[1.0, 2.0], [0.5, 0.5], [-1.0, 1.0]])
        layer, connection = nengo_dl.tensor_layer(
            source, tf.abs, transform=weights, return_conn=True
        )
        neurons = nengo_dl.tensor_layer(layer, nengo.RectifiedLinear(), synapse=0)
        probe = nengo.Probe(layer)
    assert isinstance(layer, nengo_dl.TensorNode)
    assert isinstance(neurons, nengo.ensemble.Neurons)
    assert connection.pre_obj is source and connection.post_obj is layer
    assert connection.synapse is None
    assert [c.post_obj for c in net.connections] == [layer, neurons]
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    np.testing.assert_allclose(sim.data[probe], [[3.0, 0.5, 3.0]])


def test_the_planner_is_a_setting(open_simulator):
    """History 171: without merging, each group has one operator."""
    with nengo.Network(seed=0) as net:
        ensembles = [nengo.Ensemble(5, 1) for _ in range(3)]
        nengo.Connection(ensembles[0], ensembles[1])
    merged = open_simulator(net).program.plan
    assert max(len(group) for group in merged) > 1
    with net:
        nengo_dl.configure_settings(planner=noop_planner)
    assert {len(group) for group in open_simulator(net).program.plan} == {1}


@pytest.mark.parametrize("trainable", [True, False])
def test_trainable_parameters_have_no_batch_axis(open_simulator, trainable):
    """History 182: weights, encoders and biases are those of all items either way."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(trainable=trainable)
        ensemble = nengo.Ensemble(10, 2)
        connection = nengo.Connection(ensemble, nengo.Node(size_in=3), function=tripled)
        nengo.Probe(ensemble)
    sim = open_simulator(net, minibatch_size=4)
    sim.run_steps(2, **quiet)
    assert sim.data[connection].weights.shape == (3, 10)
    assert sim.data[ensemble].encoders.shape == (10, 2)
    assert sim.data[ensemble].bias.shape == (10,)


def tripled(x):
    """Three values."""
    return [x[0], x[1], x[0]]


def test_unrolled_steps_share_variables(open_simulator):
    """History 183: five steps written down in one iteration use one variable."""

    def counted(t):
        variable = tf.Variable(2.0, name="mine")
        return tf.reshape(variable * t, (1, 1))

    with nengo.Network() as net:
        probe = nengo.Probe(nengo_dl.TensorNode(counted, size_out=1))
    sim = open_simulator(net, unroll_simulation=5)
    made = [
        op
        for op in sim.program.graph.get_operations()
        if op.type in ("VarHandleOp", "VariableV2") and op.name.endswith("mine")
    ]
    assert len(made) == 1
    sim.run_steps(10, **quiet)
    np.testing.assert_allclose(sim.data[probe][:, 0], 2 * sim.trange(), rtol=1e-6)


def test_functions_of_tensor_nodes_can_be_assigned():
    """History 192: an assigned function is checked like one that is given."""
    with nengo.Network():
        node = nengo_dl.TensorNode(lambda t: tf.zeros((1, 2)))
    assert node.size_out == 2
    with pytest.raises(ValidationError, match="must be a function") as error:
        node.tensor_func = 3
    assert error.value.attr == "tensor_func"
    function = node.tensor_func = lambda t: tf.ones((1, 2))
    assert node.tensor_func is function
