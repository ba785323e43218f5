"""Checks of arguments: errors name the argument, what was expected and what came."""

from math import isfinite, sqrt
from numbers import Real
from operator import index

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj
from numpy.random import Generator

__all__ = [
    "all_true",
    "check_arrays",
    "check_at_least_zero",
    "check_axis",
    "check_broadcastable",
    "check_count",
    "check_distribution",
    "check_finite",
    "check_floating",
    "check_fraction",
    "check_generator",
    "check_label_dtype",
    "check_layers",
    "check_non_negative",
    "check_numbers",
    "check_params",
    "check_positive",
    "check_probabilities",
    "check_same_shape",
    "check_share",
]


def check_arrays(**arrays):
    """Return the common array namespace of arrays, given by name."""
    for name, array in arrays.items():
        if not is_array_api_obj(array):
            raise TypeError(
                f"{name} must be an array (of NumPy, JAX, PyTorch, …), got {type(array).__name__}"
            )
    try:
        return array_namespace(*arrays.values())
    except TypeError:
        types = ", ".join(type(array).__name__ for array in arrays.values())
        raise TypeError(f"{', '.join(arrays)} must be of one array library, got {types}") from None


def check_floating(**arrays):
    """Return the common array namespace of real floating-point arrays, given by name."""
    xp = check_arrays(**arrays)
    for name, array in arrays.items():
        if not xp.isdtype(array.dtype, "real floating"):
            raise TypeError(f"{name} must have a real floating-point dtype, got {array.dtype}")
    return xp


def check_label_dtype(labels):
    """Check that labels are numbers that stand for classes or probabilities."""
    if not array_namespace(labels).isdtype(labels.dtype, ("integral", "real floating")):
        raise TypeError(
            f"labels must have an integer or a real floating-point dtype, got {labels.dtype}"
        )


def check_axis(axis, **arrays):
    """Check that every array has `axis`, and something along it."""
    try:
        axis = index(axis)
    except TypeError:
        raise TypeError(f"axis must be an integer, got {type(axis).__name__}") from None
    for name, array in arrays.items():
        if not -array.ndim <= axis < array.ndim:
            raise ValueError(f"axis must be one of {name}'s {array.ndim} axes, got {axis}")
        if array.shape[axis] == 0:
            raise ValueError(
                f"{name} must not be empty along axis {axis}, got shape {tuple(array.shape)}"
            )


def check_same_shape(**arrays):
    """Check that all arrays have the shape of the first."""
    (first, expected), *others = arrays.items()
    for name, array in others:
        if array.shape != expected.shape:
            raise ValueError(
                f"{name} must have the shape of {first}, {tuple(expected.shape)}, "
                f"got {tuple(array.shape)}"
            )


def check_broadcastable(**arrays):
    """Check that each array broadcasts to the shape of the first, and not beyond it."""
    (first, expected), *others = arrays.items()
    for name, array in others:
        sizes = zip(reversed(array.shape), reversed(expected.shape), strict=False)
        if array.ndim > expected.ndim or any(n not in (1, size) for n, size in sizes):
            raise ValueError(
                f"{name} must broadcast to the shape of {first}, {tuple(expected.shape)}, "
                f"got {tuple(array.shape)}"
            )


def check_finite(**numbers):
    """Return the one number given by name as a float; it must be real and finite."""
    ((name, number),) = numbers.items()
    if not isinstance(number, Real):
        raise TypeError(f"{name} must be a real number, got {type(number).__name__}")
    if not isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    # A float adapts to the arrays' dtype; a NumPy scalar would turn float32 into float64.
    return float(number)


def check_positive(**numbers):
    """Return the one number given by name as a float; it must be positive and finite."""
    ((name, number),) = numbers.items()
    if not isinstance(number, Real):
        raise TypeError(f"{name} must be a real number, got {type(number).__name__}")
    if not (number > 0 and isfinite(number)):
        raise ValueError(f"{name} must be positive and finite, got {number}")
    return float(number)


def check_at_least_zero(**numbers):
    """Return the one number given by name as a float; it must be finite, and 0 or more."""
    ((name, _),) = numbers.items()
    number = check_finite(**numbers)
    if number < 0:
        raise ValueError(f"{name} must be 0 or more, got {number}")
    return number


def check_fraction(**numbers):
    """Return the one number given by name as a float; it must be 0 or more, and less than 1."""
    ((name, _),) = numbers.items()
    number = check_at_least_zero(**numbers)
    if number >= 1:
        raise ValueError(f"{name} must be less than 1, got {number}")
    return number


def check_share(**numbers):
    """Return the one number given by name as a float; it must be from 0 to 1, both included."""
    ((name, _),) = numbers.items()
    number = check_finite(**numbers)
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {number}")
    return number


def check_count(least, /, **numbers):
    """Return the one number given by name as an int; it must be an integer, `least` or more."""
    ((name, number),) = numbers.items()
    try:
        count = index(number)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {type(number).__name__}") from None
    if count < least:
        raise ValueError(f"{name} must be {least} or more, got {count}")
    return count


def check_numbers(**arrays):
    """Return the one array given by name, or what NumPy makes one: real numbers, without NaN."""
    ((name, numbers),) = arrays.items()
    try:
        array = np.asarray(numbers)
    except ValueError:
        raise ValueError(f"{name} must be an array, got rows of different lengths") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, got the dtype {array.dtype}")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(f"{name} must not hold NaN, got NaN")
    return array


def check_params(params):
    """Check that a model's parameters are a dict."""
    if not isinstance(params, dict):
        raise TypeError(f"params must be a dict of arrays, got {type(params).__name__}")


def check_layers(params):
    """Return how many layers there are; their parameters must be named W1, b1, W2, …"""
    check_params(params)
    depth = len(params) // 2
    names = {f"{kind}{layer}" for layer in range(1, depth + 1) for kind in "Wb"}
    if not names or params.keys() != names:
        raise ValueError(f"params must have the keys W1, b1, W2, …, got {', '.join(params)}")
    return depth


def check_generator(**generators):
    """Check that the one argument given by name is a generator of random numbers."""
    ((name, generator),) = generators.items()
    if not isinstance(generator, Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, such as numpy.random.default_rng(0), "
            f"got {type(generator).__name__}"
        )


def check_non_negative(**arrays):
    """Check that no element is negative or NaN."""
    for name, array in arrays.items():
        if not all_true(array >= 0):
            raise ValueError(f"{name} must be non-negative, got a negative element or NaN")


def check_probabilities(**arrays):
    """Check that every element is from 0 to 1."""
    for name, array in arrays.items():
        if not all_true((array >= 0) & (array <= 1)):
            raise ValueError(f"{name} must be from 0 to 1, got an element outside or NaN")


def check_distribution(**arrays):
    """Check that the last axis of each array holds probabilities that sum to 1."""
    check_non_negative(**arrays)
    for name, array in arrays.items():
        xp = array_namespace(array)
        tolerance = sqrt(xp.finfo(array.dtype).eps)
        if not all_true(xp.abs(xp.sum(array, axis=-1) - 1) <= tolerance):
            raise ValueError(f"{name} must sum to 1 along the last axis, got another sum")


def all_true(condition):
    """Whether every element is true; taken as true where a JAX transformation hides the values."""
    xp = array_namespace(condition)
    try:
        return bool(xp.all(condition))
    except TypeError:  # jax.errors.TracerBoolConversionError, without importing JAX
        return True
