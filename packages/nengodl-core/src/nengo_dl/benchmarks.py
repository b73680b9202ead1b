# SPDX-License-Identifier: MIT
"""The benchmarks of nengodl-benchmarks under the name that users import and run."""

import sys

from nengo_dl.installation import import_sibling

_DISTRIBUTION = "nengodl-benchmarks"

if __name__ == "__main__":
    import_sibling(
        "nengodl_benchmarks.cli", _DISTRIBUTION, "'python -m nengo_dl.benchmarks'"
    ).main()
else:
    # see objectives.py
    sys.modules[__name__] = import_sibling(
        "nengodl_benchmarks", _DISTRIBUTION, "nengo_dl.benchmarks"
    )
