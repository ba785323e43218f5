"""A memory of steps, from which to learn in another order than that of their happening."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator

__all__ = ["ReplayBuffer", "Transitions"]


class Transitions(NamedTuple):
    """Steps of an environment, a row each.

    Attributes
    ----------
    observations : numpy.ndarray, shape (m, n)
        What was seen before the action.
    actions : numpy.ndarray of int, shape (m,)
        The action taken.
    rewards : numpy.ndarray, shape (m,)
        Its reward.
    following : numpy.ndarray, shape (m, n)
        What was seen after it.
    terminated : numpy.ndarray of bool, shape (m,)
        Whether the episode ended there. Not where it was cut off (truncated): what follows counts.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import rl
    >>> buffer = rl.ReplayBuffer(100, 4)
    >>> buffer.add(np.zeros(4), 1, 1.0, np.ones(4), False)
    >>> buffer.sample(3, rng=np.random.default_rng(0)).actions
    array([1, 1, 1])
    """

    observations: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    following: np.ndarray
    terminated: np.ndarray


class ReplayBuffer:
    """Keep the last steps of an environment; draw minibatches from them at random.

    It can be pickled and copied.

    Parameters
    ----------
    capacity : int
        How many steps to keep, 1 or more. Then each new one takes the place of the oldest.
    inputs : int
        Numbers in an observation, 1 or more.

    Attributes
    ----------
    steps : Transitions
        The steps kept, in no particular order: views, which later additions change.

    Methods
    -------
    add
        Keep a step.
    sample
        Draw a minibatch.

    References
    ----------
    L.-J. Lin, "Self-improving reactive agents based on reinforcement learning, planning and
    teaching", Machine Learning 8, 1992.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import rl
    >>> buffer = rl.ReplayBuffer(2, 1)
    >>> for reward in (1.0, 2.0, 3.0):
    ...     buffer.add([0.0], 0, reward, [0.0], False)
    >>> len(buffer), sorted(buffer.steps.rewards.tolist())
    (2, [2.0, 3.0])
    """

    def __init__(self, capacity, inputs):
        capacity, inputs = check_count(1, capacity=capacity), check_count(1, inputs=inputs)
        self.capacity, self._added = capacity, 0
        self._arrays = Transitions(
            np.zeros((capacity, inputs)),
            np.zeros(capacity, "int64"),
            np.zeros(capacity),
            np.zeros((capacity, inputs)),
            np.zeros(capacity, "bool"),
        )

    def __len__(self):
        return min(self._added, self.capacity)

    @property
    def steps(self):
        """The steps kept, in no particular order."""
        return Transitions(*(array[: len(self)] for array in self._arrays))

    def add(self, observation, action, reward, following, terminated):
        """Keep a step.

        Parameters
        ----------
        observation : array_like, shape (inputs,)
            What was seen before the action.
        action : int
            The action taken.
        reward : float
            Its reward.
        following : array_like, shape (inputs,)
            What was seen after it.
        terminated : bool
            Whether the episode ended there.
        """
        row = self._added % self.capacity
        step = (observation, action, reward, following, terminated)
        for array, value in zip(self._arrays, step, strict=True):
            array[row] = value
        self._added += 1

    def sample(self, size, /, *, rng):
        """Draw a minibatch, each step from all that are kept, with replacement.

        Parameters
        ----------
        size : int
            How many steps to draw, 1 or more.
        rng : numpy.random.Generator
            Source of the random numbers.

        Returns
        -------
        Transitions
            Copies of the steps drawn.

        Raises
        ------
        TypeError
            If `size` is not an integer, or `rng` not a generator.
        ValueError
            If nothing has been added, or `size` is below 1.
        """
        check_generator(rng=rng)
        size = check_count(1, size=size)
        if not self._added:
            raise ValueError("the buffer must hold a step to sample from, got an empty one")
        rows = rng.integers(len(self), size=size)
        return Transitions(*(array[rows] for array in self._arrays))
