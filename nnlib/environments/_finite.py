"""An environment that a table describes."""

from bisect import bisect
from math import isclose, isfinite
from operator import index

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded

from nnlib._validation import check_numbers

__all__ = ["FiniteEnv"]


class FiniteEnv(gymnasium.Env):
    """An environment with finitely many states and actions, given by a table.

    The table is that of Gymnasium's toy_text environments.

    Parameters
    ----------
    P : sequence or dict
        `P[state][action]` is a list of what may follow: tuples of the probability, the next state,
        the reward, and whether the episode then has terminated. As many actions in every state.
    initial_state_distrib : array_like, shape (S,)
        Probability of each state to be the first.
    desc : sequence of str, optional
        A picture of the states, row by row, a character for each: what `render` shows.
    noise : array_like, shape (S, A), optional
        Standard deviation of the normal noise that is added to the rewards. None without it.
    observations : sequence of int, length S, optional
        What is observed of each state, a number from 0: states may look alike. The state itself
        without it.
    action_counts : sequence of int, length S, optional
        How many actions there are in each state, the first ones; all of them without it. The
        learners of `nnlib.rl` take no others.
    render_mode : {None, "ansi"}
        "ansi": `render` returns the picture as a string, with an x where the state is.

    Attributes
    ----------
    P : dict
        The table.
    initial_state_distrib : array, shape (S,)
        Probability of each state to be the first.
    desc : tuple of str or None
        The picture.
    noise : array, shape (S, A), or None
        Standard deviation of the rewards' noise.
    observations : tuple of int or None
        What is observed of each state.
    action_counts : tuple of int or None
        How many actions there are in each state.
    s : int or None
        The state; None before the first `reset`.

    Methods
    -------
    reset
        Begin an episode.
    step
        Take an action.
    render
        Return the picture.

    Raises
    ------
    TypeError
        If there is no table of that form.
    ValueError
        If the table does not fit together, or an option does not fit the table.

    Examples
    --------
    >>> from nnlib.environments import FiniteEnv
    >>> tails, heads = (0.5, 0, -1.0, False), (0.5, 1, 10.0, True)
    >>> coin = FiniteEnv([[[tails, heads]], [[(1, 1, 0, True)]]], [1, 0])
    >>> coin.reset(seed=0)
    (0, {'prob': 1.0})
    >>> coin.step(0)
    (0, -1.0, False, False, {'prob': 0.5})
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 4}

    def __init__(
        self,
        P,
        initial_state_distrib,
        *,
        desc=None,
        noise=None,
        observations=None,
        action_counts=None,
        render_mode=None,
    ):
        self.P = _table(P)
        states, actions = len(self.P), len(self.P[0])
        initial = check_numbers(initial_state_distrib=initial_state_distrib).astype(float)
        self.initial_state_distrib = initial
        if initial.shape != (states,) or (initial < 0).any() or not isclose(initial.sum(), 1):
            raise ValueError(
                f"initial_state_distrib must be {states} probabilities that sum to 1, "
                f"got {initial_state_distrib}"
            )
        self.desc = None if desc is None else _picture(desc, states)
        self.noise = None if noise is None else _spread(noise, states, actions)
        self.observations = _integers("observations", observations, states, 0, None)
        self.action_counts = _integers("action_counts", action_counts, states, 1, actions)
        if render_mode not in (None, "ansi"):
            raise ValueError(f"render_mode must be None or 'ansi', got {render_mode!r}")
        self.render_mode = render_mode
        seen = states if self.observations is None else max(self.observations) + 1
        self.observation_space = gymnasium.spaces.Discrete(seen)
        self.action_space = gymnasium.spaces.Discrete(actions)
        self.s = None

    def reset(self, *, seed=None, options=None):
        """Begin an episode.

        Parameters
        ----------
        seed : int, optional
            Seed of the environment's random numbers. They go on without it.
        options : dict, optional
            Not used.

        Returns
        -------
        tuple
            What is observed, and `{"prob": …}`, the probability of that beginning.
        """
        super().reset(seed=seed)
        thresholds = self.initial_state_distrib.cumsum()
        self.s = int(np.searchsorted(thresholds, self.np_random.random() * thresholds[-1], "right"))
        return self._observation(), {"prob": float(self.initial_state_distrib[self.s])}

    def step(self, action):
        """Take an action.

        Parameters
        ----------
        action : int
            The action's number.

        Returns
        -------
        tuple
            What is observed, the reward, whether the episode has terminated, False (nothing is cut
            off here: see gymnasium.wrappers.TimeLimit), and `{"prob": …}`, the probability of that.

        Raises
        ------
        gymnasium.error.ResetNeeded
            If there was no `reset` before.
        ValueError
            If there is no such action.
        """
        if self.s is None:
            raise ResetNeeded("call env.reset() before env.step()")
        try:
            action = index(action)
            state, outcomes = self.s, self.P[self.s][action]
        except (KeyError, TypeError):
            raise ValueError(
                f"action must be an integer from 0 to {self.action_space.n - 1}, got {action!r}"
            ) from None
        chosen = 0
        if len(outcomes) > 1:
            total, thresholds = 0.0, []
            for outcome in outcomes:
                total += outcome[0]
                thresholds.append(total)
            chosen = bisect(thresholds, total * self.np_random.random())
        probability, self.s, reward, terminated = outcomes[chosen]
        if self.noise is not None:
            reward += self.noise[state, action] * self.np_random.normal()
        return self._observation(), float(reward), terminated, False, {"prob": probability}

    def render(self):
        """Return the picture.

        Returns
        -------
        str or None
            The picture, with an x where the state is; None if `render_mode` is None, or `desc`.
        """
        if self.render_mode is None or self.desc is None:
            return None
        cells = list("".join(self.desc))
        if self.s is not None:
            cells[self.s] = "x"
        return "\n".join("".join(cells.pop(0) for _ in row) for row in self.desc)

    def _observation(self):
        return self.s if self.observations is None else self.observations[self.s]


def _table(P):
    """The table as a dict of dicts of lists of tuples, if it is one."""
    try:
        table = {
            state: {
                action: [
                    (float(probability), index(following), float(reward), bool(terminated))
                    for probability, following, reward, terminated in P[state][action]
                ]
                for action in range(len(P[0]))
            }
            for state in range(len(P))
        }
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise TypeError(
            "P[state][action] must be, for every state and action, a list of tuples "
            "(probability, next state, reward, terminated)"
        ) from error
    if not table or not table[0] or any(len(P[state]) != len(table[0]) for state in table):
        raise ValueError("P must have states, and as many actions in each, 1 or more")
    for state, rows in table.items():
        for action, outcomes in rows.items():
            probabilities = [outcome[0] for outcome in outcomes]
            if min(probabilities, default=-1) < 0 or not isclose(sum(probabilities), 1):
                raise ValueError(
                    f"probabilities of P[{state}][{action}] must sum to 1, got {probabilities}"
                )
            if any(outcome[3] not in (True, False) for outcome in P[state][action]):
                raise TypeError(
                    f"terminated must be True or False in P[{state}][{action}], "
                    f"got {P[state][action]}"
                )
            if not all(isfinite(outcome[2]) for outcome in outcomes):
                raise ValueError(
                    f"rewards of P[{state}][{action}] must be finite, "
                    f"got {[outcome[2] for outcome in outcomes]}"
                )
            if any(outcome[1] not in table for outcome in outcomes):
                raise ValueError(
                    f"next states of P[{state}][{action}] must be from 0 to {len(table) - 1}, "
                    f"got {[outcome[1] for outcome in outcomes]}"
                )
    return table


def _spread(noise, states, actions):
    """Standard deviations of the rewards, an array (S, A)."""
    array = check_numbers(noise=noise).astype(float)
    if array.shape != (states, actions) or not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"noise must be {states}×{actions} numbers, 0 or more, got {noise}")
    return array


def _picture(desc, states):
    """A tuple of strings, with a character for each state."""
    if isinstance(desc, str) or not all(isinstance(row, str) for row in np.ravel(desc).tolist()):
        raise TypeError(f"desc must be a sequence of strings, got {desc!r}")
    if len("".join(desc)) != states:
        raise ValueError(f"desc must have {states} characters, got {desc}")
    return tuple(desc)


def _integers(name, numbers, length, least, most):
    """A tuple of integers in a range, or None."""
    if numbers is None:
        return None
    integers = check_numbers(**{name: numbers})
    if integers.shape != (length,) or integers.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {length} integers, got {numbers}")
    if integers.min() < least or (most is not None and integers.max() > most):
        most = "" if most is None else f" to {most}"
        raise ValueError(f"{name} must be from {least}{most}, got {numbers}")
    return tuple(integers.tolist())
