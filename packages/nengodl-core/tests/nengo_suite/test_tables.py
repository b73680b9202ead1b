# SPDX-License-Identifier: MIT
"""What is left out of nengo's own tests, and where results may differ more."""

import configparser
import re
import shlex
from pathlib import Path

import nengo
import pytest

FILES = sorted(Path(__file__).parent.glob("nengo*.ini"))
SITE = Path(nengo.__file__).parents[1]
INSTALLED = "nengo{}{}.ini".format(*nengo.version.version_info)


def read(path, option):
    """Lines of an option in an ini file."""
    parser = configparser.ConfigParser()
    parser.read(path)
    return [line for line in parser["pytest"][option].splitlines() if line]


def reasons(path, option):
    """Tests of an option, each with its reason."""
    words = shlex.split(" ".join(read(path, option)))
    return dict(zip(words[::2], words[1::2]))


def tolerances(path):
    """Tests with other tolerances, each with its reason."""
    lines = read(path, "allclose_tolerances")
    return [(line.split()[0], line.partition("#")[2].strip()) for line in lines]


def special(path):
    """Tests that are excluded or run differently, each with its reason."""
    options = ("nengo_test_unsupported", "not_unrolled", "not_single")
    pairs = [pair for option in options for pair in reasons(path, option).items()]
    return pairs + tolerances(path)


def test_all_versions_are_there():
    """There is a file for each nengo whose tests are run."""
    assert [path.name for path in FILES] == [
        "nengo28.ini",
        "nengo32.ini",
        "nengo41.ini",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_at_most_ten_are_left_out_each_with_a_reason(path):
    """Few tests are left out, and all that is special is explained in words."""
    assert len(reasons(path, "nengo_test_unsupported")) <= 10
    for name, reason in special(path):
        assert "::" in name
        assert len(reason.split()) >= 5, f"{name} of {path.name} needs a reason"


@pytest.mark.skipif(
    not (Path(__file__).parent / INSTALLED).exists(),
    reason="there is no list for this version of nengo",
)
def test_special_tests_exist():
    """No entry outlives the test that it is about."""
    path = Path(__file__).parent / INSTALLED
    for name, _ in special(path):
        file, _, function = name.partition("::")
        function = re.split(r"[\[*]", function)[0]
        assert f"def {function}" in (SITE / file).read_text()
