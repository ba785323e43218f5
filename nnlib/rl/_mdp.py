"""Finite Markov decision processes as arrays: their three forms, and the checks of them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_numbers

__all__ = ["Moves"]

UP, RIGHT, DOWN, LEFT = (-1, 0), (0, 1), (1, 0), (0, -1)


@dataclass(frozen=True, eq=False)
class Moves:
    """Dynamics of a grid on which every action is a step: P, where P would only hold neighbours.

    States are numbered row by row. A step that would leave the grid ends at its edge: row and
    column are each clipped. So planning needs no table of next states; it shifts the whole grid.

    Parameters
    ----------
    shape : tuple of int
        Number of rows and of columns.
    steps : sequence of tuple of int
        For each action, how many rows down and columns to the right it leads. The default is up,
        right, down, left, in the order of Gymnasium's CliffWalking.
    terminal : array of bool, shape (rows, columns), optional
        Where an episode ends. Nothing leads out of there, and rewards there are taken as 0.

    Attributes
    ----------
    shape : tuple of int
        Number of rows and of columns.
    steps : tuple of tuple of int
        The step of each action.
    terminal : numpy.ndarray of bool, shape (rows, columns)
        Where an episode ends.

    Methods
    -------
    successors
        The same dynamics as a table of next states.

    Examples
    --------
    >>> from nnlib.rl import Moves, value_iteration
    >>> corridor = Moves((1, 4), terminal=[[True, False, False, False]])
    >>> solution = value_iteration(corridor, -1, discount=1)
    >>> print(solution.values, solution.policy)
    [ 0. -1. -2. -3.] [0 3 3 3]
    """

    shape: tuple
    steps: tuple = (UP, RIGHT, DOWN, LEFT)
    terminal: np.ndarray = None

    def __post_init__(self):
        shape = _pair("shape", self.shape, least=1)
        if not isinstance(self.steps, tuple | list | np.ndarray) or not len(self.steps):
            raise TypeError(f"steps must be a sequence of pairs of integers, got {self.steps!r}")
        steps = tuple(_pair(f"steps[{a}]", step) for a, step in enumerate(self.steps))
        try:
            terminal = np.zeros(shape, bool) if self.terminal is None else np.array(self.terminal)
        except ValueError:
            raise ValueError("terminal must be an array, got rows of different lengths") from None
        if terminal.dtype != bool:
            raise TypeError(f"terminal must have the dtype bool, got {terminal.dtype}")
        if terminal.shape != shape:
            raise ValueError(f"terminal must have the shape {shape}, got {terminal.shape}")
        for name, value in {"shape": shape, "steps": steps, "terminal": terminal}.items():
            object.__setattr__(self, name, value)

    def successors(self):
        """The same dynamics as a table of next states.

        Returns
        -------
        numpy.ndarray of int, shape (A, S)
            The state that each action leads to from each state.
        """
        rows, columns = self.shape
        table = np.stack(
            [
                np.clip(np.arange(rows) + down, 0, rows - 1)[:, None] * columns
                + np.clip(np.arange(columns) + right, 0, columns - 1)
                for down, right in self.steps
            ]
        ).reshape(len(self.steps), rows * columns)
        ends = np.flatnonzero(self.terminal)
        table[:, ends] = ends
        return table


def _pair(name, values, least=None):
    """The pair of integers of that name."""
    if not isinstance(values, tuple | list | np.ndarray) or len(values) != 2:
        raise ValueError(f"{name} must be two integers, got {values!r}")
    smallest = -(2**31) if least is None else least
    return tuple(check_count(smallest, **{f"{name}[{k}]": n}) for k, n in enumerate(values))


class Model(NamedTuple):
    """A finite MDP that has passed the checks.

    P is (A, S, S), the probabilities of the next states, with W None; or (K, A, S) of int, the K
    next states that there are, with W their probabilities (K, A, S), or None if K is 1. R is
    (A, S), -inf where there is no such action. `moves` is the `Moves` that P stands for, or None.
    """

    P: np.ndarray
    W: np.ndarray | None
    R: np.ndarray
    moves: Moves | None = None

    @property
    def gather(self):
        """Whether P holds numbers of states."""
        return self.P.dtype.kind == "i"

    def expect(self, values):
        """Expected value of the next state, (A, S)."""
        if not self.gather:
            return self.P @ values
        if self.W is None:
            return values.take(self.P[0])
        return np.sum(values[self.P] * self.W, axis=0)

    def terminal(self):
        """Which states are never left, and earn nothing."""
        states = np.arange(self.R.shape[1])
        if self.gather:
            stays = ((self.P == states) | (False if self.W is None else self.W == 0)).all(axis=0)
        else:
            stays = self.P[:, states, states] == 1
        return np.all((stays & (self.R == 0)) | np.isneginf(self.R), axis=0)

    def compact(self):
        """This model with next states for probabilities, if most of those are 0."""
        if self.gather:
            return self
        possible = self.P > 0
        K = max(1, possible.sum(axis=-1).max())
        if K > possible.shape[-1] / 8:
            return self
        # A stable sort puts the possible states first, in their order.
        P = np.argsort(~possible, axis=-1, kind="stable")[..., :K]
        W = np.take_along_axis(self.P, P, axis=-1)
        P, W = (np.ascontiguousarray(np.moveaxis(array, -1, 0)) for array in (P, W))
        return self._replace(P=P, W=None if K == 1 and (W == 1).all() else W)

    def chain(self, policy):
        """The Markov reward process under a policy: a model with a single action."""
        if policy.ndim == 1:
            taken = np.s_[policy, np.arange(len(policy))]
            P = self.P[:, *taken][:, None] if self.gather else self.P[taken][None]
            W = None if self.W is None else self.W[:, *taken][:, None]
            return Model(P, W, self.R[taken][None])
        probs = policy.T
        R = np.sum(probs * np.where(probs > 0, self.R, 0.0), axis=0)[None]
        if not self.gather:
            return Model(np.einsum("as,ast->st", probs, self.P)[None], None, R)
        W = np.broadcast_to(probs if self.W is None else probs * self.W, self.P.shape)
        return Model(*(array.reshape(-1, 1, array.shape[-1]) for array in (self.P, W)), R)

    def matrix(self):
        """Of a model with a single action, the probabilities (S, S)."""
        if not self.gather:
            return self.P[0]
        S = self.R.shape[1]
        matrix = np.zeros((S, S))
        np.add.at(matrix, (np.arange(S), self.P[:, 0]), 1.0 if self.W is None else self.W[:, 0])
        return matrix


def check_model(P, R):
    """Return the Model of dynamics and rewards."""
    if isinstance(P, Moves):
        table = P.successors()
        R = check_rewards(R, table.shape)
        R = np.where(P.terminal.ravel(), 0.0, R) if P.terminal.any() else R
        return Model(table[None], None, R, P)
    if isinstance(P, tuple) and len(P) == 2 and all(getattr(each, "ndim", 0) == 3 for each in P):
        return _possible_states(*P, R)
    P = check_numbers(P=P)
    if P.ndim not in (2, 3) or 0 in P.shape or (P.ndim == 3 and P.shape[1] != P.shape[2]):
        raise ValueError(f"P must have the shape (A, S, S) or (A, S), got {P.shape}")
    R = check_rewards(R, P.shape[:2])
    if P.ndim == 2:
        check_integers("P", "of the shape (A, S)", P, P.shape[1], "states")
        return Model(P.astype(np.intp, copy=False)[None], None, R)
    check_sums("P", P, "action {} and state {}", where=R > -np.inf)
    return Model(P.astype(float, copy=False), None, R)


def _possible_states(P, W, R):
    """The Model of next states P and their probabilities W, both (A, S, K)."""
    P, W = check_numbers(**{"P[0]": P}), check_numbers(**{"P[1]": W})
    if P.shape != W.shape or 0 in P.shape:
        raise ValueError(f"P must be two arrays of one shape, got {P.shape} and {W.shape}")
    R = check_rewards(R, P.shape[:2])
    check_integers("P[0]", "of the shape (A, S, K)", P, P.shape[1], "states")
    check_sums("P[1]", W, "action {} and state {}", where=R > -np.inf)
    P, W = (np.ascontiguousarray(np.moveaxis(array, -1, 0)) for array in (P, W))
    return Model(P.astype(np.intp, copy=False), W.astype(float, copy=False), R)


def check_rewards(R, shape):
    """Return R as an array (A, S), broadcast from a number."""
    R = check_numbers(R=R).astype(float, copy=False)
    if R.ndim == 0:
        R = np.broadcast_to(R, shape)
    if R.shape != shape:
        raise ValueError(f"R must be a number or have P's shape (A, S), {shape}, got {R.shape}")
    if not np.all(R < np.inf):  # NaN is not less either
        raise ValueError(f"R must be finite, or -inf where there is no such action, got {R.max()}")
    if np.isneginf(R).all(axis=0).any():
        state = np.isneginf(R).all(axis=0).argmax()
        raise ValueError(
            f"R must be finite for some action of each state, got -inf for all of state {state}"
        )
    return R


def check_policy(policy, model):
    """Return a policy: the actions (S,), or their probabilities (S, A)."""
    policy = check_numbers(policy=policy)
    A, S = model.R.shape
    if policy.shape not in ((S,), (S, A)):
        raise ValueError(
            f"policy must have the shape (S, A) or (S,), {(S, A)} or {(S,)}, got {policy.shape}"
        )
    if policy.ndim == 1:
        check_integers("policy", "of the shape (S,)", policy, A, "actions")
        taken = np.arange(A)[:, None] == policy
    else:
        check_sums("policy", policy, "state {}")
        policy = policy.astype(float, copy=False)
        taken = policy.T > 0
    if np.any(taken & np.isneginf(model.R)):
        action, state = np.argwhere(taken & np.isneginf(model.R))[0]
        raise ValueError(
            f"policy must take actions that there are, got action {action} in state {state}, "
            "where R is -inf"
        )
    return policy


def check_integers(name, shape, array, count, what):
    """Check that an array holds the numbers of so many states or actions."""
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name} {shape} must hold integers, the numbers of {what}, got {array.dtype}"
        )
    outside = (array < 0) | (array >= count)
    if outside.any():
        raise ValueError(
            f"{name} must hold numbers of {what}, from 0 to {count - 1}, got {array[outside][0]}"
        )


def check_sums(name, array, place, where=True):
    """Check that the last axis holds probabilities; `place` names the others."""
    if not np.all(array >= 0):
        raise ValueError(f"{name} must be probabilities, 0 or more, got {array.min()}")
    sums = array.sum(axis=-1)
    tolerance = np.sqrt(np.finfo(np.result_type(array, np.float32)).eps)
    wrong = (np.abs(sums - 1) > tolerance) & where
    if wrong.any():
        index = tuple(np.argwhere(wrong)[0])
        raise ValueError(
            f"{name} must sum to 1 along the last axis, got the sum {sums[index]:.6g} for "
            f"{place.format(*index)}"
        )


def check_values(values, model):
    """Return values (S,) as floats."""
    values, shape = check_numbers(values=values).astype(float), model.R.shape[1:]
    if values.shape != shape:
        raise ValueError(f"values must have the shape (S,), {shape}, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite, got an infinite one")
    return values


def initial_values(values, model):
    """Values to start from: 0 without, and always in terminal states."""
    if values is None:
        return np.zeros(model.R.shape[1])
    return np.where(model.terminal(), 0.0, check_values(values, model))
