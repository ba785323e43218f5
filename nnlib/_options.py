"""Checks of options that are numbers: errors name the option, what was expected and what came."""

from operator import index

from nnlib._validation import check_finite

__all__ = ["check_at_least_zero", "check_count", "check_fraction"]


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
