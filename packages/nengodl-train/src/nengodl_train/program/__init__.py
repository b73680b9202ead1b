# SPDX-License-Identifier: MIT
"""Training programs: forward, loss, backward and update as one compiled call."""
