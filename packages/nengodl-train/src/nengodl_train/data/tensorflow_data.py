# SPDX-License-Identifier: MIT
"""Datasets of TensorFlow, in eager mode and in graphs."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Iterator

import tensorflow as tf

v1 = tf.compat.v1

# the base of all of them in TensorFlow 1, too
Dataset = tf.compat.v2.data.Dataset

END = object()


class DatasetReader:
    """
    Goes through a dataset as often as wanted.

    Parameters
    ----------
    dataset : tf.data.Dataset
        The dataset. One that was made in a graph stays there, and gets an iterator.
    """

    def __init__(self, dataset: Any):
        self._dataset = dataset
        # only the tensors of graphs have one
        variant = tf.data.experimental.to_variant(dataset)
        self._graph = getattr(variant, "graph", None)
        self._operations: Any = None

    def elements(self) -> Iterator[Any]:
        """
        Go through the dataset once.

        Returns
        -------
        iterator of object
            The elements, of arrays or of eager tensors. Closing it stops the thread or
            session that reads.
        """
        if self._graph is None:
            return _elements_in_thread(self._dataset)
        return self._elements_in_session()

    def _elements_in_session(self):
        tables, start, following = self._iterator()
        # all of this belongs on the CPU: leave GPUs to the simulator
        config = v1.ConfigProto(device_count={"GPU": 0}, allow_soft_placement=True)
        # not "with session", which would make it the default session of the caller
        with closing(v1.Session(graph=self._graph, config=config)) as session:
            session.run(tables)
            session.run(start)
            while True:
                try:
                    element = session.run(following)
                except tf.errors.OutOfRangeError:
                    return
                yield element

    def _iterator(self):
        """Operations that begin an epoch and get an element, made in the first epoch."""
        if self._operations is None:
            with self._graph.as_default(), tf.device("/cpu:0"):
                iterator = v1.data.make_initializable_iterator(self._dataset)
                self._operations = (
                    v1.tables_initializer(),
                    iterator.initializer,
                    iterator.get_next(),
                )
        return self._operations


def _elements_in_thread(dataset):
    """Yield eager tensors: a new thread is not inside anybody's graph."""
    with ThreadPoolExecutor(1) as thread:
        elements = _elements(dataset)
        try:
            while True:
                element = thread.submit(next, elements, END).result()
                if element is END:
                    return
                yield element
        finally:
            # TensorFlow's iterator was made there, and is freed there
            thread.submit(elements.close).result()


def _elements(dataset):
    yield from dataset
