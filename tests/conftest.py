"""Fixtures for nnlib's tests: the same test runs on every array library that is installed."""

from importlib import import_module
from importlib.util import find_spec

import jax
import numpy as np
import pytest

jax.config.update("jax_enable_x64", True)

# PyTorch is large and optional; it joins where it is installed.
BACKENDS = ["numpy", "array_api_strict", "jax.numpy"]
if find_spec("torch"):
    BACKENDS.append("array_api_compat.torch")


def pytest_report_header():
    return f"array backends: {', '.join(BACKENDS)}"


@pytest.fixture(params=BACKENDS)
def xp(request):
    """An array library."""
    return import_module(request.param)


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """The name of a floating-point type."""
    return request.param


@pytest.fixture
def rng():
    """A seeded random generator."""
    return np.random.default_rng(20240607)
