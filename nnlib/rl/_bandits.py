"""Agents for bandits that choose the best arm by their estimates."""

import numpy as np

from nnlib._validation import check_at_least_zero, check_finite, check_positive, check_share
from nnlib.rl._bandit_runs import Play

__all__ = ["epsilon_greedy", "ucb"]


def epsilon_greedy(
    means,
    /,
    *,
    steps,
    epsilon,
    rng,
    step_size=None,
    initial=0.0,
    rewards="normal",
    drift=0.0,
    start=None,
):
    r"""Choose the arm of the highest estimate, but with probability ε any arm at random.

    .. math:: Q_{n+1} = Q_n + \frac{1}{n} [R_n - Q_n]

    With ε = 0 this is greedy; with high `initial` estimates and a `step_size`, optimistic.

    Parameters
    ----------
    means : array, shape (runs, arms)
        True values of the arms of each bandit.
    steps : int
        How often to choose.
    epsilon : float
        The probability ε of a random arm.
    rng : numpy.random.Generator
        Source of the random numbers.
    step_size : float, optional
        The α in place of 1/n. Without, estimates are the means of the rewards.
    initial : float, default 0.0
        The estimates at the beginning.
    rewards : {"normal", "bernoulli"}, default "normal"
        Whether rewards are normal around the true value with variance 1, or 1 with this
        probability and 0 without.
    drift : float, default 0.0
        After each step, every true value takes a normal step of this standard deviation.
    start : BanditRun, optional
        An earlier run that this one goes on from.

    Returns
    -------
    BanditRun
        Rewards, arms, and estimates.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, or a value is out of range.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, sections 2.2 to 2.6.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import epsilon_greedy, testbed
    >>> rng = np.random.default_rng(0)
    >>> run = epsilon_greedy(testbed(2000, rng=rng), steps=200, epsilon=0.1, rng=rng)
    >>> print(run.rewards.mean(axis=0)[-1].round(1))
    1.3
    """
    epsilon = check_share(epsilon=epsilon)
    step_size = None if step_size is None else check_positive(step_size=step_size)
    initial = check_finite(initial=initial)
    play = Play(means, steps, rng, rewards, drift, start, initial)
    for _ in play:
        arms = _random_best(play.values, rng)
        explore = np.flatnonzero(rng.random(play.runs) < epsilon)
        arms[explore] = rng.integers(play.arms, size=len(explore))
        play.learn(arms, play.pull(arms), step_size)
    return play.result()


def ucb(means, /, *, steps, c, rng, rewards="normal", drift=0.0, start=None):
    r"""Choose the arm whose value could be the highest: by an upper confidence bound.

    .. math:: A_t = \arg\max_a \left[ Q_t(a) + c \sqrt{\frac{\log t}{N_t(a)}} \right]

    An arm that was not yet chosen comes first. Estimates are the means of the rewards.

    Parameters
    ----------
    means : array, shape (runs, arms)
        True values of the arms of each bandit.
    steps : int
        How often to choose.
    c : float
        How wide the bounds are, 0 or more.
    rng : numpy.random.Generator
        Source of the random numbers.
    rewards : {"normal", "bernoulli"}, default "normal"
        Whether rewards are normal around the true value with variance 1, or 1 with this
        probability and 0 without.
    drift : float, default 0.0
        After each step, every true value takes a normal step of this standard deviation.
    start : BanditRun, optional
        An earlier run that this one goes on from.

    Returns
    -------
    BanditRun
        Rewards, arms, and estimates.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, or a value is out of range.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, section 2.7.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import optimal_share, testbed, ucb
    >>> rng = np.random.default_rng(0)
    >>> run = ucb(testbed(2000, rng=rng), steps=200, c=2, rng=rng)
    >>> print(optimal_share(run)[[0, 10, -1]].round(2))
    [0.1  0.43 0.71]
    """
    c = check_at_least_zero(c=c)
    play = Play(means, steps, rng, rewards, drift, start)
    for t in play:
        width = c * np.sqrt(np.log(t) / np.maximum(play.counts, 1))
        bound = np.where(play.counts == 0, np.inf, play.values + width)
        arms = _random_best(bound, rng)
        play.learn(arms, play.pull(arms))
    return play.result()


def _random_best(values, rng):
    """For each bandit, one of the best arms at random; values are (arms, runs)."""
    arms = np.argmax(values, axis=0)
    best = values == values.max(axis=0)
    ties = np.flatnonzero(np.sum(best, axis=0) > 1)
    if len(ties):
        # Random numbers for the best arms, and less for the others.
        arms[ties] = np.argmax(np.where(best[:, ties], rng.random((len(best), len(ties))), -1), 0)
    return arms
