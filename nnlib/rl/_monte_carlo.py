"""Monte Carlo prediction and control: values as means of returns."""

from bisect import bisect
from functools import partial

from nnlib.rl._control import choose, learn
from nnlib.rl._prediction import predict

__all__ = ["mc_control", "mc_prediction"]


def mc_prediction(
    env,
    policy,
    /,
    *,
    episodes,
    step_size=None,
    discount=1.0,
    rng,
    first_visit=True,
    values=None,
    start=None,
    history=False,
):
    r"""Learn the values of a policy from whole returns: Monte Carlo prediction.

    .. math::

        V(S_t) \leftarrow V(S_t) + \alpha [G_t - V(S_t)], \qquad
        G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1}

    Without a step size, α is one by the number of the state's returns: V is their mean. Where a
    time limit cuts an episode off, the discounted value of the state arrived at is added, as
    nothing is known of what would follow.

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
    step_size : float or callable, optional
        Step size α, positive, or a function of the episode's number, from 0, that returns it.
        The mean of all returns without it.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
    first_visit : bool, default True
        Whether only the first visit to a state in an episode counts, or every one.
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
    2018, section 5.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> policy = rl.random_policy(env)
    >>> rl.mc_prediction(env, policy, episodes=100, step_size=0.1, rng=rng).values[3].round(2)
    np.float64(0.41)
    """

    means = step_size is None
    method = partial(_monte_carlo, first_visit, means)
    step_size = 1.0 if means else step_size
    return predict(method, env, policy, episodes, step_size, discount, rng, values, start, history)


def mc_control(
    env,
    /,
    *,
    episodes,
    epsilon,
    discount=1.0,
    rng,
    first_visit=True,
    step_size=None,
    q=None,
    start=None,
):
    r"""Learn the action values of the policy acted by from whole returns: Monte Carlo control.

    .. math::

        Q(S_t, A_t) \leftarrow Q(S_t, A_t) + \alpha [G_t - Q(S_t, A_t)], \qquad
        G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1}

    The policy is ε-greedy. Without a step size, α is one by the number of returns: Q is their mean.
    Where a time limit cuts an episode off, the discounted value of the state arrived at is added,
    which is the mean of its action values under the policy. Among equally good actions one is
    chosen at random.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such, whose elements are numbered as by numpy.ravel_multi_index.
    episodes : int
        For how many episodes to learn, 0 or more.
    epsilon : float or callable
        Probability ε of a random action, from 0 to 1, or a function of the episode's number, from
        0.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
    first_visit : bool, default True
        Whether only the first visit to a state and action in an episode counts, or every one.
    step_size : float or callable, optional
        Step size α, positive, or a function of the episode's number, that returns it. The mean of
        all returns without it.
    q : array_like, shape (S, A), or float, optional
        Initial action values. 0 without it.
    start : Learned, optional
        Result of an earlier run, to go on from.

    Returns
    -------
    Learned
        Action values, and the sum of rewards and the length of each episode.

    Raises
    ------
    TypeError
        If an argument has a type, or `env` a space, of another kind.
    ValueError
        If an option is out of range, or of the wrong shape.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 5.4.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"epsilon": 0.1, "discount": 0.9, "rng": np.random.default_rng(0)}
    >>> result = rl.mc_control(environments.windy_grid(), episodes=200, **options)
    >>> int(result.lengths[:10].mean()), int(result.lengths[-100:].mean())
    (1109, 22)
    """
    means = step_size is None
    method = partial(_mc_control, first_visit, means)
    rate = 1.0 if means else step_size
    return learn(method, env, episodes, rate, epsilon, discount, rng, q, start, second="counts")


def _monte_carlo(first_visit, means, world, actions, values, counts, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate):
        states, rewards, first = [], [], {}
        for time in limit:
            action = bisect(actions[state], draw())
            first.setdefault(state, time)
            states.append(state)
            state, reward, ended = outcomes[state][action] or step(state, action)
            rewards.append(reward)
            if ended:
                break
        # 0 after a termination; after a time limit, what the last state is thought to be worth.
        gain = values[state]
        for time in reversed(range(len(rewards))):
            gain, state = rewards[time] + discount * gain, states[time]
            if not first_visit or first[state] == time:
                counts[state] += 1
                share = 1 / counts[state] if means else rate
                values[state] += share * (gain - values[state])
        return rewards

    return run


def _mc_control(first_visit, means, world, rows, counts, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate, epsilon):
        visits, rewards, first = [], [], {}
        for time in limit:
            action = choose(rows[state], epsilon, draw)
            first.setdefault((state, action), time)
            visits.append((state, action))
            state, reward, ended = outcomes[state][action] or step(state, action)
            rewards.append(reward)
            if ended:
                break
        following = rows[state]
        gain = epsilon * sum(following) / len(following) + (1 - epsilon) * max(following)
        for time in reversed(range(len(rewards))):
            gain, (state, action) = rewards[time] + discount * gain, visits[time]
            if not first_visit or first[state, action] == time:
                counts[state][action] += 1
                share = 1 / counts[state][action] if means else rate
                rows[state][action] += share * (gain - rows[state][action])
        return rewards

    return run
