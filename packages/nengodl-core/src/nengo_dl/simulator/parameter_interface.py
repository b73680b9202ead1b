# SPDX-License-Identifier: MIT
"""The part of the simulator's interface that moves parameters in and out."""

import os
from typing import Any, Dict, List, Sequence, Union

import nengo

from nengo_dl.errors import NoParametersError
from nengo_dl.simulator import files, transfer
from nengo_dl.simulator.checkpoint import Checkpoint
from nengo_dl.tensor_node import TensorNode


class ParameterInterface:
    """Methods that save, load, export and freeze parameters."""

    def save_params(
        self,
        path: Union[str, "os.PathLike[str]"],
        include_global: bool = True,
        include_local: bool = False,
    ):
        """
        Write parameters, state or both to a file.

        The file is a NumPy archive (format ``.npz``) of arrays under names that tell where
        in the network they belong. It depends neither on the version of TensorFlow nor on
        minibatch size, planner, unrolling, type or device of the simulator. It appears
        when it is complete: if writing fails, an older file stays as it was.

        Parameters
        ----------
        path : str or path-like
            The file. No ending is added to its name; an existing file is replaced.
        include_global : bool, optional
            Whether to write trainable parameters (encoders, biases, weights) and the
            variables of TensorNodes and of the training.
        include_local : bool, optional
            Whether to write the state of the simulation and all parameters that are not
            trainable. What Python functions and processes keep to themselves is not
            written, nor are time and probe data.

        Raises
        ------
        NoParametersError
            If nothing is selected, or there is nothing of what is selected.
        ParameterFileError
            If the folder does not exist.
        SimulatorClosed
            If the simulator is closed.

        See Also
        --------
        load_params : Read the file again.
        """
        self._require_open("save parameters")
        kinds = _kinds(include_global, include_local, "save")
        arrays = Checkpoint(self.model, self._program).collect(kinds)
        if not arrays:
            raise NoParametersError(
                f"There is nothing to save: the simulator has no {' or '.join(kinds)}"
                " parameters. If it was made with inference_only=True nothing is"
                " trainable; use include_local=True."
            )
        files.write(path, arrays, kinds)

    def load_params(
        self,
        path: Union[str, "os.PathLike[str]"],
        include_global: bool = True,
        include_local: bool = False,
    ):
        """
        Read parameters, state or both from a file.

        The network must have the same structure as the one that was saved: the same
        objects in the same order, of the same sizes. For global parameters neuron types do
        not matter. Everything is checked before anything is changed.

        Parameters
        ----------
        path : str or path-like
            The file that `save_params` wrote.
        include_global : bool, optional
            Whether to read trainable parameters.
        include_local : bool, optional
            Whether to read the state and parameters that are not trainable. State of
            one item loads into any minibatch size; state of several into the same.

        Raises
        ------
        NoParametersError
            If nothing is selected.
        ParameterFileError
            If there is no such file, or it is none of `save_params`, or not complete.
        ParameterMismatchError
            If it does not fit this simulator; names the first mismatch.
        SimulatorClosed
            If the simulator is closed.

        See Also
        --------
        save_params : Write the file.
        """
        self._require_open("load parameters")
        kinds = _kinds(include_global, include_local, "load")
        stored = files.read(path)
        checkpoint = Checkpoint(self.model, self._program)
        checkpoint.restore(stored, kinds, os.fspath(path))

    def get_nengo_params(
        self, nengo_objs: Any, as_dict: bool = False
    ) -> Union[Dict[str, Any], List[Dict[str, Any]], Dict[str, Dict[str, Any]]]:
        """
        Give arguments that make objects with the parameters that these have now.

        Parameters
        ----------
        nengo_objs : Ensemble or Neurons or Connection, or a list or tuple of them
            The objects; neurons stand for their ensemble.
        as_dict : bool, optional
            Whether the result for several objects is a dict by their labels, which must
            all be different, instead of a list.

        Returns
        -------
        dict or list of dict or dict of dict
            Keyword arguments of `nengo.Ensemble` or `nengo.Connection`, for each object.

        Raises
        ------
        TransferError
            If an object is of another type or network, in direct mode, or has
            parameters that differ between items; or if labels are not different.
        SimulatorClosed
            If the simulator is closed.

        See Also
        --------
        freeze_params : Write the parameters into the objects.
        """
        self._require_open("give parameters")
        several = isinstance(nengo_objs, (list, tuple))
        objs = list(nengo_objs) if several else [nengo_objs]
        params = transfer.nengo_params(self.model, self._program, objs)
        if not several:
            return params[0]
        return dict(zip(transfer.labels(objs), params)) if as_dict else params

    def freeze_params(
        self,
        objs: Union[
            nengo.Network,
            nengo.Ensemble,
            nengo.Connection,
            TensorNode,
            Sequence[
                Union[nengo.Network, nengo.Ensemble, nengo.Connection, TensorNode]
            ],
        ],
    ):
        """
        Write the parameters that objects have now into the objects themselves.

        The network then does the same in any simulator, such as `nengo.Simulator`. All
        objects are checked before the first one is changed. Variables of a TensorNode go
        into its Keras layer or model.

        Parameters
        ----------
        objs : Network or Ensemble or Connection or TensorNode, or a list or tuple of them
            The objects; a network stands for all ensembles and connections in it, without
            ensembles in direct mode, which have no parameters, for the decoders of
            its probes (`nengo.Probe.solver`), and for its TensorNodes with Keras objects.

        Raises
        ------
        TransferError
            If an object does not belong to the simulated network, is in direct mode, or
            has parameters that differ between items.
        TypeError
            If an object is of another type.
        SimulatorClosed
            If the simulator is closed.

        See Also
        --------
        get_nengo_params : Give the parameters without changing anything.
        """
        self._require_open("freeze parameters")
        objs = list(objs) if isinstance(objs, (list, tuple)) else [objs]
        transfer.freeze(self.model, self._program, objs)


def _kinds(include_global, include_local, action):
    chosen = (("global", include_global), ("local", include_local))
    kinds = [kind for kind, included in chosen if included]
    if not kinds:
        raise NoParametersError(
            f"There is nothing to {action}: both include_global and include_local are"
            " False. Set one of them to True."
        )
    return kinds
