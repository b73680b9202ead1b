# SPDX-License-Identifier: MIT
"""Memory of training through many steps."""

import pytest
from nengodl_benchmarks.experiments.recurrent.memory import peak_memory


@pytest.mark.slow
def test_saving_state_now_and_then_needs_less_memory():
    """Of 12,800 steps all saved states take 330 MB, every 113th a fiftieth of that."""
    assert peak_memory(12800, 113) < peak_memory(12800) - 200
