# SPDX-License-Identifier: MIT
"""
Training of Nengo networks by gradient descent, for nengodl-core.

With this package installed, ``nengo_dl.Simulator`` has ``train``, ``loss``,
``check_gradients`` and ``training_step``, and ``nengo_dl.objectives`` is there. What else
users import is in ``nengodl_train.callbacks``, ``nengodl_train.resume`` and
``nengodl_train.errors``. Nothing is imported before it is needed.
"""

__version__ = "0.1.0.dev0"
