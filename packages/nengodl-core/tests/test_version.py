# SPDX-License-Identifier: MIT
"""The version, and the check of Python."""

import ast
import sys

import nengo_dl
import pytest
from nengo_dl import version


def test_the_version_has_one_source():
    """All forms of the version agree."""
    assert nengo_dl.__version__ == version.version
    assert version.name == "nengodl-core"
    release = ".".join(str(part) for part in version.version_info)
    suffix = "" if version.dev is None else f".dev{version.dev}"
    assert version.version == release + suffix


@pytest.mark.parametrize("found", [(2, 7, 18), (3, 5, 0), (3, 6, 15)])
def test_an_old_python_is_refused(found):
    """The version found and both ways out are named."""
    with pytest.raises(ImportError) as error:
        version.check_python(found)
    assert ".".join(map(str, found)) in str(error.value)
    assert "Upgrade Python" in str(error.value)
    assert "before 2.0" in str(error.value)


@pytest.mark.parametrize("found", [(3, 7, 0), (3, 11, 4), (4, 0, 0), sys.version_info])
def test_other_pythons_pass(found):
    """From the minimum on, all are taken."""
    version.check_python(found)


@pytest.mark.skipif(
    sys.version_info < (3, 8), reason="ast parses old syntax from 3.8 on"
)
@pytest.mark.parametrize("module", [nengo_dl, version])
def test_old_pythons_can_parse_the_check(module):
    """What runs before the check has no newer syntax."""
    with open(module.__file__) as source:
        ast.parse(source.read(), feature_version=(3, 4))
