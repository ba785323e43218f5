"""The best policy of a known MDP: policy iteration and value iteration."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_share
from nnlib.rl._greedy import best, first, look_ahead
from nnlib.rl._mdp import check_model, check_policy, initial_values
from nnlib.rl._policy_evaluation import solve
from nnlib.rl._sweeps import iterate

__all__ = ["Solution", "policy_iteration", "value_iteration"]


class Solution(NamedTuple):
    """An optimal policy, and what it is worth.

    Attributes
    ----------
    values : numpy.ndarray, shape (S,)
        The optimal value of each state.
    policy : numpy.ndarray of int, shape (S,)
        The first of the best actions in each state.
    q : numpy.ndarray, shape (S, A)
        The optimal value of each action; -inf where there is no such action.
    sweeps : int
        Of `value_iteration`, the number of sweeps; of `policy_iteration`, how many policies were
        evaluated.
    history : numpy.ndarray or None
        If it was asked for: of `value_iteration`, the values before the first sweep and after each,
        (sweeps + 1, S); of `policy_iteration`, the policies evaluated, each (S,), without one
        of probabilities that it started from.

    Examples
    --------
    >>> from nnlib.rl import Moves, value_iteration
    >>> corridor = Moves((1, 4), steps=((0, -1), (0, 1)), terminal=[[True, False, False, True]])
    >>> solution = value_iteration(corridor, -1, discount=1)
    >>> solution.values, solution.policy, solution.sweeps
    (array([ 0., -1., -1.,  0.]), array([0, 0, 1, 0]), 2)
    """

    values: np.ndarray
    policy: np.ndarray
    q: np.ndarray
    sweeps: int
    history: np.ndarray | None


def policy_iteration(P, R, /, *, discount, policy=None, history=False):
    r"""Find an optimal policy: evaluate one, make it greedy, and so on until it is stable.

    .. math::
        \pi_{k+1}(s) = \arg\max_a
        \left[ r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) \, v_{\pi_k}(s') \right]

    Policies are evaluated exactly, with a matrix of S × S entries. An action is kept while it is
    one of the best.

    Parameters
    ----------
    P : array, shape (A, S, S), array of int, shape (A, S), tuple of two arrays, or Moves
        Probabilities from states to next states; or next states; or the next states that are
        possible and their probabilities, both (A, S, K); or steps on a grid.
    R : array, shape (A, S), or float
        Expected rewards; -inf where there is no such action.
    discount : float
        The discount γ, from 0 to 1. At 1, every episode must end under the first policy.
    policy : array, shape (S, A), or array of int, shape (S,), optional
        The first policy; without, it takes all actions with the same probability.
    history : bool, default False
        Whether to keep all policies.

    Returns
    -------
    Solution
        Optimal values, policy and action values.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, probabilities do not sum to 1, a value is out of range, or the
        discount is 1 and there are episodes that do not end.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, section 4.3.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import policy_iteration
    >>> P = np.array([[0, 1, 2], [1, 2, 2]])  # stay, or go on; state 2 is terminal
    >>> R = np.array([[1.0, 1.0, 0.0], [0.0, 11.0, 0.0]])
    >>> solution = policy_iteration(P, R, discount=0.9)
    >>> print(solution.values.round(6), solution.policy)
    [10. 11.  0.] [0 1 0]
    """
    model, discount = check_model(P, R), check_share(discount=discount)
    if policy is None:
        available = ~np.isneginf(model.R.T)
        policy = available / available.sum(axis=1, keepdims=True)
    policy = check_policy(policy, model)
    states, policies, stable = np.arange(model.R.shape[1]), [], False
    while not stable:
        policies.append(policy)
        values = solve(model.chain(policy), discount)
        q = look_ahead(model, values, discount)
        among = best(q)
        improved = first(among)
        if policy.ndim == 1:
            improved = np.where(among[policy, states], policy, improved)
            # This one, or after rounding one before it.
            stable = any(np.array_equal(improved, each) for each in policies)
        policy = improved
    kept = np.array([each for each in policies if each.ndim == 1]) if history else None
    policy = _optimal(model, among, discount)
    return Solution(values, policy, q.T, len(policies), kept)


def value_iteration(
    P,
    R,
    /,
    *,
    discount,
    tolerance=1e-10,
    max_sweeps=10_000,
    values=None,
    in_place=False,
    history=False,
):
    r"""Find the optimal values and a policy that has them, by sweeps over all states.

    .. math::
        v_{k+1}(s) = \max_a \left[ r(s, a) + \gamma \sum_{s'} p(s' \mid s, a) \, v_k(s') \right]

    Parameters
    ----------
    P : array, shape (A, S, S), array of int, shape (A, S), tuple of two arrays, or Moves
        Probabilities from states to next states; or next states; or the next states that are
        possible and their probabilities, both (A, S, K); or steps on a grid.
    R : array, shape (A, S), or float
        Expected rewards; -inf where there is no such action.
    discount : float
        The discount γ, from 0 to 1. At 1, the best policy must come to a terminal state.
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
    Solution
        Values, policy, action values, and number of sweeps.

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
    Press, 2018, section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import value_iteration
    >>> P = np.array([[0, 1, 2], [1, 2, 2]])  # stay, or go on; state 2 is terminal
    >>> R = np.array([[1.0, 1.0, 0.0], [0.0, 11.0, 0.0]])
    >>> solution = value_iteration(P, R, discount=0.9)
    >>> print(solution.values.round(6), solution.policy, solution.sweeps)
    [10. 11.  0.] [0 1 0] 178
    """
    model = check_model(P, R)
    v = initial_values(values, model)
    v, sweeps, kept = iterate(model, v, discount, tolerance, max_sweeps, in_place, history)
    q = look_ahead(model, v, discount)
    policy = _optimal(model, best(q), discount)
    return Solution(v, policy, q.T, sweeps, kept)


def _optimal(model, among, discount):
    """The first of the best actions in each state; at discount 1, the first that leads on.

    Without a discount, waiting costs nothing where rewards are 0: an action that only waits looks
    as good as one that goes on to a reward, but a policy of waiting never gets it.
    """
    policy, ends = first(among), model.terminal()
    if discount < 1 or not ends.any():
        return policy
    while True:
        ends = _coming_to(ends, model.chain(policy))
        onward = among & (model.expect(ends.astype(float)) > 0)
        turning = ~ends & onward.any(axis=0)
        if not turning.any():
            return policy
        policy[turning] = first(onward)[turning]


def _coming_to(goal, chain):
    """States from which a Markov chain may come to those of the goal, which it does not leave."""
    if chain.gather and chain.W is None:
        # Where nothing is random: two steps at once, then four, eight, …
        after = chain.P[0, 0]
        for _ in range(len(goal).bit_length()):
            after = after[after]
        return goal[after]
    while (more := ~goal & (chain.expect(goal.astype(float))[0] > 0)).any():
        goal = goal | more
    return goal
