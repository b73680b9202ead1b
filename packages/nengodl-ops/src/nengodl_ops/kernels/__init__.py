# SPDX-License-Identifier: MIT
"""The kernels as functions of tensors, one file each."""
