# SPDX-License-Identifier: MIT
"""What the probes of a simulator have recorded."""

import numpy as np

from nengo_dl.config import get_setting


class ProbeHistory:
    """
    Rows recorded by the probes of a model, run after run.

    Parameters
    ----------
    model : Model
        The built model.
    batched : bool
        Whether results have a batch axis.
    dtype : str
        Type of the results.
    items : int, optional
        Size of the minibatch. A result that all items share has the length 1 there, if
        it is a parameter, and else is repeated.
    """

    def __init__(self, model, batched, dtype, items=1):
        self._periods = {
            probe: sample_period(probe.sample_every, model.dt) for probe in model.probes
        }
        self._keep = {
            probe: get_setting(model, "keep_history", True, obj=probe)
            for probe in model.probes
        }
        # signals of parameters are marked, see `build.mark_trainable`
        self._repeats = {
            probe: items if not hasattr(model.sig[probe]["in"].base, "trainable") else 1
            for probe in model.probes
        }
        self._batched = batched
        self._dtype = dtype
        self._blocks = {}
        self._first_block = True
        self.clear()

    def clear(self):
        """Forget everything."""
        self._blocks = {probe: [] for probe in self._periods}

    def start_run(self):
        """Say that what follows is another run, which has a last step of its own."""
        self._first_block = True

    def append(self, rows, start, n_steps):
        """
        Add the rows of a block of steps.

        Parameters
        ----------
        rows : dict of Probe to ndarray
            Arrays of shape (batch or 1, rows, ...), which may have rows of more steps
            than were asked for.
        start : int
            Steps done before the block.
        n_steps : int
            Steps that were asked for.
        """
        steps = np.arange(start + 1, start + n_steps + 1)
        for probe, array in rows.items():
            if self._keep[probe]:
                n_rows = int(np.sum(steps % self._periods[probe] < 1))
                array = array[:, :n_rows]
            else:
                array = array[:, -1:].copy()  # a view would keep all rows alive
                if not self._first_block:
                    self._drop_last(probe)
            # one array without rows says what shape rows would have
            if array.shape[1] > 0 or not self._blocks[probe]:
                self._blocks[probe].append(array.astype(self._dtype, copy=False))
        self._first_block = False

    def _drop_last(self, probe):
        """Take away the last row, which a later step of the same run replaces."""
        blocks = self._blocks[probe]
        last = blocks.pop()
        if last.shape[1] > 1:  # joined with earlier runs by `read`
            blocks.append(last[:, :-1])

    def read(self, probe):
        """
        Everything that a probe recorded.

        Parameters
        ----------
        probe : Probe
            The probe.

        Returns
        -------
        ndarray or list
            Array of shape (batch, rows, ...), without the batch axis for an unbatched
            simulator, that cannot be written to; an empty list before any run.
        """
        blocks = self._blocks[probe]
        if not blocks:
            return []
        if len(blocks) > 1:
            # joined once, so that reading after each of many runs stays cheap
            blocks[:] = [np.concatenate(blocks, axis=1)]
        result = blocks[0] if self._batched else blocks[0][0]
        if self._batched and len(result) < self._repeats[probe]:
            result = np.broadcast_to(result, (self._repeats[probe],) + result.shape[1:])
        result = result.view()
        result.flags.writeable = False
        return result


def sample_period(sample_every, dt):
    """
    Count the steps from one sample to the next.

    Parameters
    ----------
    sample_every : float or None
        Time between samples in seconds, None for every step.
    dt : float
        Length of a step, in seconds.

    Returns
    -------
    float
        The number of steps; step s (from 1 on) is sampled if ``s % period < 1``.
    """
    return 1 if sample_every is None else sample_every / dt
