"""Bandits: many of them at once, what agents did on them, and how good that was."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    check_at_least_zero,
    check_count,
    check_generator,
    check_numbers,
)

__all__ = ["BanditRun", "optimal_share", "regret", "testbed"]


class BanditRun(NamedTuple):
    """What an agent did on many bandits, and what it has learned.

    Passed as `start` to the agent that made it, it is where the next run goes on.

    Attributes
    ----------
    rewards : numpy.ndarray, shape (runs, steps)
        The reward of each step.
    actions : numpy.ndarray of int, shape (runs, steps)
        The arm of each step.
    gaps : numpy.ndarray, shape (runs, steps)
        How far the true value of that arm was below the best one at that step.
    values : numpy.ndarray, shape (runs, arms)
        At the end, the estimates of the arms' values; of `gradient_bandit` its preferences.
    counts : numpy.ndarray of int, shape (runs, arms)
        How often each arm was chosen.
    means : numpy.ndarray, shape (runs, arms)
        The true values at the end: the same as at the beginning, unless they drift.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import ucb
    >>> run = ucb(np.array([[0.0, 1.0]]), steps=3, c=2, rng=np.random.default_rng(0))
    >>> run.actions, run.counts, run.gaps
    (array([[0, 1, 1]]), array([[1, 2]]), array([[1., 0., 0.]]))
    """

    rewards: np.ndarray
    actions: np.ndarray
    gaps: np.ndarray
    values: np.ndarray
    counts: np.ndarray
    means: np.ndarray


def testbed(runs, /, *, arms=10, rng):  # noqa: PT028  (it is no test)
    r"""Draw bandits whose true values are normal, with mean 0 and variance 1.

    .. math:: q_*(a) = \mathbb{E}[R_t \mid A_t = a]

    Parameters
    ----------
    runs : int
        Number of bandits.
    arms : int, default 10
        Number of actions of each.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    numpy.ndarray, shape (runs, arms)
        The true values, which agents take as `means`.

    Raises
    ------
    TypeError
        If `runs` or `arms` is not an integer, or `rng` not a generator.
    ValueError
        If one of them is less than 1.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement learning: an introduction", 2nd edition, MIT
    Press, 2018, section 2.3.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import testbed
    >>> means = testbed(2000, rng=np.random.default_rng(0))
    >>> print(means.shape, means.max(axis=1).mean().round(2))
    (2000, 10) 1.53
    """
    check_generator(rng=rng)
    return rng.standard_normal((check_count(1, runs=runs), check_count(1, arms=arms)))


testbed.__test__ = False  # pytest takes any function that is called test… for a test


def regret(run, /):
    r"""Compute what was lost, up to each step, by not always choosing the best arm.

    .. math:: L_t = \sum_{i=1}^{t} \left( \max_a q_*(a) - q_*(A_i) \right)

    Of the true values, not of the rewards, which are random; its mean over many bandits is the
    expected regret.

    Parameters
    ----------
    run : BanditRun
        What an agent did.

    Returns
    -------
    numpy.ndarray, shape (runs, steps)
        The regret of each bandit up to each step.

    Raises
    ------
    TypeError
        If `run` is no BanditRun.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import regret, ucb
    >>> run = ucb(np.array([[0.0, 1.0]]), steps=3, c=2, rng=np.random.default_rng(0))
    >>> run.actions, regret(run)
    (array([[0, 1, 1]]), array([[1., 1., 1.]]))
    """
    return np.cumsum(_gaps(run), axis=1)


def optimal_share(run, /):
    """Compute the share of the bandits on which the best arm was chosen, at each step.

    Parameters
    ----------
    run : BanditRun
        What an agent did.

    Returns
    -------
    numpy.ndarray, shape (steps,)
        Shares from 0 to 1.

    Raises
    ------
    TypeError
        If `run` is no BanditRun.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.rl import optimal_share, ucb
    >>> run = ucb(np.array([[0.0, 1.0]]), steps=3, c=2, rng=np.random.default_rng(0))
    >>> run.actions, optimal_share(run)
    (array([[0, 1, 1]]), array([0., 1., 1.]))
    """
    return np.mean(_gaps(run) == 0, axis=0)


def _gaps(run):
    if not isinstance(run, BanditRun):
        raise TypeError(f"run must be a BanditRun, got {type(run).__name__}")
    return run.gaps


class Play:
    """A run while it is made. Its arrays are (arms, runs): reductions over arms are then fast."""

    def __init__(self, means, steps, rng, rewards, drift, start, initial=0.0):
        check_generator(rng=rng)
        means = check_means(means)
        if rewards not in ("normal", "bernoulli"):
            raise ValueError(f"rewards must be 'normal' or 'bernoulli', got {rewards!r}")
        self.rng, self.bernoulli = rng, rewards == "bernoulli"
        self.drift = check_at_least_zero(drift=drift)
        self.runs, self.arms = means.shape
        self.steps, self.start = check_count(0, steps=steps), start
        if start is None:
            self.values = np.full((self.arms, self.runs), initial)
            self.counts = np.zeros((self.arms, self.runs), int)
            self.done = 0
        else:
            check_start(start, means.shape)
            means = start.means
            self.values, self.counts = start.values.T.copy(), start.counts.T.copy()
            self.done = start.rewards.shape[1]
        if self.bernoulli and (self.drift or means.min() < 0 or means.max() > 1):
            raise ValueError(
                "means must be probabilities that do not drift, from 0 to 1, for Bernoulli rewards,"
                f" got {means.min()} to {means.max()} and the drift {self.drift}"
            )
        self.means = means.T.copy()
        self.best = self.means.max(axis=0)
        self.each = np.arange(self.runs)
        self.rewards, self.gaps = np.empty((2, self.steps, self.runs))
        self.actions = np.empty((self.steps, self.runs), int)

    def __iter__(self):
        """The numbers of the steps, from 1; of a run that goes on, from where it was."""
        self.step = 0
        while self.step < self.steps:
            yield self.done + self.step + 1
            self.step += 1

    def pull(self, arms):
        """Draw the rewards of one arm of each bandit."""
        values = self.means[arms, self.each]
        if self.bernoulli:
            rewards = (self.rng.random(self.runs) < values).astype(float)
        else:
            rewards = values + self.rng.standard_normal(self.runs)
        self.counts[arms, self.each] += 1
        self.actions[self.step], self.rewards[self.step] = arms, rewards
        self.gaps[self.step] = self.best - values
        if self.drift:
            self.means += self.drift * self.rng.standard_normal(self.means.shape)
            self.best = self.means.max(axis=0)
        return rewards

    def learn(self, arms, rewards, step_size=None):
        """Move the estimates of the arms that were pulled towards the rewards."""
        old = self.values[arms, self.each]
        if step_size is None:
            step_size = 1 / self.counts[arms, self.each]
        self.values[arms, self.each] = old + step_size * (rewards - old)

    def result(self):
        """The run; if it went on from another, of all steps since the beginning."""
        made = [self.rewards.T, self.actions.T, self.gaps.T]
        if self.start is not None:
            made = [np.hstack(pair) for pair in zip(self.start[:3], made, strict=True)]
        state = [self.values.T, self.counts.T, self.means.T]
        return BanditRun(*map(np.ascontiguousarray, made + state))


def check_means(means):
    """Return true values (runs, arms) as floats."""
    means = check_numbers(means=means).astype(float)
    if means.ndim != 2 or 0 in means.shape:
        raise ValueError(f"means must have the shape (runs, arms), got {means.shape}")
    if not np.isfinite(means).all():
        raise ValueError("means must be finite, got an infinite one")
    return means


def check_start(start, shape):
    """Check that a run can go on from another."""
    if not isinstance(start, BanditRun):
        raise TypeError(f"start must be a BanditRun, got {type(start).__name__}")
    if start.means.shape != shape:
        raise ValueError(
            f"start must be a run on bandits of the shape of means, {shape}, "
            f"got {start.means.shape}"
        )
