# SPDX-License-Identifier: MIT
"""What releases 1.0.0 and 1.1.0 of the original brought."""

import nengo
import nengo_dl
import pytest
import tensorflow as tf
from nengo_dl import config, utils


def test_the_default_session(open_simulator):
    """History 77: it is the simulator's inside the context only."""
    with nengo.Network() as net:
        nengo.Node([1.0])
    before = tf.compat.v1.get_default_session()
    sim = open_simulator(net)
    assert tf.compat.v1.get_default_session() is before is not sim.sess
    with sim:
        assert tf.compat.v1.get_default_session() is sim.sess
    assert tf.compat.v1.get_default_session() is before


def test_session_options_come_with_a_built_model(open_simulator):
    """History 97: an option of the network reaches the session through its model."""
    with nengo.Network() as net:
        nengo_dl.configure_settings(
            session_config={"inter_op_parallelism_threads": "three"}
        )
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    # that the value is refused shows that it was read
    with pytest.raises(TypeError, match="inter_op_parallelism_threads"):
        open_simulator(None, model=model)


def test_names_that_are_gone():
    """History 100, 132, 177 and 200: what the original took away is not here."""
    assert not hasattr(nengo_dl, "DATA_DIR")
    assert not hasattr(utils, "cast_dtype")
    assert not hasattr(config, "configure_trainable")
    assert not hasattr(nengo_dl, "configure_trainable")
    assert not hasattr(nengo_dl.Simulator, "print_params")
