"""Agents for bandits that draw their arm from a distribution."""

import numpy as np

from nnlib._validation import check_finite, check_positive
from nnlib.rl._bandit_runs import Play

__all__ = ["gradient_bandit", "thompson"]


def gradient_bandit(
    means, /, *, steps, step_size, rng, baseline=True, rewards="normal", drift=0.0, start=None
):
    r"""Draw the arm from the softmax of preferences, and learn these by gradient ascent.

    .. math:: H_{t+1}(a) = H_t(a) + \alpha (R_t - \bar{R}_t) (\mathbb{1}[a = A_t] - \pi_t(a))

    The baseline is the mean of the rewards before this one; at the first step, the reward itself.

    Parameters
    ----------
    means : array, shape (runs, arms)
        True values of the arms of each bandit.
    steps : int
        How often to choose.
    step_size : float
        The α of a step.
    rng : numpy.random.Generator
        Source of the random numbers.
    baseline : bool, default True
        Whether to subtract the mean reward; 0 is in its place without.
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
        Rewards, arms, and as `values` the preferences.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, or a value is out of range.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, section 2.8.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import gradient_bandit, optimal_share, testbed
    >>> rng = np.random.default_rng(0)
    >>> run = gradient_bandit(testbed(2000, rng=rng) + 4, steps=200, step_size=0.1, rng=rng)
    >>> print(optimal_share(run)[[0, -1]].round(2))
    [0.1  0.71]
    """
    step_size = check_positive(step_size=step_size)
    play = Play(means, steps, rng, rewards, drift, start)
    # In turn, as below, so that a run that goes on has the same mean to the last bit.
    total = np.zeros(play.runs)
    for reward in () if start is None else start.rewards.T:
        total += reward
    for t in play:
        exps = np.exp(play.values - play.values.max(axis=0))
        below = np.cumsum(exps, axis=0)
        # Without rounding, the last of the sums would be above any draw.
        arms = np.sum(below[:-1] <= rng.random(play.runs) * below[-1], axis=0)
        reward = play.pull(arms)
        mean = 0 if not baseline else total / (t - 1) if t > 1 else reward
        rise = step_size * (reward - mean)
        play.values -= rise * exps / below[-1]
        play.values[arms, play.each] += rise
        total += reward
    return play.result()


def thompson(means, /, *, steps, rng, prior=None, rewards="normal", drift=0.0, start=None):
    r"""Draw a value of each arm from what is believed about it, and choose the arm of the highest.

    .. math:: A_t = \arg\max_a \tilde{q}_t(a)

    Beliefs are posterior distributions: normal, for normal rewards of the known variance 1; or
    beta distributions, for Bernoulli rewards.

    Parameters
    ----------
    means : array, shape (runs, arms)
        True values of the arms of each bandit.
    steps : int
        How often to choose.
    rng : numpy.random.Generator
        Source of the random numbers.
    prior : tuple of float, optional
        What is believed at first about every arm: mean and variance of a normal distribution,
        (0, 1) without; for Bernoulli rewards, the two parameters of a beta distribution, (1, 1)
        without.
    rewards : {"normal", "bernoulli"}, default "normal"
        Whether rewards are normal around the true value with variance 1, or 1 with this
        probability and 0 without.
    drift : float, default 0.0
        After each step, every true value takes a normal step of this standard deviation, of which
        the agent knows nothing.
    start : BanditRun, optional
        An earlier run that this one goes on from.

    Returns
    -------
    BanditRun
        Rewards, arms, and as `values` the means of the rewards.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If shapes do not fit, or a value is out of range.

    References
    ----------
    D. Russo, B. Van Roy, A. Kazerouni, I. Osband and Z. Wen, "A tutorial on Thompson sampling",
    Foundations and Trends in Machine Learning 11, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import optimal_share, testbed, thompson
    >>> rng = np.random.default_rng(0)
    >>> run = thompson(testbed(2000, rng=rng), steps=200, rng=rng)
    >>> print(optimal_share(run)[[0, -1]].round(2))
    [0.09 0.82]
    """
    play = Play(means, steps, rng, rewards, drift, start)
    first, second = _check_prior(prior, play.bernoulli)
    for _ in play:
        total = play.counts * play.values
        if play.bernoulli:
            ones = np.rint(total)
            drawn = rng.beta(first + ones, second + play.counts - ones)
        else:
            weight = 1 / second + play.counts
            mean = (first / second + total) / weight
            drawn = mean + rng.standard_normal(mean.shape) / np.sqrt(weight)
        arms = np.argmax(drawn, axis=0)
        play.learn(arms, play.pull(arms))
    return play.result()


def _check_prior(prior, bernoulli):
    """Return the two parameters of the prior distribution."""
    if prior is None:
        return (1.0, 1.0) if bernoulli else (0.0, 1.0)
    if not isinstance(prior, tuple | list) or len(prior) != 2:
        raise ValueError(f"prior must be a pair of numbers, got {prior!r}")
    check_first = check_positive if bernoulli else check_finite
    return check_first(**{"prior[0]": prior[0]}), check_positive(**{"prior[1]": prior[1]})
