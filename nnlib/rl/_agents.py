"""What agents with networks have in common: their environments, policies and results."""

from bisect import bisect
from random import Random
from typing import NamedTuple

import numpy as np
from gymnasium.spaces import Box, Discrete

from nnlib._validation import check_count, check_finite, check_generator
from nnlib.rl._network import Network

__all__ = ["Trained", "greedy_returns", "sampled_returns"]


class Trained(NamedTuple):
    """What training a network by reinforcement arrived at.

    A tuple with names. It can be pickled, and passed as `start` to go on from there.

    Attributes
    ----------
    params : dict of numpy.ndarray
        Parameters of the policy, or of the network of action values, after the last episode.
    returns : numpy.ndarray, shape (episodes,)
        Sum of the rewards of each episode.
    lengths : numpy.ndarray, shape (episodes,)
        Number of actions of each episode.
    value_params : dict of numpy.ndarray or None
        Parameters of the network of state values, if there is one.
    state : dict
        What else is needed to go on.

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> from nnlib import rl, training
    >>> rng = np.random.default_rng(0)
    >>> env = gymnasium.make("CartPole-v1")
    >>> params = training.mlp_init((4, 2), rng=rng)
    >>> options = {"rng": rng, "discount": 1.0, "learning_rate": 0.001}
    >>> run = rl.reinforce(env, params, episodes=3, **options)
    >>> run = rl.reinforce(env, params, episodes=2, start=run, **options)
    >>> len(run.returns)
    5
    """

    params: dict
    returns: np.ndarray
    lengths: np.ndarray
    value_params: dict | None
    state: dict


class Episodes:
    """The environment as an agent with a network sees it: rows in, numbers of actions in."""

    def __init__(self, env):
        for space in ("observation_space", "action_space"):
            if not hasattr(env, space):
                raise TypeError(
                    f"env must be an environment of Gymnasium, with {space}, "
                    f"got {type(env).__name__}"
                )
        actions, observations = env.action_space, env.observation_space
        if not isinstance(actions, Discrete):
            raise ValueError(f"env must have a Discrete action space, got {actions}")
        if not isinstance(observations, Discrete | Box):
            raise ValueError(
                f"env must have a Discrete or a Box observation space, got {observations}"
            )
        self.env, self.actions, self.first = env, int(actions.n), int(actions.start)
        if isinstance(observations, Box):
            self.inputs = int(np.prod(observations.shape))
            self.row = lambda x: np.asarray(x, "float64").reshape(1, -1)
        else:
            self.inputs, start = int(observations.n), int(observations.start)
            rows = np.eye(self.inputs)[:, None]
            self.row = lambda x: rows[x - start]

    def network(self, name, params, activation, outputs=None):
        """The network of such parameters, if it fits: an output an action unless told."""
        return Network(name, params, self.inputs, outputs or self.actions, activation)

    def reset(self, seed):
        """Begin an episode; return its first observation."""
        return self.row(self.env.reset(seed=seed)[0])

    def step(self, action):
        """Take an action: next observation, reward, whether it terminated, whether truncated."""
        x, reward, terminated, truncated, _ = self.env.step(self.first + action)
        return self.row(x), float(reward), terminated, truncated


def episode_seed(rng):
    """What an episode takes from the generator: the seed of all its randomness."""
    return int(rng.integers(2**63))


def probabilities(logits):
    """Softmax along the last axis."""
    exps = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1, keepdims=True)


def sample(logits, u):
    """An action drawn from the softmax of logits (1, A): that in whose share u of [0, 1) lies."""
    exps = np.exp(logits[0] - logits.max()).cumsum().tolist()
    return bisect(exps, u * exps[-1], 0, len(exps) - 1)


def is_solved(returns, solved):
    """Whether the last hundred episodes brought the mean return asked for."""
    return solved is not None and len(returns) >= 100 and sum(returns[-100:]) / 100 >= solved


