"""Control on the policy that is acted by: SARSA and expected SARSA."""

from nnlib.rl._control import choose, learn

__all__ = ["expected_sarsa", "sarsa"]


def sarsa(env, /, *, episodes, step_size, epsilon, discount=1.0, rng, q=None, start=None):
    r"""Learn the action values of the policy acted by: SARSA.

    .. math::

        Q(S, A) \leftarrow Q(S, A) + \alpha [R + \gamma Q(S', A') - Q(S, A)]

    A' is the action that is taken next: ε-greedy, as A.

    After a termination the following value is 0; where a time limit cuts an episode off, it is that
    of the state arrived at. Among equally good actions one is chosen at random.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such, whose elements are numbered as by numpy.ravel_multi_index.
    episodes : int
        For how many episodes to learn, 0 or more.
    step_size : float or callable
        Step size α, positive, or a function of the episode's number, from 0, that returns it.
    epsilon : float or callable
        Probability ε of a random action, from 0 to 1, or a function of the episode's number.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
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
    2018, section 6.4.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    >>> result = rl.sarsa(environments.windy_grid(), episodes=200, **options)
    >>> int(result.lengths[:10].mean()), int(result.lengths[-100:].mean())
    (206, 22)
    """
    return learn(_sarsa, env, episodes, step_size, epsilon, discount, rng, q, start)


def expected_sarsa(env, /, *, episodes, step_size, epsilon, discount=1.0, rng, q=None, start=None):
    r"""Learn the action values of the policy acted by, with expectations: expected SARSA.

    .. math::

        Q(S, A) \leftarrow Q(S, A) + \alpha \Bigl[R + \gamma \sum_a \pi(a \mid S') Q(S', a)
            - Q(S, A)\Bigr]

    π is the ε-greedy policy that is acted by.

    After a termination the following value is 0; where a time limit cuts an episode off, it is that
    of the state arrived at. Among equally good actions one is chosen at random.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such, whose elements are numbered as by numpy.ravel_multi_index.
    episodes : int
        For how many episodes to learn, 0 or more.
    step_size : float or callable
        Step size α, positive, or a function of the episode's number, from 0, that returns it.
    epsilon : float or callable
        Probability ε of a random action, from 0 to 1, or a function of the episode's number.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    rng : numpy.random.Generator
        Where randomness comes from.
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
    2018, section 6.6.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    >>> result = rl.expected_sarsa(environments.cliff(), episodes=500, **options)
    >>> result.q[36].argmax()  # at the start: up, away from the cliff
    np.int64(0)
    """
    return learn(_expected_sarsa, env, episodes, step_size, epsilon, discount, rng, q, start)


def _sarsa(world, rows, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate, epsilon):
        rewards = []
        action = choose(rows[state], epsilon, draw)
        for _ in limit:
            row, last = rows[state], action
            state, reward, ended = outcomes[state][action] or step(state, action)
            action = choose(rows[state], epsilon, draw)
            row[last] += rate * (reward + discount * rows[state][action] - row[last])
            rewards.append(reward)
            if ended:
                break
        return rewards

    return run


def _expected_sarsa(world, rows, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate, epsilon):
        rewards = []
        for _ in limit:
            row = rows[state]
            action = choose(row, epsilon, draw)
            state, reward, ended = outcomes[state][action] or step(state, action)
            # However ties are broken, what is greedy has the value of the best.
            following = rows[state]
            mean = epsilon * sum(following) / len(following) + (1 - epsilon) * max(following)
            row[action] += rate * (reward + discount * mean - row[action])
            rewards.append(reward)
            if ended:
                break
        return rewards

    return run
