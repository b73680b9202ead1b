# SPDX-License-Identifier: MIT
"""The reference part of the documentation against the installed packages."""

import inspect
import re
from pathlib import Path

import nengo_dl
import nengo_dl.config
import nengo_dl.errors
import nengo_dl.extend
import nengo_dl.graph_optimizer
import nengodl_benchmarks
import nengodl_train.callbacks
import nengodl_train.errors
import nengodl_train.objectives
import nengodl_train.optimizers.errors
import nengodl_train.resume
import pytest
from nengodl_train.optimizers.classic import ELEMENTWISE as classic_optimizers
from nengodl_train.optimizers.keras import ELEMENTWISE as keras_optimizers

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
DIRECTIVE = re.compile(r"^\.\. auto\w+:: (\S+)$", re.MULTILINE)


def test_messages_point_to_sections_that_exist():
    """The section that the simulator's errors name is on the page that they name."""
    page = (REFERENCE.parent / "how-to" / "simulate.rst").read_text()
    with pytest.raises(NotImplementedError) as error:
        nengo_dl.Simulator.__getstate__(None)
    for title, line in (("Simulate a network", "="), ("Saving parameters", "-")):
        assert f"'{title}'" in str(error.value)
        assert f"{title}\n{line * len(title)}\n" in page


@pytest.fixture(scope="module")
def documented():
    """What the pages of the reference have an autodoc directive for."""
    pages = "\n".join(page.read_text() for page in REFERENCE.glob("*.rst"))
    return DIRECTIVE.findall(pages)


def test_every_public_name_is_documented(documented):
    """Each name in ``nengo_dl.__all__`` has an autodoc directive of its own.

    A public module has one if one of its members has.
    """
    missing = [
        name
        for name in (f"nengo_dl.{name}" for name in nengo_dl.__all__)
        if not any(
            entry == name or entry.startswith(f"{name}.") for entry in documented
        )
    ]
    assert missing == []


@pytest.mark.parametrize(
    "module",
    [
        nengo_dl.config,
        nengo_dl.extend,
        nengo_dl.graph_optimizer,
        nengodl_benchmarks,
        nengodl_train.callbacks,
        nengodl_train.errors,
        nengodl_train.objectives,
        nengodl_train.optimizers.errors,
        nengodl_train.resume,
    ],
    ids=lambda module: module.__name__,
)
def test_every_name_of_public_modules_is_documented(module, documented):
    """A public module is documented as a whole, or each of its names is."""
    # by their last part, as some names have their directive under a shorter path
    missing = public(module) - {entry.split(".")[-1] for entry in documented}
    assert public(module)
    assert module.__name__ in documented or missing == set()


def public(module):
    """Names in ``__all__``, or else of the public classes that a module defines."""
    defined = {
        name
        for name, kind in vars(module).items()
        if inspect.isclass(kind)
        and kind.__module__ == module.__name__
        and not name.startswith("_")
    }
    return set(getattr(module, "__all__", defined))


def test_every_name_of_public_modules_has_a_docstring():
    """Autodoc leaves out what has no docstring."""
    bare = [
        f"{module.__name__}.{name}"
        for module in (
            *(nengo_dl.extend, nengo_dl.graph_optimizer, nengodl_benchmarks),
            *(nengodl_train.callbacks, nengodl_train.objectives, nengodl_train.errors),
            *(nengodl_train.optimizers.errors, nengodl_train.resume),
        )
        for name in public(module)
        if not inspect.getdoc(getattr(module, name))
    ]
    assert bare == []


def test_every_error_stands_in_the_overview():
    """The tables of errors and warnings list each class with the base class it has."""
    page = (REFERENCE / "errors.rst").read_text()
    rows = dict(re.findall(r"^``(\w+)`` +``([\w.]+)``", page, re.MULTILINE))
    modules = nengo_dl.errors, nengodl_train.errors, nengodl_train.optimizers.errors
    classes = {
        name: kind
        for module in modules
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and kind.__module__.startswith(module.__name__)
    }
    assert set(rows) == set(classes)
    for name, base in rows.items():
        bases = {f"{c.__module__}.{c.__name__}" for c in classes[name].__bases__}
        assert base in bases or f"builtins.{base}" in bases


@pytest.mark.parametrize(
    "page, function",
    [
        ("simulate", nengo_dl.Simulator),
        ("run-batch", nengo_dl.Simulator.run_batch),
        ("train", nengo_dl.Simulator.train),
        ("train", nengo_dl.Simulator.loss),
        ("train", nengo_dl.Simulator.check_gradients),
    ],
    ids=["simulate", "run-batch", "train", "loss", "check_gradients"],
)
def test_how_to_pages_name_every_argument(page, function):
    """Pages about simulators, data sets and training leave no argument out."""
    text = (REFERENCE.parent / "how-to" / f"{page}.rst").read_text()
    arguments = set(inspect.signature(function).parameters) - {"self"}
    named = set(re.findall(r"`(\w+)`|``(\w+)=", text))
    assert arguments <= {name for pair in named for name in pair}


def test_every_warning_of_training_is_explained():
    """The page about training says what to do about each warning of its package."""
    page = (REFERENCE.parent / "how-to" / "train.rst").read_text()
    rows = re.findall(r"^``(\w+Warning)`` ", page, re.MULTILINE)
    names = public(nengodl_train.errors)
    assert {name for name in names if name.endswith("Warning")} <= set(rows)


def test_lists_of_optimizers_are_those_of_the_code():
    """The page says which optimizers update homes, and which single parameters."""
    page = (REFERENCE.parent / "explanation" / "training.rst").read_text()
    start = page.index("- of ``tf.compat.v1.train``:")
    classic, keras = page[start : page.index("All others", start)].split("- of Keras:")
    known = {kind.__name__[: -len("Optimizer")] for kind in classic_optimizers}
    assert set(re.findall(r"``(\w+)``", classic)) == known
    assert set(re.findall(r"``(\w+)``", keras)) - {"clipnorm"} == keras_optimizers


def test_every_option_stands_on_the_page_about_configuration():
    """The how-to page has a section and a row of the table for each option."""
    page = (REFERENCE.parent / "how-to" / "configure.rst").read_text()
    rows = re.findall(r"^`(\w+)`_ ", page, re.MULTILINE)
    sections = re.findall(r"^(\w+)\n-+$", page, re.MULTILINE)
    names = sorted(options())
    assert sorted(rows) == names
    assert sorted(sections) == names


def options():
    """Names of the options, as the error about an unknown one lists them."""
    import nengo

    with nengo.Network(), pytest.raises(nengo.exceptions.ConfigError) as error:
        nengo_dl.configure_settings(no_such_option=1)
    return re.search(r"options are ([\w, ]+)\.", str(error.value)).group(1).split(", ")
