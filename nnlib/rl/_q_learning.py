"""Control off the policy that is acted by: Q-learning and double Q-learning."""

from nnlib.rl._control import any_best, best_of, choose, learn

__all__ = ["double_q_learning", "q_learning"]


def q_learning(env, /, *, episodes, step_size, epsilon, discount=1.0, rng, q=None, start=None):
    r"""Learn the best action values, while acting with exploration: Q-learning.

    .. math::

        Q(S, A) \leftarrow Q(S, A) + \alpha [R + \gamma \max_a Q(S', a) - Q(S, A)]

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
    C. J. C. H. Watkins and P. Dayan, "Q-learning", Machine Learning 8, 1992.
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 6.5.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    >>> result = rl.q_learning(environments.cliff(), episodes=500, **options)
    >>> result.q[36].max().round(3)  # the best way has 13 steps
    np.float64(-13.0)
    """
    return learn(_q_learning, env, episodes, step_size, epsilon, discount, rng, q, start)


def double_q_learning(
    env, /, *, episodes, step_size, epsilon, discount=1.0, rng, q=None, start=None
):
    r"""Learn the best action values without the bias of a maximum: double Q-learning.

    .. math::

        Q_1(S, A) \leftarrow Q_1(S, A)
            + \alpha \Bigl[R + \gamma Q_2\bigl(S', \arg\max_a Q_1(S', a)\bigr) - Q_1(S, A)\Bigr]

    or the same with both tables exchanged: at every step a coin is tossed. It is acted ε-greedily
    by the sum of both.

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
    H. van Hasselt, "Double Q-learning", Advances in Neural Information Processing Systems 23, 2010.
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 6.7.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    >>> result = rl.double_q_learning(environments.maximisation_bias(), episodes=300, **options)
    >>> result.tables.shape
    (2, 4, 10)
    """
    return learn(
        _double_q, env, episodes, step_size, epsilon, discount, rng, q, start, second="values"
    )


def _q_learning(world, rows, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit
    # The largest value of each row, and the action that has it, or a list where several have. They
    # are kept, so that few steps have to look through a row.
    best = [max(row) for row in rows]
    greedy = [best_of(row, top) for row, top in zip(rows, best, strict=True)]

    def run(state, draw, rate, epsilon):
        rewards = []
        for _ in limit:
            row = rows[state]
            if draw() < epsilon:
                action = int(len(row) * draw())
            elif type(action := greedy[state]) is list:
                action = action[int(len(action) * draw())]
            following, reward, ended = outcomes[state][action] or step(state, action)
            old = row[action]
            new = old + rate * (reward + discount * best[following] - old)
            row[action] = new
            top = best[state]
            if new > top:
                best[state], greedy[state] = new, action
            elif new < top == old:
                if type(others := greedy[state]) is list:
                    others.remove(action)
                    if len(others) == 1:
                        greedy[state] = others[0]
                else:
                    best[state] = top = max(row)
                    greedy[state] = best_of(row, top)
            elif new == top != old:
                greedy[state] = best_of(row, top)
            state = following
            rewards.append(reward)
            if ended:
                break
        return rewards

    return run


def _double_q(world, first, second, discount):
    outcomes, step, limit = world.outcomes, world.step, world.limit

    def run(state, draw, rate, epsilon):
        rewards = []
        for _ in limit:
            sums = [a + b for a, b in zip(first[state], second[state], strict=True)]
            action = choose(sums, epsilon, draw)
            following, reward, ended = outcomes[state][action] or step(state, action)
            learning, judging = (first, second) if draw() < 0.5 else (second, first)
            chosen = any_best(learning[following], draw)
            row, value = learning[state], judging[following][chosen]
            row[action] += rate * (reward + discount * value - row[action])
            state = following
            rewards.append(reward)
            if ended:
                break
        return rewards

    return run
