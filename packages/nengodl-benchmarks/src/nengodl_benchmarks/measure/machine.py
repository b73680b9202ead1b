# SPDX-License-Identifier: MIT
"""The machine and the versions that a measurement was made with."""

import os
import platform
import sys

import psutil

MODULES = ("tensorflow", "nengo", "nengo_dl", "numpy")


def describe_machine():
    """
    Describe the computer.

    Returns
    -------
    dict
        Model of the processor, numbers of cores, memory and operating system.
    """
    return {
        "cpu": cpu_model(),
        "physical_cores": psutil.cpu_count(logical=False),
        "logical_cores": psutil.cpu_count(),
        "usable_cores": usable_cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2.0**30, 1),
        "system": platform.platform(),
    }


def describe_versions():
    """
    Name the versions of Python and of the packages that this process has loaded.

    Returns
    -------
    dict
        Version by name; None for a package that is not loaded.
    """
    versions = {"python": platform.python_version()}
    for name in MODULES:
        versions[name] = getattr(sys.modules.get(name), "__version__", None)
    return versions


def cpu_model():
    """Return the name that the processor gives itself."""
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            for line in cpuinfo:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def usable_cores():
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()
