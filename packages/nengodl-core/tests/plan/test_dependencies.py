# SPDX-License-Identifier: MIT
"""Dependencies of operators, beside nengo's own."""

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo.exceptions import BuildError
from nengo.utils.simulator import operator_dependency_graph
from nengo_dl.errors import DependencyCycle
from nengo_dl.plan import dependencies


def assert_like_nengo(op_list):
    """Compare all direct dependencies with those that nengo finds."""
    graph = dependencies(op_list)
    expected = {op: set() for op in op_list}
    for op, afters in operator_dependency_graph(op_list).items():
        for after in afters:
            expected[after].add(op)
    for i, op in enumerate(op_list):
        assert {op_list[j] for j in graph.operators_before(i)} == expected[op]


@pytest.mark.parametrize("name", ["cconv", "integrator", "pes", "basal_ganglia"])
def test_benchmark_networks_have_nengos_dependencies(make, name):
    """Slices, learning rules and probes give the dependencies that nengo gives."""
    assert_like_nengo(
        make.operators(getattr(make, name)(8, 5, nengo.RectifiedLinear()))
    )


SLICES = st.builds(
    slice, st.integers(0, 7), st.integers(1, 8), st.sampled_from([1, 2, -1])
)
ACCESSES = st.lists(
    st.tuples(st.sampled_from(["incs", "reads"]), st.one_of(st.none(), SLICES)),
    max_size=12,
)


@given(accesses=ACCESSES, updated=st.booleans())
def test_any_views_have_nengos_dependencies(make, accesses, updated):
    """Views overlap if their spans do, whatever their strides and directions."""
    base = Signal(np.zeros((8, 2)), name="base")
    op_list = [make.Step(sets=[base])]
    for kind, item in accesses:
        view = base if item is None else base[item]
        if view.size > 0:
            op_list.append(make.Step(**{kind: [view]}))
    if updated:
        op_list.append(make.Step(updates=[base]))
    assert_like_nengo(op_list[::-1])


def test_reshaped_view_of_a_view_depends_on_its_own_part_only(make):
    """The place of a reshaped slice is right though nengo 2.8 loses its offset."""
    base = Signal(np.zeros(8), name="base")
    low, high = make.Step(incs=[base[:4]]), make.Step(incs=[base[4:]])
    reader = make.Step(reads=[base[4:].reshape((2, 2))])
    assert dependencies([low, high, reader]).operators_before(2) == {1}


def test_shared_signal_needs_few_edges(make):
    """Edges grow with the sum, not the product, of the writers and readers of a signal."""
    base = Signal(np.zeros(500), name="base")
    op_list = [make.Step(incs=[base]) for _ in range(500)]
    op_list += [make.Step(reads=[base[i : i + 1]]) for i in range(500)]
    graph = dependencies(op_list)
    assert sum(len(after) for after in graph.successors) <= 2000
    assert graph.operators_before(999) == set(range(500))


def test_cycle_names_its_operators_and_the_way_out(make):
    """The error lists the operators of the cycle, no others, and suggests synapse=0."""
    a, b, c = (Signal(np.zeros(1), name=name) for name in "abc")
    first, second = make.Step(1, [a], reads=[b]), make.Step(2, [b], reads=[a])
    outside = make.Step(3, [c], reads=[a])
    with pytest.raises(DependencyCycle, match="synapse=0") as error:
        dependencies([outside, first, second])
    assert set(error.value.operators) == {first, second}
    assert isinstance(error.value, BuildError)
    assert str(first) in str(error.value) and str(outside) not in str(error.value)


def test_operator_waiting_for_itself_is_a_cycle(make):
    """A node connected to itself without a synapse cannot run, as in nengo."""
    a = Signal(np.zeros(1), name="a")
    op = make.Step(incs=[a], reads=[a])
    with pytest.raises(DependencyCycle) as error:
        dependencies([op])
    assert error.value.operators == (op,)


def test_network_with_a_cycle_is_refused(make):
    """Two nodes connected in a circle without synapses are reported by their names."""
    with nengo.Network() as net:
        nodes = [nengo.Node(size_in=1, label=name) for name in ("left", "right")]
        nengo.Connection(nodes[0], nodes[1], synapse=None)
        nengo.Connection(nodes[1], nodes[0], synapse=None)
    with pytest.raises(DependencyCycle, match="left"):
        dependencies(make.operators(net))
