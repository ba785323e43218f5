"""Temporal-difference prediction with eligibility traces."""

from bisect import bisect
from functools import partial

from nnlib._validation import check_share
from nnlib.rl._prediction import predict

__all__ = ["td_lambda"]


def td_lambda(
    env,
    policy,
    /,
    *,
    trace,
    kind="accumulating",
    episodes,
    step_size,
    discount=1.0,
    rng,
    values=None,
    start=None,
    history=False,
):
    r"""Learn the values of a policy with eligibility traces: TD(λ).

    .. math::

        \delta = R + \gamma V(S') - V(S), \qquad e(S) \leftarrow e(S) + 1,
        V(s) \leftarrow V(s) + \alpha \delta e(s), \qquad e(s) \leftarrow \gamma \lambda e(s)
        \quad \text{for all } s

    With λ = 0, this is TD(0). The kinds are: "accumulating" traces, as above; "replacing" ones,
    where a visit sets the trace to 1; "dutch" ones, which make it true online TD(λ); and "forward",
    the off-line λ-return algorithm, where values are moved after the episode, towards

    .. math::

        G^\lambda_t = R_{t+1} + \gamma [(1 - \lambda) V(S_{t+1}) + \lambda G^\lambda_{t+1}]

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
    trace : float
        Trace decay λ, from 0 to 1.
    kind : {"accumulating", "replacing", "dutch", "forward"}
        How traces grow, or the forward view.
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
    2018, chapter 12.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> policy = rl.random_policy(env)
    >>> options = {"step_size": 0.1, "rng": rng, "values": 0.5}
    >>> result = rl.td_lambda(env, policy, trace=0.8, episodes=100, **options)
    >>> result.values[1:-1].round(2)  # 1/6, 2/6, …, 5/6 are true
    array([0.12, 0.34, 0.5 , 0.64, 0.7 ])
    """
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, _KINDS))}, got {kind!r}")
    method = partial(_KINDS[kind], check_share(trace=trace))
    return predict(method, env, policy, episodes, step_size, discount, rng, values, start, history)


def _with_traces(bump, trace, world, actions, values, counts, discount):
    """TD(λ) by the backward view: `bump` says how a visit changes a trace."""
    outcomes, step, limit = world.outcomes, world.step, world.limit
    decay = discount * trace

    def run(state, draw, rate):
        traces, rewards = {}, []
        for _ in limit:
            action = bisect(actions[state], draw())
            following, reward, ended = outcomes[state][action] or step(state, action)
            error = rate * (reward + discount * values[following] - values[state])
            traces[state] = bump(traces.get(state, 0.0))
            for each, size in traces.items():
                values[each] += error * size
                traces[each] = decay * size
            counts[state] += 1
            rewards.append(reward)
            state = following
            if ended:
                break
        return rewards

    return run


def _true_online(trace, world, actions, values, counts, discount):
    """TD(λ) with dutch traces: online, and yet with the λ-return's values."""
    outcomes, step, limit = world.outcomes, world.step, world.limit
    decay = discount * trace

    def run(state, draw, rate):
        traces, rewards, before = {}, [], values[state]
        for _ in limit:
            action = bisect(actions[state], draw())
            following, reward, ended = outcomes[state][action] or step(state, action)
            value, after = values[state], values[following]
            error = rate * (reward + discount * after - before)
            traces[state] = (1 - rate) * traces.get(state, 0.0) + 1
            for each, size in traces.items():
                values[each] += error * size
                traces[each] = decay * size
            values[state] -= rate * (value - before)
            before = after
            counts[state] += 1
            rewards.append(reward)
            state = following
            if ended:
                break
        return rewards

    return run


def _forward(trace, world, actions, values, counts, discount):
    """TD(λ) by the forward view: λ-returns at the end of the episode."""
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate):
        visits, rewards = [], []
        for _ in limit:
            action = bisect(actions[state], draw())
            following, reward, ended = outcomes[state][action] or step(state, action)
            visits.append((state, reward, values[following]))
            rewards.append(reward)
            state = following
            if ended:
                break
        gains, gain = [], values[state]
        for _, reward, value in reversed(visits):
            gain = reward + discount * ((1 - trace) * value + trace * gain)
            gains.append(gain)
        for (state, *_), gain in zip(visits, reversed(gains), strict=True):
            values[state] += rate * (gain - values[state])
            counts[state] += 1
        return rewards

    return run


_KINDS = {
    "accumulating": partial(_with_traces, lambda size: size + 1),
    "replacing": partial(_with_traces, lambda size: 1.0),
    "dutch": _true_online,
    "forward": _forward,
}
