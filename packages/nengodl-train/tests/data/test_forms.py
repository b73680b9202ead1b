# SPDX-License-Identifier: MIT
"""The forms of a stream."""

import functools

import pytest
import tensorflow as tf
from nengo_dl.errors import DataError
from nengodl_train.data.forms import find_opener


class OldSequence:
    """A ``keras.utils.Sequence``: a length and elements, and perhaps a method."""

    def __init__(self, length):
        self.length = length
        self.ended = 0

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return 10 * self.ended + index

    def on_epoch_end(self):
        """Count epochs."""
        self.ended += 1


class Batches:
    """A ``keras.utils.PyDataset``: the length is a property, and there are no others."""

    def __init__(self, num_batches):
        self._num_batches = num_batches

    @property
    def num_batches(self):
        """int: number of elements."""
        return self._num_batches

    def __getitem__(self, index):
        return index


class Loader:
    """An iterable that can be gone through again, with a length but without elements."""

    def __iter__(self):
        yield from range(3)

    def __len__(self):
        return 3


def up_to(stop):
    """Yield numbers."""
    yield from range(stop)


@pytest.mark.parametrize(
    "data",
    [
        OldSequence(3),
        Batches(3),
        Loader(),
        [0, 1, 2],
        lambda: iter(range(3)),
        lambda: Batches(3),
        functools.partial(up_to, 3),
        Loader,
    ],
    ids="sequence pydataset iterable list function returned partial class".split(),
)
def test_streams_begin_anew_in_each_epoch(data):
    """All forms give their elements in order, as often as asked."""
    opener = find_opener(data)
    epochs = [[number % 10 for number in opener()] for _ in range(2)]
    assert epochs == [[0, 1, 2]] * 2


@pytest.mark.parametrize(
    "data", [iter(range(3)), up_to(3)], ids=["iterator", "generator"]
)
def test_iterators_end(data):
    """There is nothing more in an iterator that was gone through."""
    opener = find_opener(data)
    assert [list(opener()) for _ in range(2)] == [[0, 1, 2], []]


def test_sequences_hear_of_the_ends_of_epochs():
    """Whole epochs count, and a sequence may change its length between them."""
    sequence = OldSequence(2)
    opener = find_opener(sequence)
    assert list(opener()) == [0, 1]
    sequence.length = 3
    assert list(opener()) == [10, 11, 12]
    elements = opener()
    next(elements)
    elements.close()
    assert sequence.ended == 2


def test_sequences_of_keras_hear_of_the_beginnings_of_epochs():
    """Keras 3 calls ``on_epoch_begin``, before it asks for an element."""
    calls = []

    class Told(Batches):
        def on_epoch_begin(self):
            calls.append("begin")

        def __getitem__(self, index):
            calls.append(index)

    list(find_opener(Told(2))())
    assert calls == ["begin", 0, 1]


def test_keras_objects_are_streams():
    """The class that the installed Keras has for this is known by its methods."""
    utils = tf.keras.utils
    base = getattr(utils, "PyDataset", utils.Sequence)

    class Numbers(base):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return index

    opener = find_opener(Numbers())
    assert [list(opener()) for _ in range(2)] == [[0, 1, 2]] * 2


def test_sequences_without_an_end_are_refused():
    """An epoch of a sequence that says that it never ends would never end."""
    with pytest.raises(DataError, match="num_batches of the Batches is None"):
        next(find_opener(Batches(None))())


def test_functions_must_take_no_arguments():
    """The error comes when the data is opened."""
    with pytest.raises(DataError, match="no arguments, but .*up_to.* needs 1"):
        find_opener(up_to)


@pytest.mark.parametrize(
    "result", [None, {"x": 0}, 5, up_to], ids=["none", "dict", "number", "function"]
)
def test_functions_must_return_iterators(result):
    """One that returns its only element, or another function, is refused."""
    with pytest.raises(DataError, match=f"but returned a {type(result).__name__}"):
        find_opener(lambda: result)()


@pytest.mark.parametrize(
    "data",
    [None, 5, 1.5, "xy", b"xy", {}, object()],
    ids=["none", "int", "float", "str", "bytes", "dict", "object"],
)
def test_other_data_is_no_stream(data):
    """Texts are no sequences of elements, nor are dicts."""
    assert find_opener(data) is None
