"""Action values of a known MDP, and the actions that are best by them."""

import numpy as np

from nnlib._validation import check_at_least_zero, check_numbers, check_share
from nnlib.rl._mdp import check_model, check_values

__all__ = ["best_actions", "greedy_policy", "q_values"]

TIE = 1e-9


def q_values(P, R, values, /, *, discount):
    r"""Compute the value of each action from the values of the states that it leads to.

    .. math:: q(s, a) = r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) \, v(s')

    Parameters
    ----------
    P : array, shape (A, S, S), array of int, shape (A, S), tuple of two arrays, or Moves
        Probabilities from states to next states; or next states; or the next states that are
        possible and their probabilities, both (A, S, K); or steps on a grid.
    R : array, shape (A, S), or float
        Expected rewards; -inf where there is no such action.
    values : array, shape (S,)
        Values v of the states.
    discount : float
        The discount γ, from 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (S, A)
        Action values; -inf where there is no such action.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, probabilities do not sum to 1, or a value is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import q_values
    >>> P = np.array([[0, 1], [1, 1]])  # stay, or go from state 0 to state 1
    >>> R = np.array([[0.0, 0.0], [2.0, 0.0]])
    >>> q_values(P, R, np.array([5.0, 0.0]), discount=0.9)
    array([[4.5, 2. ],
           [0. , 0. ]])
    """
    model, discount = check_model(P, R), check_share(discount=discount)
    return np.ascontiguousarray(look_ahead(model, check_values(values, model), discount).T)


def best_actions(q, /, *, tolerance=TIE):
    r"""Find all actions that are as good as the best.

    Parameters
    ----------
    q : array, shape (S, A)
        Action values; -inf where there is no such action.
    tolerance : float, default 1e-9
        An action is one of the best if its value is below the highest by at most this, relative to
        the largest magnitude among the state's action values. So rounding does not hide a tie.

    Returns
    -------
    numpy.ndarray of bool, shape (S, A)
        Whether an action is one of the best.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If `q` has another shape, holds NaN or infinity, or no action for a state.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import best_actions
    >>> best_actions(np.array([[0.3, 0.1 + 0.2, 0.0], [-1.0, 1.0, -np.inf]]))
    array([[ True,  True, False],
           [False,  True, False]])
    """
    return best(check_q(q).T, check_at_least_zero(tolerance=tolerance)).T


def greedy_policy(q, /, *, tolerance=TIE):
    r"""Take, in each state, the first of the best actions.

    .. math:: \pi(s) = \arg\max_a q(s, a)

    Parameters
    ----------
    q : array, shape (S, A)
        Action values; -inf where there is no such action.
    tolerance : float, default 1e-9
        What is a tie: as for `best_actions`.

    Returns
    -------
    numpy.ndarray of int, shape (S,)
        The number of the action taken in each state.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If `q` has another shape, holds NaN or infinity, or no action for a state.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import greedy_policy
    >>> greedy_policy(np.array([[0.3, 0.1 + 0.2, 0.0], [-1.0, 1.0, -np.inf]]))
    array([0, 1])
    """
    return first(best(check_q(q).T, check_at_least_zero(tolerance=tolerance)))


def check_q(q):
    """Return action values (S, A) as floats."""
    q = check_numbers(q=q).astype(float, copy=False)
    if q.ndim != 2 or q.shape[1] == 0:
        raise ValueError(f"q must have the shape (S, A), got {q.shape}")
    if np.isposinf(q).any():
        raise ValueError("q must be finite, or -inf where there is no such action, got inf")
    if np.isneginf(q).all(axis=1).any():
        state = np.isneginf(q).all(axis=1).argmax()
        raise ValueError(f"q must be finite for some action, got -inf for all of state {state}")
    return q


def look_ahead(model, values, discount):
    """The action values (A, S): what an action earns, and what the next states are worth."""
    return model.R + discount * model.expect(values)


def best(q, tolerance=TIE):
    """Which of the action values (A, S) are as good as the best."""
    high, low = q.max(axis=0), q.min(axis=0)
    if np.isneginf(low).any():
        low = np.where(np.isneginf(q), high, q).min(axis=0)
    return q >= high - tolerance * np.maximum(abs(high), abs(low))


def first(among):
    """The first action of those marked, (A, S)."""
    # argmax along the short first axis is slow where there are many states.
    actions = np.zeros(among.shape[1], int)
    for action in range(len(among) - 1, -1, -1):
        actions[among[action]] = action
    return actions
