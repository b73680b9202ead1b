# SPDX-License-Identifier: MIT
"""The compiler and how it is called."""

import re
import sys
from pathlib import Path

import pytest
from nengodl_ops import toolchain
from nengodl_ops.errors import NoCompilerError
from nengodl_ops.target import Target
from nengodl_ops.toolchain import Toolchain

TARGET = Target(
    "2.21.0",
    Path("/tf/include"),
    Path("/tf"),
    ("-DABI=1",),
    ("-L/tf", "-l:libtensorflow_framework.so.2"),
)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A function that makes these names, and no others, programs on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)

    def make(*names):
        for name in names:
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)

    return make


@pytest.mark.parametrize(
    "names, expected",
    [
        (["clang++", "c++", "g++"], "g++"),
        (["clang++", "c++"], "c++"),
        (["clang++"], "clang++"),
    ],
)
def test_compilers_are_tried_in_order(programs, names, expected):
    """The first one of the list that is on the PATH is taken."""
    programs(*names)
    assert toolchain.find_compiler() == (expected,)


def test_compiler_of_the_users_choice(programs, monkeypatch):
    """CXX comes before the list, and may have arguments."""
    programs("g++", "ccache")
    monkeypatch.setenv("CXX", "ccache g++")
    assert toolchain.find_compiler() == ("ccache", "g++")


def test_no_compiler(programs, monkeypatch):
    """Without one, or with a CXX that is none, there is an error that says so."""
    programs("gcc")
    with pytest.raises(NoCompilerError, match=r"g\+\+, c\+\+, clang\+\+"):
        toolchain.find_compiler()
    monkeypatch.setenv("CXX", "g++-99 -m64")
    with pytest.raises(NoCompilerError, match=r"CXX='g\+\+-99 -m64'"):
        toolchain.find_compiler()
    monkeypatch.setenv("CXX", "")
    programs("g++")
    assert toolchain.find_compiler() == ("g++",)


def test_version_of_the_compiler():
    """Name and full version of the compiler that is installed, as it tells itself."""
    compiler = toolchain.find_compiler()
    version = toolchain.compiler_version(compiler)
    assert re.fullmatch(r"\S+ \d+(\.\d+)+", version)
    run = toolchain.subprocess.run([*compiler, "--version"], stdout=-1)
    assert version.split()[1] in run.stdout.decode()


def test_compiler_that_does_not_tell_its_version():
    """The name alone stands for a compiler that fails when it is asked."""
    assert toolchain.compiler_version([sys.executable]) == Path(sys.executable).name


@pytest.mark.parametrize(
    "version, name, expected",
    [
        ("1.14.0", "cpu.cc", "c++11"),
        ("1.15.5", "cpu.cc", "c++11"),
        ("2.0.0", "cpu.cc", "c++14"),
        ("2.9.3", "cpu.cc", "c++14"),
        ("2.10.0", "cpu.cc", "c++17"),
        ("2.21.0", "cpu.cc", "c++17"),
        ("2.22.0-dev20260101", "cpu.cc", "c++17"),
        ("2.21.0", "xla.cc", "c++20"),
    ],
)
def test_standard_of_the_headers(version, name, expected):
    """Each TensorFlow has its standard of C++, and kernels for XLA the newest."""
    assert toolchain.standard(version, Path("/cc/lif") / name) == expected


def test_command_that_compiles():
    """One standard, the sources' own headers, TensorFlow's without their warnings."""
    chain = Toolchain(("ccache", "g++"), TARGET, Path("/cc"))
    command = chain.compile(Path("/cc/lif/cpu.cc"), Path("/out/0.o"))
    assert command[:2] == ["ccache", "g++"]
    assert [flag for flag in command if "std=" in flag] == ["-std=c++17"]
    text = " ".join(command)
    assert "-I /cc -isystem /tf/include -c /cc/lif/cpu.cc -o /out/0.o" in text
    assert "-DABI=1" in command and "-DNDEBUG" in command and "-fPIC" in command


def test_more_headers_for_xla():
    """Kernels for XLA see the headers of other projects in TensorFlow's wheel."""
    chain = Toolchain(("g++",), TARGET, Path("/cc"))
    command = chain.compile(Path("/cc/xla/xla.cc"), Path("/out/0.o"))
    for name in ("farmhash_archive/src", "highwayhash"):
        folder = f"/tf/include/external/{name}"
        assert command[command.index(folder) - 1] == "-isystem"
    assert command[command.index("/tf/include") - 1] == "-isystem"


@pytest.mark.parametrize("xla", [False, True])
def test_command_that_links(xla):
    """TensorFlow's libraries come after the objects; XLA's only with its kernels."""
    chain = Toolchain(("g++",), TARGET, Path("/cc"))
    objects = [Path("/out/0.o"), Path("/out/1.o")]
    command = " ".join(chain.link(objects, Path("/out/lib.so"), xla))
    start = "g++ -shared /out/0.o /out/1.o -L/tf -l:libtensorflow_framework.so.2"
    also = " -l:libtensorflow_cc.so.2" if xla else ""
    assert command == f"{start}{also} -o /out/lib.so"


def test_sanitizer():
    """Compiler and linker are both told of the sanitizer, and the digest is another."""
    chain = Toolchain(("g++",), TARGET, Path("/cc"), "address")
    compiling = chain.compile(Path("/cc/op.cc"), Path("/out/0.o"))
    assert "-fsanitize=address" in compiling
    assert "-fsanitize=address" in chain.link(
        [Path("/out/0.o")], Path("/lib.so"), False
    )
    with_it = toolchain.fixed_flags(TARGET, "address")
    assert with_it != toolchain.fixed_flags(TARGET)


def test_nothing_depends_on_this_machine():
    """No flag asks for instructions of a processor, and none names a folder."""
    flags = toolchain.fixed_flags(TARGET, "address")
    assert [flag for flag in flags if flag.startswith(("-m", "-I", "-L"))] == []
    assert [flag for flag in flags if "/" in flag] == []
