"""Checks of what the tabular learners are told."""

import numpy as np

from nnlib._validation import check_numbers, check_positive

__all__ = [
    "check_start",
    "initial_tables",
    "initial_values",
    "numbers",
    "padded",
    "schedule",
]


def schedule(check=check_positive, /, **options):
    """The option given by name as a function of the episode's number, with checked results."""
    ((name, option),) = options.items()
    if callable(option):
        return lambda episode: check(**{f"{name}({episode})": option(episode)})
    number = check(**options)
    return lambda episode: number


def check_start(start, kind, initial):
    """Check that a run to go on from is one, and that nothing else says where to begin."""
    if start is None:
        return
    if not isinstance(start, kind):
        raise TypeError(f"start must be a {kind.__name__}, got {type(start).__name__}")
    ((name, value),) = initial.items()
    if value is not None:
        raise ValueError(f"{name} must be None where there is a start, which has them already")


def initial_tables(world, initial, start):
    """Rows of numbers, a list for each state, and one for what follows the end: 0."""
    shape = world.states, world.actions
    if start is None:
        there = np.arange(world.actions) < np.array(world.counts)[:, None]
        tables = np.array([numbers(shape, where=there, q=0.0 if q is None else q) for q in initial])
    else:
        expected, tables = (len(initial), *shape), np.asarray(start.tables, dtype=float)
        if tables.shape != expected:
            raise ValueError(f"start.tables must have shape {expected}, got {tables.shape}")
    return [
        [row[:n] for row, n in zip(table.tolist(), world.counts, strict=True)] + [[0.0]]
        for table in tables
    ]


def initial_values(world, **values):
    """Values, given by name, as a list, and at its end that of what follows the end: 0."""
    ((name, array),) = values.items()
    array = numbers((world.states,), world.shape, **{name: 0.0 if array is None else array})
    return [*array.tolist(), 0.0]


def padded(rows, actions):
    """Rows of action values, without the last, as an array: −∞ where there is no such action."""
    return np.array([row + [-np.inf] * (actions - len(row)) for row in rows[:-1]])


def numbers(shape, *others, where=True, **arrays):
    """The numbers given by name as an array of a shape; one number stands for all.

    They must be finite, `where` they are used.
    """
    ((name, array),) = arrays.items()
    array = check_numbers(**arrays).astype(float)
    if array.shape not in ((), shape, *others):
        raise ValueError(f"{name} must be a number or have shape {shape}, got shape {array.shape}")
    array = np.broadcast_to(array, shape) if array.shape == () else array.reshape(shape)
    if (infinite := np.isinf(array) & where).any():
        raise ValueError(f"{name} must be finite, got {array[infinite][0]}")
    return array
