# SPDX-License-Identifier: MIT
"""How Sphinx builds the documentation; `nox -s docs` runs it."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "_extensions"))

project = "nengodl"
author = "the nengodl authors"
copyright = author
release = version = metadata.version("nengodl-core")

extensions = [
    "myst_parser",
    "nengo_sphinx_theme",
    "news",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinx_click",
]

# Footer and head of the theme are those of Nengo's own company; ours replace them.
templates_path = ["_templates"]
html_theme = "nengo_sphinx_theme"
html_title = f"nengodl {release}"
html_theme_options = {"sidebar_toc_depth": 2}
# The theme asks for both; there is no other version to switch to yet.
html_context = {"building_version": release, "releases": release}

# A page of members for each class, one level below the class.
numpydoc_show_class_members = False
autodoc_member_order = "bysource"

# Names of other projects. Their inventories would have to be downloaded, and the
# documentation also has to build without a network.
nitpick_ignore_regex = [
    (r"py:.*", r"(nengo|np|numpy|tensorflow|tf|matplotlib|click)(\..*)?"),
    # Of Python, and classes of ours that only stand in signatures.
    (r"py:class", r"os\.PathLike"),
    (r"py:class", r"nengo_dl\.lower\.context\.Environment"),
    (r"py:class", r"nengo_dl\.tensor_node\.node\.TensorOutput"),
    # Descriptions in the type of a numpydoc parameter, such as "array_like".
    (r"py:class", r"(array_like|callable|optional|iterable|sequence|mapping)"),
]
