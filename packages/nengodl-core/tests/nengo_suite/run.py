# SPDX-License-Identifier: MIT
"""
Run the tests of the installed nengo on nengo_dl.Simulator.

``python run.py [--dtype float64] [--unroll-simulation 5] [other arguments of pytest]``; a
name such as ``nengo.tests.test_node`` runs that module only. Works with nengo 2.8, 3.2 and
4.1. What is left out, and where results may differ more than nengo allows, stands with the
reasons in the ini file for that nengo.
"""

import sys
from pathlib import Path

import nengo
import pytest

HERE = Path(__file__).parent
SITE = Path(nengo.__file__).parents[1]
VERSION = nengo.version.version_info


def main(arguments):
    """
    Run pytest.

    Parameters
    ----------
    arguments : list of str
        Command line of pytest.

    Returns
    -------
    int
        Its exit status.
    """
    named = [text for text in arguments if text.split(".")[0] == "nengo"]
    return pytest.main(
        [
            *("-c", str(HERE / "nengo{}{}.ini".format(*VERSION))),
            # so that the tests are called nengo/...
            *("--rootdir", str(SITE), "--pyargs", "--simulator-only"),
            # without a device each simulator warns that there is no GPU
            *("--device", "/cpu:0"),
            # by name, so that the workers of xdist load it, too
            *("-p", "suite"),
            # only nengo 2.8 has its options in a module
            *(["-p", "nengo.tests.options"] if VERSION < (3,) else []),
            *arguments,
            *([] if named else ["nengo"]),
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
