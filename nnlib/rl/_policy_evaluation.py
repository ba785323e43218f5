"""The values of the states under a policy, by sweeps and by linear equations."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_share
from nnlib.rl._mdp import check_model, check_policy, initial_values
from nnlib.rl._sweeps import iterate

__all__ = ["Evaluation", "evaluate_exactly", "policy_evaluation"]


class Evaluation(NamedTuple):
    """The values that `policy_evaluation` found.

    Attributes
    ----------
    values : numpy.ndarray, shape (S,)
        The value of each state.
    sweeps : int
        How many sweeps over all states were made.
    history : numpy.ndarray, shape (sweeps + 1, S), or None
        The values before the first sweep and after each, if they were asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import policy_evaluation
    >>> values, sweeps, _ = policy_evaluation(np.array([[0]]), 1, np.array([0]), discount=0.5)
    >>> print(values.round(6), sweeps)
    [2.] 35
    """

    values: np.ndarray
    sweeps: int
    history: np.ndarray | None


def policy_evaluation(
    P,
    R,
    policy,
    /,
    *,
    discount,
    tolerance=1e-10,
    max_sweeps=10_000,
    values=None,
    in_place=False,
    history=False,
):
    r"""Find the values of the states under a policy, by sweeps over all states.

    .. math::
        v_{k+1}(s) = \sum_a \pi(a \mid s)
        \left[ r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) \, v_k(s') \right]

    Parameters
    ----------
    P : array, shape (A, S, S), array of int, shape (A, S), tuple of two arrays, or Moves
        Probabilities from states to next states; or next states; or the next states that are
        possible and their probabilities, both (A, S, K); or steps on a grid.
    R : array, shape (A, S), or float
        Expected rewards; -inf where there is no such action.
    policy : array, shape (S, A), or array of int, shape (S,)
        Probabilities of the actions, or the action taken.
    discount : float
        The discount γ, from 0 to 1. At 1, every episode must come to a terminal state.
    tolerance : float or None, default 1e-10
        Sweeps end with the first in which no value moves by more than this; what the values are
        then off by is at most γ / (1 − γ) times as much. With None, exactly `max_sweeps` are made.
    max_sweeps : int, default 10_000
        The largest number of sweeps.
    values : array, shape (S,), optional
        The values to start from, 0 without. Those of terminal states are taken as 0.
    in_place : bool, default False
        Whether a sweep, which goes through the states in their order, uses new values at once. It
        may need fewer sweeps, but each takes much longer.
    history : bool, default False
        Whether to keep the values of all sweeps.

    Returns
    -------
    Evaluation
        Values and number of sweeps.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, probabilities do not sum to 1, a value is out of range, or the values
        have not settled after `max_sweeps`.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, section 4.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import Moves, policy_evaluation
    >>> corridor = Moves((1, 4), steps=((0, -1), (0, 1)), terminal=[[True, False, False, True]])
    >>> result = policy_evaluation(corridor, -1, np.full((4, 2), 0.5), discount=1)
    >>> print(result.values.round(6))
    [ 0. -2. -2.  0.]
    """
    model = check_model(P, R)
    chain = model.chain(check_policy(policy, model))
    v = initial_values(values, model)
    return Evaluation(*iterate(chain, v, discount, tolerance, max_sweeps, in_place, history))


def evaluate_exactly(P, R, policy, /, *, discount):
    r"""Find the values of the states under a policy, by solving the Bellman equations.

    .. math:: v_\pi = (I - \gamma P_\pi)^{-1} r_\pi

    The matrix has S × S entries. At discount 1, states from which no reward other than 0 is to come
    have the value 0, and the equations are those of the others.

    Parameters
    ----------
    P : array, shape (A, S, S), array of int, shape (A, S), tuple of two arrays, or Moves
        Probabilities from states to next states; or next states; or the next states that are
        possible and their probabilities, both (A, S, K); or steps on a grid.
    R : array, shape (A, S), or float
        Expected rewards; -inf where there is no such action.
    policy : array, shape (S, A), or array of int, shape (S,)
        Probabilities of the actions, or the action taken.
    discount : float
        The discount γ, from 0 to 1. At 1, every episode must come to where no more is earned.

    Returns
    -------
    numpy.ndarray, shape (S,)
        The value of each state.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, probabilities do not sum to 1, a value is out of range, or the
        discount is 1 and there are episodes that do not end.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import evaluate_exactly
    >>> P = np.array([[[0.5, 0.5], [0.0, 1.0]]])  # state 1 is terminal
    >>> evaluate_exactly(P, np.array([[-1.0, 0.0]]), np.array([0, 0]), discount=1)
    array([-2.,  0.])
    """
    model, discount = check_model(P, R), check_share(discount=discount)
    return solve(model.chain(check_policy(policy, model)), discount)


def solve(chain, discount):
    """Values of a Markov reward process, by the linear equations v = r + γ P v."""
    P, r = chain.matrix(), chain.R[0]
    values, rest = np.zeros(len(r)), np.full(len(r), True)
    if discount == 1:
        idle = _idle(P, r)
        if not (ends := _reaching(P, idle)).all():
            raise ValueError(
                "discount must be less than 1 where episodes do not end, got 1: from state "
                f"{ends.argmin()} this policy never comes to where no more is earned"
            )
        rest = ~idle
    system = np.eye(np.sum(rest)) - discount * P[np.ix_(rest, rest)]
    values[rest] = np.linalg.solve(system, r[rest])
    return values


def _idle(P, r):
    """States from which no reward other than 0 is to come, such as terminal ones."""
    idle = r == 0
    while (leave := idle & (P[:, ~idle] > 0).any(axis=1)).any():
        idle &= ~leave
    return idle


def _reaching(P, goal):
    """States from which one may come to those of the goal."""
    while (more := ~goal & (P[:, goal] > 0).any(axis=1)).any():
        goal = goal | more
    return goal
