# SPDX-License-Identifier: MIT
"""Checks of the elements of a stream."""

import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl.errors import DataError


class Tensor:
    """What is known of eager tensors: they can be had as arrays."""

    def __init__(self, array):
        self._array = array

    def numpy(self):
        """Return the array."""
        return self._array


def test_keys_may_be_labels(element, open_data, numbers):
    """Objects, their labels, and a mixture of both mean the same."""
    labelled = element(2, keys=("x", "y"))
    mixed = element(2, first=2)
    mixed["x"] = mixed.pop(next(iter(mixed)))
    source = open_data([labelled, mixed, element(2, first=4)])
    assert numbers(source) == [[0, 1], [2, 3], [4, 5]]


def test_values_may_be_eager_tensors(element, open_data, numbers):
    """Tensors that can be had as arrays are."""
    tensors = {key: Tensor(array) for key, array in element(2).items()}
    assert numbers(open_data([tensors])) == [[0, 1]]


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda e: (e["x"], e["y"]), "must be a dict.*but is a tuple"),
        (lambda e: 5, "must be a dict.*but is a int"),
        (lambda e: {}, "must be a dict"),
        (lambda e: dict(e, x=e["x"][:1], y=e["y"][:1]), "minibatch_size=2.*has 1"),
        (lambda e: dict(e, x=e["x"][:, :1]), "steps.*length 1"),
        (lambda e: dict(e, x=e["y"]), "size.*length 2"),
        (lambda e: dict(e, x=e["x"][0]), "three axes.*2"),
        (lambda e: dict(e, x=e["x"].tolist()), "numpy array.*list"),
        (lambda e: dict(e, x="text"), "numpy array.*str"),
        (lambda e: dict(e, x=e["x"].astype(bytes)), "real numbers.*S"),
        (lambda e: dict(e, x=e["x"] * np.nan), "finite"),
        (lambda e: dict(e, z=e["x"]), "label 'z'"),
        (lambda e: dict(e, both=e["y"]), "size_in is 2"),
        (lambda e: {"y": e["y"], 1: e["x"]}, "keys must be.*1 is a int"),
        (lambda e: {"x": e["x"]}, "target for .*y"),
    ],
)
def test_each_element_is_checked(change, text, element, open_data):
    """The error is the one of a dict of arrays, and says which element it is about."""
    given = element(2, keys=("x", "y"))
    pieces = open_data([change(given)]).epoch()
    with pytest.raises(DataError, match=f"(?s)element 0 .*epoch 1: .*{text}") as error:
        next(pieces)
    assert error.value.attr == "data"


def test_later_elements_and_epochs_are_checked(element, open_data, numbers):
    """The numbers of the element and of the epoch are those of the wrong one."""
    elements = [element(2) for _ in range(3)]
    source = open_data(elements)
    numbers(source)
    elements[2] = element(1)
    with pytest.raises(DataError, match="element 2 of the stream in epoch 2: "):
        numbers(source)


def test_keys_must_be_the_same_in_all_elements(element, network, open_data):
    """One program computes all of them: inputs cannot come and go."""
    elements = [element(2), {network.y: element(2)[network.y]}]
    pieces = open_data(elements).epoch()
    next(pieces)
    with pytest.raises(DataError, match="(?s)element 1 .*same keys.*x.*y.*but has .*y"):
        next(pieces)


def test_an_object_is_named_once(element, network, open_data):
    """An object and its label in one element would be two values for it."""
    given = dict(element(2), x=np.zeros((2, 2, 1)))
    with pytest.raises(DataError, match="two values for .*x"):
        next(open_data([given]).epoch())


def test_errors_keep_their_class_and_attribute(element, network):
    """What the check raises comes through, with the place in front of its message."""
    from nengodl_train.data.elements import ElementReader

    class OwnError(ValidationError):
        pass

    def check(data):
        raise OwnError("is not used", attr="targets", obj=network.y)

    with pytest.raises(OwnError, match="Probe.targets: here: is not used") as error:
        ElementReader(check, network.objects).read(element(2), "here: ")
    assert error.value.attr == "targets"
    assert error.value.obj is network.y