def check_run(rng, episodes, solved, start, networks):
    """Check what all training loops take; return the returns and lengths that they go on with.

    `networks` are those that the earlier run must have had, by their names in its state.
    """
    check_generator(rng=rng)
    check_count(0, episodes=episodes)
    if solved is not None:
        check_finite(solved=solved)
    if start is None:
        return [], []
    if not isinstance(start, Trained):
        raise TypeError(f"start must be the result of an earlier run, got {type(start).__name__}")
    if start.state["networks"].keys() != networks.keys():
        raise ValueError(
            f"start must be the result of an earlier run with {' and '.join(networks)}, "
            f"got one with {' and '.join(start.state['networks'])}"
        )
    for name, network in networks.items():
        network.load(**start.state["networks"][name])
    return start.returns.tolist(), start.lengths.tolist()


def trained(networks, returns, lengths, /, **state):
    """The result of a run. The first network is that which acts; "values" are those of states."""
    acting, values = next(iter(networks.values())), networks.get("values")
    return Trained(
        acting.params,
        np.array(returns, "float64"),
        np.array(lengths, "int64"),
        values and values.params,
        {"networks": {name: each.progress for name, each in networks.items()}, **state},
    )


def greedy_returns(env, params, /, *, episodes, rng, activation="relu"):
    """Play episodes with the action of the largest output: the first, if there are several.

    Parameters
    ----------
    env : gymnasium.Env
        Environment with a Discrete action space.
    params : dict of numpy.ndarray
        Parameters of a policy, or of a network of action values, as `nnlib.training.mlp_init`
        returns them.
    episodes : int
        How many episodes to play, 0 or more.
    rng : numpy.random.Generator
        Source of the random numbers.
    activation : str or Activation, default "relu"
        Of the hidden layers; see `nnlib.training.mlp_layers`.

    Returns
    -------
    numpy.ndarray, shape (episodes,)
        Sum of the rewards of each episode.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If the environment's spaces are of another kind, or the network's shapes do not fit them.

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> from nnlib import rl
    >>> env = gymnasium.make("CartPole-v1")
    >>> where_it_falls = np.array([[0.0, 0.0], [0.0, 0.0], [-1.0, 1.0], [-1.0, 1.0]])
    >>> params = {"W1": where_it_falls, "b1": np.zeros(2)}
    >>> returns = rl.greedy_returns(env, params, episodes=50, rng=np.random.default_rng(0))
    >>> returns.shape, bool(returns.mean() > 400)
    ((50,), True)
    """

    def choose(logits, u):
        return int(logits[0].argmax())

    return _play(env, params, episodes, rng, activation, choose)


def sampled_returns(env, params, /, *, episodes, rng, activation="relu"):
    """Play episodes with actions drawn from the softmax of the outputs.

    Parameters
    ----------
    env : gymnasium.Env
        Environment with a Discrete action space.
    params : dict of numpy.ndarray
        Parameters of a policy, as `nnlib.training.mlp_init` returns them.
    episodes : int
        How many episodes to play, 0 or more.
    rng : numpy.random.Generator
        Source of the random numbers.
    activation : str or Activation, default "relu"
        Of the hidden layers; see `nnlib.training.mlp_layers`.

    Returns
    -------
    numpy.ndarray, shape (episodes,)
        Sum of the rewards of each episode.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If the environment's spaces are of another kind, or the network's shapes do not fit them.

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> from nnlib import rl
    >>> env = gymnasium.make("CartPole-v1")
    >>> at_random = {"W1": np.zeros((4, 2)), "b1": np.zeros(2)}
    >>> rng = np.random.default_rng(0)
    >>> float(rl.sampled_returns(env, at_random, episodes=1000, rng=rng).mean().round())
    22.0
    """
    return _play(env, params, episodes, rng, activation, sample)


def _play(env, params, episodes, rng, activation, choose):
    check_generator(rng=rng)
    world, returns = Episodes(env), np.zeros(check_count(0, episodes=episodes))
    network = world.network("params", params, activation)
    for episode in range(len(returns)):
        seed, done = episode_seed(rng), False
        random, x = Random(seed).random, world.reset(seed)
        while not done:
            x, reward, terminated, truncated = world.step(choose(network(x), random()))
            returns[episode] += reward
            done = terminated or truncated
    return returns
