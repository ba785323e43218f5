"""The wheel: what is in it, and that it works where nothing else of this repository is."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import nnlib

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nnlib"


def run(*command):
    """Run a command away from the repository's folder; its output."""
    done = subprocess.run(
        command, cwd=PACKAGE.anchor, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built with the build tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--wheel", "--no-isolation", "--outdir", folder]
    run(sys.executable, "-m", "build", *options, ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Python in a new environment: the wheel, and the libraries of this environment."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder)
    paths = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / Path(sys.executable).name
    # pip sees no index, and with --no-deps needs none.
    options = ["--no-index", "--no-deps", "--disable-pip-version-check", "--quiet"]
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    # A folder in a .pth file is searched, but the .pth files in it are not read: so the editable
    # nnlib of this environment stays out of sight.
    libraries = Path(paths["purelib"], "libraries.pth")
    libraries.write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def test_wheel_holds_the_package_and_nothing_else(wheel):
    info = f"nnlib_course-{nnlib.__version__}.dist-info"
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if not name.startswith(f"{info}/")} == expected
    assert f"{info}/licenses/LICENSE" in names


def test_wheel_works_where_it_is_installed(wheel, python):
    program = """
import importlib.metadata
import pathlib
import numpy as np
import nnlib
import nnlib.formula, nnlib.plotting
print(pathlib.Path(nnlib.__file__).parents[1])
print(nnlib.__version__, importlib.metadata.version("nnlib-course"))
print(nnlib.softmax(np.log(np.array([1.0, 2.0, 5.0]))))
print(nnlib.formula.formula("z_1 + z_2")(z=[1.0, 2.0]))
"""
    place, versions, probabilities, value = run(python, "-I", "-c", program).splitlines()
    assert Path(place).is_relative_to(python.parents[1]), "nnlib came from somewhere else"
    assert versions == f"{nnlib.__version__} {nnlib.__version__}"
    assert probabilities == "[0.125 0.25  0.625]"  # 1, 2, 5 of 8
    assert float(value) == 3
