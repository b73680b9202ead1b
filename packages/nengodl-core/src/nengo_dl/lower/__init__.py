# SPDX-License-Identifier: MIT
"""Groups of operators and a layout to a step: a pure function of tensors."""
