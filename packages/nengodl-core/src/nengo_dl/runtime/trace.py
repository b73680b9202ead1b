# SPDX-License-Identifier: MIT
"""How a run is carried out, and a record of what TensorFlow did in it."""

import contextlib
import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Union

from nengo.exceptions import ValidationError

from nengo_dl.compat.tensorflow import v1

# in the working directory
PROFILE = "nengo_dl_profile.json"


class Trace:
    """What TensorFlow ran when, block after block, for Chrome's trace viewer."""

    def __init__(self):
        self._events: List[dict] = []

    def add(self, step_stats: Any) -> None:
        """
        Add what TensorFlow reports about one call.

        Parameters
        ----------
        step_stats : StepStats
            Its message: for each device, operations with start and duration.
        """
        for number, device in enumerate(step_stats.dev_stats):
            self._events.append(
                {
                    "ph": "M",
                    "name": "process_name",
                    "pid": number,
                    "args": {"name": device.device},
                }
            )
            self._events += [_event(number, node) for node in device.node_stats]

    def write(self, path: str) -> None:
        """
        Write the record to a file.

        Parameters
        ----------
        path : str
            The file, in the JSON format of chrome://tracing.
        """
        with open(path, "w") as file:
            json.dump({"traceEvents": self._events}, file)


def _event(device: int, node: Any) -> Dict[str, Any]:
    label = node.timeline_label or node.node_name
    return {
        "ph": "X",
        "name": node.node_name,
        "pid": device,
        "tid": node.thread_id,
        "ts": node.all_start_micros,
        "dur": max(node.all_end_rel_micros, 1),
        "args": {"label": label},
    }


@contextlib.contextmanager
def profiled(profile: Union[bool, str]):
    """
    Write a record of what runs inside a ``with`` block.

    Parameters
    ----------
    profile : bool or str
        False for no record; a string is the name of the file, and all else stands for
        ``nengo_dl_profile.json``.

    Raises
    ------
    ValidationError
        Before anything runs, if its folder is not there.
    """
    if not profile:
        yield None
        return
    path = profile if isinstance(profile, str) else PROFILE
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise ValidationError(
            f"must name a file in a folder that is there, but {folder!r} is not",
            attr="profile",
        )
    trace = Trace()
    yield trace
    trace.write(path)


class RunOptions(NamedTuple):
    """
    How a run is carried out.

    Parameters
    ----------
    training : bool, optional
        Whether spiking neurons are replaced by rate neurons.
    extra_feeds : dict of tf.Tensor to np.ndarray, optional
        Values of tensors of the user's.
    trace : Trace, optional
        Takes down what TensorFlow does.
    every_step : bool, optional
        Whether probes have a row for each step, whatever their `sample_every`.
    """

    training: bool = False
    extra_feeds: Optional[Dict[Any, Any]] = None
    trace: Optional[Trace] = None
    every_step: bool = False


ORDINARY = RunOptions()


def traced_run(sess: Any, fetches: Any, feeds: Dict, trace: Optional[Trace]) -> Any:
    """
    Run a session, and take down what it does if that is wanted.

    Parameters
    ----------
    sess : tf.compat.v1.Session
        The session.
    fetches : object
        What to fetch.
    feeds : dict
        What to feed.
    trace : Trace or None
        The record to add to.

    Returns
    -------
    object
        What was fetched.
    """
    if trace is None:
        return sess.run(fetches, feeds)
    metadata = v1.RunMetadata()
    options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
    found = sess.run(fetches, feeds, options=options, run_metadata=metadata)
    trace.add(metadata.step_stats)
    return found
