"""Temporal-difference prediction: values learned from the values that follow."""

from bisect import bisect
from functools import partial

from nnlib._validation import check_count
from nnlib.rl._prediction import predict

__all__ = ["td_n", "td_zero"]


def td_zero(
    env,
    policy,
    /,
    *,
    episodes,
    step_size,
    discount=1.0,
    rng,
    values=None,
    start=None,
    history=False,
):
    r"""Learn the values of a policy, each from the following: TD(0).

    .. math::

        V(S) \leftarrow V(S) + \alpha [R + \gamma V(S') - V(S)]

    After a termination the following value is 0; where a time limit cuts an episode off, it is that
    of the state arrived at.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such, whose elements are numbered as by numpy.ravel_multi_index. If the policy may
        go in circles, put a gymnasium.wrappers.TimeLimit around it.
    policy : array_like or callable
        Integers (S,), an action for each state, or probabilities (S, A); for observations that are
        tuples, also of the shape that these span. Or a function that is called once for each
        observation, and returns the action.
    episodes : int
        For how many episodes to learn, 0 or more.
    step_size : float or callable
        Step size α, positive, or a function of the episode's number, from 0, that returns it.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
    values : array_like, shape (S,), or float, optional
        Initial values. 0 without it.
    start : Prediction, optional
        Result of an earlier run, to go on from.
    history : bool, default False
        Whether to keep the values after each episode.

    Returns
    -------
    Prediction
        Value of each state.

    Raises
    ------
    TypeError
        If an argument has a type, or `env` a space, of another kind.
    ValueError
        If an option is out of range, or of the wrong shape.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 6.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> policy = rl.random_policy(env)
    >>> result = rl.td_zero(env, policy, episodes=100, step_size=0.1, rng=rng, values=0.5)
    >>> result.values[1:-1].round(2)  # 1/6, 2/6, …, 5/6 are true
    array([0.11, 0.39, 0.54, 0.65, 0.74])
    """
    return predict(
        _td_zero, env, policy, episodes, step_size, discount, rng, values, start, history
    )


def td_n(
    env,
    policy,
    /,
    *,
    n,
    episodes,
    step_size,
    discount=1.0,
    rng,
    values=None,
    start=None,
    history=False,
):
    r"""Learn the values of a policy, each from n rewards and a value: n-step TD.

    .. math::

        V(S_t) \leftarrow V(S_t) + \alpha [G^{(n)}_t - V(S_t)], \qquad
        G^{(n)}_t = \sum_{k=0}^{n-1} \gamma^k R_{t+k+1} + \gamma^n V(S_{t+n})

    An episode's last states are updated from the rewards that are left, after its end. n = 1 is
    TD(0), and an n beyond the episodes' lengths is Monte Carlo prediction, every visit.

    After a termination the following value is 0; where a time limit cuts an episode off, it is that
    of the state arrived at.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such, whose elements are numbered as by numpy.ravel_multi_index. If the policy may
        go in circles, put a gymnasium.wrappers.TimeLimit around it.
    policy : array_like or callable
        Integers (S,), an action for each state, or probabilities (S, A); for observations that are
        tuples, also of the shape that these span. Or a function that is called once for each
        observation, and returns the action.
    n : int
        How many rewards, 1 or more.
    episodes : int
        For how many episodes to learn, 0 or more.
    step_size : float or callable
        Step size α, positive, or a function of the episode's number, from 0, that returns it.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
    values : array_like, shape (S,), or float, optional
        Initial values. 0 without it.
    start : Prediction, optional
        Result of an earlier run, to go on from.
    history : bool, default False
        Whether to keep the values after each episode.

    Returns
    -------
    Prediction
        Value of each state.

    Raises
    ------
    TypeError
        If an argument has a type, or `env` a space, of another kind.
    ValueError
        If an option is out of range, or of the wrong shape.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 7.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> policy = rl.random_policy(env)
    >>> options = {"step_size": 0.2, "rng": rng, "values": 0.5}
    >>> result = rl.td_n(env, policy, n=4, episodes=100, **options)
    >>> result.values[1:-1].round(2)  # 1/6, 2/6, …, 5/6 are true
    array([0.05, 0.24, 0.53, 0.57, 0.68])
    """
    method = partial(_td_n, check_count(1, n=n))
    return predict(method, env, policy, episodes, step_size, discount, rng, values, start, history)


def _td_zero(world, actions, values, counts, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate):
        rewards = []
        for _ in limit:
            action = bisect(actions[state], draw())
            following, reward, ended = outcomes[state][action] or step(state, action)
            values[state] += rate * (reward + discount * values[following] - values[state])
            counts[state] += 1
            rewards.append(reward)
            state = following
            if ended:
                break
        return rewards

    return run


def _td_n(n, world, actions, values, counts, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def update(states, rewards, time, rate):
        state, *_, last = states[time : time + n + 1]
        gain = values[last]
        for reward in reversed(rewards[time : time + n]):
            gain = reward + discount * gain
        values[state] += rate * (gain - values[state])
        counts[state] += 1

    def run(state, draw, rate):
        states, rewards = [state], []
        for time in limit:
            if time >= n:
                update(states, rewards, time - n, rate)
            action = bisect(actions[state], draw())
            state, reward, ended = outcomes[state][action] or step(state, action)
            states.append(state)
            rewards.append(reward)
            if ended:
                break
        for time in range(max(0, len(rewards) - n), len(rewards)):
            update(states, rewards, time, rate)
        return rewards

    return run
