# SPDX-License-Identifier: MIT
"""The Python function stands in the loop."""

import nengo
import numpy as np
from nengodl_benchmarks import python_node


def test_the_function_lies_between_output_and_input_of_the_array():
    """What neurons give goes through the function and back to them."""
    net = python_node(3, 4, nengo.LIF())
    ends = [(c.pre_obj, c.post_obj) for c in net.connections]
    assert (net.integ.output, net.node) in ends
    assert (net.node, net.integ.input) in ends
    values = np.array([-100.0, 0.0, 0.5])
    assert np.allclose(net.node.output(0.1, values), [-1, 0, 0.46211716])
