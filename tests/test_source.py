# SPDX-License-Identifier: MIT
"""House rules for the source files that no linter checks."""

import ast
import re
from pathlib import Path

import pytest

MAX_FILE = 400
MAX_FUNCTION = 40
# Folders that only exist on one machine, and names of package mirrors.
MACHINE = re.compile(
    r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/"
    r"|(?:extra-)?index-url|find-links|trusted-host"
)


def body_lines(function):
    """Count the lines of a function without its docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    start = first.end_lineno + 1 if has_docstring else function.lineno
    return function.end_lineno - start + 1


def private_tensorflow(tree):
    """Return the lines of a module that reach into ``tensorflow.python``."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(map(is_private, node.names)))
        or (isinstance(node, ast.ImportFrom) and from_private(node))
        or (isinstance(node, ast.Attribute) and is_private_attribute(node))
    ]


def is_private(alias):
    """Say whether ``import alias`` imports a private module of TensorFlow."""
    return re.match(r"tensorflow(_core)?\.python\b|tensorflow_core\b", alias.name)


def from_private(node):
    """Say whether ``from module import names`` does."""
    names = [f"{node.module}.{alias.name}" for alias in node.names]
    return any(is_private(ast.alias(name)) for name in names)


def is_private_attribute(node):
    """Say whether ``tf.python`` or ``tensorflow.python`` is used."""
    owner = node.value
    return (
        node.attr == "python"
        and isinstance(owner, ast.Name)
        and owner.id in {"tf", "tensorflow"}
    )


def parse(path):
    """Parse a source file as Python 3.7 does."""
    return ast.parse(path.read_text(), str(path), feature_version=(3, 7))


def test_files_are_short(sources):
    """No source file has more than 400 lines."""
    long = {path: len(path.read_text().splitlines()) for path in sources}
    assert {str(path): n for path, n in long.items() if n > MAX_FILE} == {}


def test_functions_are_short(sources):
    """No function has more than 40 lines, its docstring not counted."""
    long = {
        f"{path}:{node.lineno} {node.name}": body_lines(node)
        for path in sources
        for node in ast.walk(parse(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and body_lines(node) > MAX_FUNCTION
    }
    assert long == {}


def test_sources_are_python_37(sources):
    """Every source file parses as Python 3.7."""
    for path in sources:
        assert parse(path).body is not None


def test_no_private_tensorflow(sources):
    """No source file reaches into TensorFlow's private modules."""
    found = {str(path): private_tensorflow(parse(path)) for path in sources}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import tensorflow.python",
        "import tensorflow.python.ops as ops",
        "from tensorflow.python.framework import ops",
        "from tensorflow import python",
        "x = tf.python.framework",
        "import tensorflow_core.python",
    ],
)
def test_private_tensorflow_is_found(line):
    """The check above knows each way to get there."""
    assert private_tensorflow(ast.parse(line)) == [1]
    assert (
        private_tensorflow(ast.parse("import tensorflow as tf; tf.constant(1)")) == []
    )


def test_every_python_file_names_the_licence(files):
    """Each Python file starts with its SPDX line."""
    line = "# SPDX-License-Identifier: MIT\n"
    python = [path for path in files if path.suffix == ".py" and path.read_text()]
    assert [str(path) for path in python if not path.read_text().startswith(line)] == []


def test_no_file_knows_a_machine(files):
    """No file names a folder of one machine or a package mirror."""
    found = {
        str(path): match.group()
        for path in files
        if path != Path(__file__) and (match := MACHINE.search(path.read_text()))
    }
    assert found == {}
