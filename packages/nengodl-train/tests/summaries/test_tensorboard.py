# SPDX-License-Identifier: MIT
"""Event files as TensorBoard reads them."""

import numpy as np
import pytest
from nengodl_train.summaries import Summaries


def test_tensorboard_reads_the_files(network, open_simulator, tmp_path, put):
    """TensorBoard itself finds tags, steps and values."""
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="newer TensorFlow does not bring TensorBoard along",
    )
    sim = open_simulator(network)
    written = Summaries(sim, ["loss", network.a.neurons], [network.probe])
    biases = [[1, 0, 3], [2, 0, 4], [-1, 5, 0.5]]
    for step, bias in enumerate(biases, 1):
        put(sim, sim.model.sig[network.a.neurons]["bias"], [bias])
        written.write({"loss": 1 / step}, step)
    written.flush()
    found = accumulator.EventAccumulator(
        str(tmp_path / "run_0"),
        size_guidance={"histograms": 0},  # all of them
    ).Reload()
    scalars = found.Scalars("loss/loss/loss")
    assert [(s.step, s.value) for s in scalars] == [
        (step, np.float32(1 / step)) for step in (1, 2, 3)
    ]
    histograms = found.Histograms("Ensemble.neurons_a_bias")
    assert [h.step for h in histograms] == [1, 2, 3]
    for histogram, bias in zip(histograms, biases):
        value = histogram.histogram_value
        assert (value.min, value.max) == (min(bias), max(bias))
        assert (value.num, value.sum) == (3, sum(bias))
        assert value.sum_squares == sum(x**2 for x in bias)
    assert found.Graph() is not None
