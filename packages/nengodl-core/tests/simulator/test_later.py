# SPDX-License-Identifier: MIT
"""The places that training and files of parameters will have."""

import pytest


@pytest.mark.parametrize("method", ["train", "loss", "check_gradients"])
def test_training_says_what_to_install(network, simulate, method):
    """The methods are there, and name the package that they come with."""
    sim = simulate(network)
    with pytest.raises(
        NotImplementedError, match="pip install.*nengodl-train"
    ) as error:
        getattr(sim, method)({}, None)
    assert method in str(error.value)


@pytest.mark.parametrize(
    "name, hint",
    [("training_step", "nengodl-train"), ("tensor_graph", "program.graph")],
)
def test_later_attributes_say_what_to_do_now(network, simulate, name, hint):
    """The attributes are there, and have the way out in their error."""
    sim = simulate(network)
    with pytest.raises(NotImplementedError, match=hint) as error:
        getattr(sim, name)
    assert f"Simulator.{name} " in str(error.value)


def test_there_is_no_summary(network, simulate):
    """Without TensorBoard nothing is summarised."""
    assert simulate(network).summary is None
