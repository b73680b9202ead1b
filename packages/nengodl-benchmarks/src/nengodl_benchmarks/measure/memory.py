# SPDX-License-Identifier: MIT
"""Memory of this process."""

import sys

import psutil

try:
    import resource
except ImportError:  # Windows has none
    resource = None

MIB = 2.0**20


def resident_mb():
    """Return the resident memory of this process now, in MiB."""
    return psutil.Process().memory_info().rss / MIB


def peak_mb():
    """Return the largest resident memory of this process so far, in MiB."""
    try:
        # not resource's ru_maxrss, which a child process inherits from its parent
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024.0
    except OSError:
        pass
    if resource is None:
        return psutil.Process().memory_info().peak_wset / MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # kilobytes, but bytes on macOS
    return peak / (MIB if sys.platform == "darwin" else 1024.0)


def reset_peak():
    """
    Let the peak start from what is resident now.

    Returns
    -------
    bool
        Whether this system can do that; if not, the peak is that since the start.
    """
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        return False
    return True
