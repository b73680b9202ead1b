# SPDX-License-Identifier: MIT
"""Compiling, with the compiler of this machine."""

import os
import re
import signal
import time

import pytest
import tensorflow as tf
from nengodl_ops import build, manifest, toolchain
from nengodl_ops.target import installed_target

# As "python -m nengodl_ops", even where Ctrl-C is ignored, as in the background of a shell.
INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("nengodl_ops", run_name="__main__")
"""
LOAD = "from nengodl_ops import library; l = library.load(); "


def folder_of(copy):
    """The one folder in the cache of a copy."""
    (folder,) = copy.cache.iterdir()
    return folder


def test_builds_and_tells(built_copy):
    """Compiling prints a line for each file, then the path of the library alone."""
    copy, result = built_copy
    assert result.status == 0, result
    lines = result.errors.splitlines()
    told = [line for line in lines if line.startswith("[")]
    names = {"cc/toy/op.cc"} | (
        {"cc/xla/xla.cc"} if installed_target().has_xla else set()
    )
    assert {line.split()[1] for line in told[:-1]} == names
    total = len(names) + 1
    numbers = [f"[{number}/{total}]" for number in range(1, total + 1)]
    assert [line.split()[0] for line in told] == numbers
    assert all(re.search(r" \d+\.\d s$", line) for line in told)
    assert result.output.strip() == str(folder_of(copy) / "libnengodl_ops.so")


def test_what_is_there_afterwards(built_copy):
    """Library, manifest and log, and nothing unfinished."""
    copy, _ = built_copy
    folder = folder_of(copy)
    names = {path.name for path in folder.iterdir()}
    assert names == {"libnengodl_ops.so", "manifest.json", "build.log"}
    told = manifest.read(folder)
    assert told.tensorflow == tf.__version__
    assert told.xla == installed_target().has_xla
    assert told.compiler == toolchain.compiler_version(toolchain.find_compiler())
    assert "cc/toy/op.cc" in (folder / "build.log").read_text()


def test_library_works(built_copy):
    """Another process finds the library, and TensorFlow knows its operation."""
    copy, _ = built_copy
    program = "import nengodl_ops as o; k = o.KERNELS; assert o.KERNELS is k; "
    program += "assert k['library'] is l; print(l.nengodl_toy.__name__)"
    result = copy.run("-c", LOAD + program)
    assert (result.status, result.output) == (0, "nengodl_toy\n"), result


def test_second_build_needs_no_compiler(built_copy):
    """What has been compiled is kept, so that even a wrong compiler does no harm."""
    copy, _ = built_copy
    result = copy.call("build", CXX="no-such-compiler")
    assert result.status == 0, result
    assert "up to date" in result.errors
    assert copy.call("build", "--force", CXX="no-such-compiler").status == 1


def test_changed_sources_are_compiled_again(make_copy):
    """After an edit the old library is not used, and building makes a second one."""
    copy = make_copy(plain="int nengodl_one() { return 1; }\n")
    assert copy.call("build", "--quiet").status == 0
    copy.write("plain/op.cc", "int nengodl_two() { return 2; }\n")
    result = copy.call("status")
    assert result.status == 1 and "not compiled yet" in result.errors, result
    assert copy.call("build", "--quiet").status == 0
    libraries = [path.read_bytes() for path in copy.cache.glob("*/libnengodl_ops.so")]
    assert len(libraries) == 2
    assert sorted(b"nengodl_two" in library for library in libraries) == [False, True]


def test_errors_of_the_compiler(make_copy):
    """The message names the file and the line, and the log has all; nothing else stays."""
    copy = make_copy(good="int one;\n", bad="int two\n")
    result = copy.call("build")
    assert result.status == 1, result
    assert "error: cc/bad/op.cc could not be compiled" in result.errors
    assert re.search(r"bad/op\.cc:\d+:\d+: error", result.errors)
    assert "Traceback" not in result.errors
    folder = folder_of(copy)
    assert [path.name for path in folder.iterdir()] == ["build.log"]
    assert re.search(r"bad/op\.cc:\d+:\d+: error", (folder / "build.log").read_text())
    assert str(folder / "build.log") in result.errors


def test_errors_of_the_linker(make_copy):
    """Two files that define the same are blamed as the library, not as one of them."""
    copy = make_copy(a="int one = 1;\n", b="int one = 1;\n")
    result = copy.call("build", "--quiet")
    assert result.status == 1
    assert "error: libnengodl_ops.so could not be compiled" in result.errors
    assert "multiple definition" in result.errors or "duplicate symbol" in result.errors


def test_symbols_that_are_missing(make_copy):
    """A library that TensorFlow cannot load is told at once, not when it is needed."""
    copy = make_copy(a="int missing(); int one = missing();\n")
    result = copy.call("build", "--quiet")
    assert result.status == 1, result
    assert "cannot load the kernels" in result.errors and "missing" in result.errors
    assert "Traceback" not in result.errors


def test_two_builds_at_once(make_copy):
    """Both end well, and what they leave can be loaded."""
    copy = make_copy(a="int one = 1;\n", b="int two = 2;\n")
    processes = [copy.start("-m", "nengodl_ops", "build", "--force") for _ in range(2)]
    results = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], results
    names = {path.name for path in folder_of(copy).iterdir()}
    assert names == {"libnengodl_ops.so", "manifest.json", "build.log"}
    assert copy.run("-c", LOAD).status == 0


def test_interrupt_leaves_nothing(make_copy):
    """Ctrl-C ends the compilers, removes what is unfinished and prints no traceback."""
    copy = make_copy(slow="int one;\n")
    compiler = copy.package.parent / "slow-compiler"
    started = copy.package.parent / "started"
    compiler.write_text(f"#!/bin/sh\necho $$ > {started}\nexec sleep 60\n")
    compiler.chmod(0o755)
    process = copy.start("-c", INTERRUPTIBLE, "build", CXX=str(compiler))
    end = time.monotonic() + 60
    while not (started.is_file() and started.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in errors and "Traceback" not in errors
    assert list(copy.cache.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_output_elsewhere(make_copy):
    """A folder of one's choice gets the library, and the cache stays as it was."""
    copy = make_copy(a="int one = 1;\n")
    result = copy.call("build", "--quiet", "--jobs", "1", "--output", str(copy.built))
    assert result.status == 0, result
    assert result.output.strip() == str(copy.built / "libnengodl_ops.so")
    assert "cc/a/op.cc" not in result.errors
    assert not copy.cache.exists()
    program = "from nengodl_ops import library; print(library.library_path())"
    assert copy.run("-c", program).output.strip() == result.output.strip()
    # it is in the package, as a wheel brings it: building has nothing left to do
    again = copy.call("build", CXX="no-such-compiler")
    assert (again.status, again.output) == (0, result.output), again


def test_no_sources(make_copy):
    """A package without its sources says so, and does not look for a compiler."""
    copy = make_copy()
    result = copy.call("build", CXX="no-such-compiler")
    assert result.status == 1 and "no C++ sources" in result.errors


def test_folder_that_cannot_be_written(make_copy):
    """The setting for another folder is named."""
    copy = make_copy(a="int one = 1;\n")
    blocked = copy.package.parent / "file"
    blocked.write_text("")
    result = copy.call("build", NENGODL_OPS_CACHE=str(blocked / "cache"))
    assert result.status == 1, result
    assert "Cannot write" in result.errors and "NENGODL_OPS_CACHE" in result.errors


def test_processors():
    """The default number of compilers is that of the processors, at least one."""
    assert 1 <= build.processors() <= os.cpu_count()
