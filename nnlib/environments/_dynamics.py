"""The dynamics of an environment as arrays."""

import gymnasium
import numpy as np

__all__ = ["dynamics"]


def dynamics(env, /):
    """Collect probabilities of the next states, and expected rewards, for planning.

    Time limits are left out: they are no part of the problem. Where an action ends the episode in a
    state that is otherwise never reached, as a goal, that state is made absorbing. Where it ends in
    one that may also be met on the way, one more state, the last, stands for the end.

    Parameters
    ----------
    env : gymnasium.Env
        A `FiniteEnv`, one of Gymnasium's toy_text environments with a table, or another that has
        the attributes `P` and `initial_state_distrib` of those; wrappers are looked through.

    Returns
    -------
    P : array, shape (A, S, S)
        Probability that an action in a state leads to the next state.
    R : array, shape (A, S)
        Expected reward of an action in a state; −∞ where a state does not have the action
        (`FiniteEnv.action_counts`).

    Raises
    ------
    TypeError
        If `env` has no such table.

    Examples
    --------
    >>> from nnlib import environments
    >>> P, R = environments.dynamics(environments.random_walk(3))
    >>> P.shape
    (2, 5, 5)
    >>> R  # of going left and right; 1 for the last step to the right
    array([[0., 0., 0., 0., 0.],
           [0., 0., 0., 1., 0.]])
    """
    base = getattr(env, "unwrapped", None)
    if not (isinstance(env, gymnasium.Env) and hasattr(base, "initial_state_distrib")):
        raise TypeError(
            "env must be a gymnasium.Env with a table P of its dynamics and an "
            f"initial_state_distrib, as FiniteEnv or FrozenLake, got {env}"
        )
    table = base.P
    met = _met(table, base.initial_state_distrib)
    rows = [
        (action, state, *outcome)
        for state in range(len(table))
        for action in range(len(table[0]))
        for outcome in table[state][action]
    ]
    absorbing = {following for *_, following, _, terminated in rows if terminated} - met
    end = len(table)
    needed = any(terminated and following in met for *_, following, _, terminated in rows)
    states = end + needed
    P, R = np.zeros((len(table[0]), states, states)), np.zeros((len(table[0]), states))
    for action, state, probability, following, reward, terminated in rows:
        if state not in absorbing:
            P[action, state, end if terminated and following in met else following] += probability
            R[action, state] += probability * reward
    for state, count in enumerate(getattr(base, "action_counts", None) or ()):
        R[count:, state] = -np.inf
    for state in [*absorbing, end][: len(absorbing) + needed]:
        P[:, state, state], R[:, state] = 1, 0
    return P, R


def _met(table, initial):
    """The states in which an episode may go on."""
    met = {state for state, probability in enumerate(initial) if probability > 0}
    waiting = list(met)
    while waiting:
        actions = table[waiting.pop()]
        for action in range(len(actions)):
            for probability, following, _, terminated in actions[action]:
                if probability > 0 and not terminated and int(following) not in met:
                    met.add(int(following))
                    waiting.append(int(following))
    return met
