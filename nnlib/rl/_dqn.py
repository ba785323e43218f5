"""Deep Q-learning: action values by a network, with a replay buffer and a target network."""

from copy import deepcopy

import numpy as np

from nnlib._validation import check_count, check_positive, check_share
from nnlib.optimizers import adam
from nnlib.rl._agents import Episodes, check_run, episode_seed, is_solved, trained
from nnlib.rl._replay import ReplayBuffer

__all__ = ["dqn"]


def dqn(
    env,
    params,
    /,
    *,
    rng,
    episodes,
    discount,
    learning_rate,
    epsilon,
    double=True,
    buffer_size=50_000,
    batch_size=64,
    warm_up=1000,
    target_rate=0.005,
    target_every=1,
    max_norm=None,
    optimizer=adam,
    activation="relu",
    solved=None,
    start=None,
):
    r"""Deep Q-learning: learn a network of action values from replayed steps.

    .. math::
        y = R + \gamma Q(S', \arg\max_{a'} Q(S', a'; \theta); \theta^-), \qquad
        L = \frac12 (y - Q(S, A; \theta))^2

    Plain, not double, Q-learning has :math:`y = R + \gamma \max_{a'} Q(S', a'; \theta^-)`. Where an
    episode ended (terminated), y is the reward alone; where it was cut off (truncated), not.

    Actions are greedy, the first of the largest outputs, or, with probability ε, drawn evenly from
    all. Each step makes one change of the parameters, by the mean gradient of a minibatch from the
    buffer. The target network :math:`\theta^-` follows slowly:
    :math:`\theta^- \leftarrow \theta^- + \tau (\theta - \theta^-)`.

    Parameters
    ----------
    env : gymnasium.Env
        Environment with a Discrete action space. Observations are numbers, Discrete, of which each
        has an input of its own (one-hot); or arrays, Box, whose elements are the inputs. Every
        episode must end: gymnasium.wrappers.TimeLimit cuts off those that would go on for ever.
    params : dict of numpy.ndarray
        Initial parameters of the network, as `nnlib.training.mlp_init` returns them: its outputs
        are the values of the actions. They are left alone.
    rng : numpy.random.Generator
        Source of the random numbers.
    episodes : int
        How many episodes to learn from, 0 or more.
    discount : float
        Discount γ, from 0 to 1.
    learning_rate : float or callable
        Learning rate; or a schedule, which is called with the number of changes made before.
    epsilon : float or callable
        Share ε of actions that are taken at random; or a function of the number of steps before.
    double : bool, default True
        Whether the network itself chooses the action in S' that the target network values.
    buffer_size : int, default 50_000
        How many steps to keep. With a buffer and a batch of 1 there is no replay.
    batch_size : int, default 64
        How many steps to learn from at a time.
    warm_up : int, default 1000
        How many steps to make before the first change of the parameters.
    target_rate : float, default 0.005
        How far τ the target network moves towards the network, from 0 to 1.
    target_every : int, default 1
        After how many changes of the parameters it moves. With a rate of 1 it is a copy from then;
        with 1 for both, the network itself.
    max_norm : float, optional
        Largest norm of the gradient, to which `nnlib.clip_by_global_norm` shortens it.
    optimizer : callable, default nnlib.adam
        Called as `optimizer(w, grad, state, learning_rate=…)` with all parameters of the network in
        one vector, it returns the new w and state.
    activation : str or Activation, default "relu"
        Of the hidden layers; see `nnlib.training.mlp_layers`.
    solved : float, optional
        Stop as soon as the last hundred episodes have this mean return, or more.
    start : Trained, optional
        What an earlier run with the same options returned: go on from there. Of `params`, only the
        shapes matter then.

    Returns
    -------
    Trained
        Parameters, and the return and length of every episode. Its state holds the buffer.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If an option is out of range, the environment's spaces are of another kind, or the network's
        shapes do not fit them.

    References
    ----------
    V. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518, 2015.
    H. van Hasselt, A. Guez and D. Silver, "Deep reinforcement learning with double Q-learning",
    AAAI, 2016.
    T. P. Lillicrap et al., "Continuous control with deep reinforcement learning", ICLR, 2016 (the
    target network that follows slowly).

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> from nnlib import rl, training
    >>> rng = np.random.default_rng(0)
    >>> env = gymnasium.make("FrozenLake-v1", is_slippery=False)
    >>> params = training.mlp_init((16, 4), rng=rng)
    >>> run = rl.dqn(
    ...     env,
    ...     params,
    ...     rng=rng,
    ...     episodes=200,
    ...     discount=0.9,
    ...     learning_rate=0.02,
    ...     epsilon=0.5,
    ...     warm_up=100,
    ... )
    >>> rl.greedy_returns(env, run.params, episodes=1, rng=rng)
    array([1.])
    """
    discount, target_rate = check_share(discount=discount), check_share(target_rate=target_rate)
    batch_size, warm_up = check_count(1, batch_size=batch_size), check_count(0, warm_up=warm_up)
    target_every = check_count(1, target_every=target_every)
    if max_norm is not None:
        max_norm = check_positive(max_norm=max_norm)
    exploration = epsilon if callable(epsilon) else lambda step: epsilon
    check_share(epsilon=exploration(0))
    world = Episodes(env)
    network, target = (world.network("params", params, activation) for _ in range(2))
    networks = {"action values": network, "target": target}
    returns, lengths = check_run(rng, episodes, solved, start, networks)
    step = sum(lengths)
    if start is None:
        buffer = ReplayBuffer(buffer_size, world.inputs)
    else:
        buffer = deepcopy(start.state["buffer"])

    def learn(random):
        """Change the parameters by one minibatch."""
        batch = buffer.sample(batch_size, rng=random)
        rows, following = np.arange(batch_size), target(batch.following)
        chooser = network(batch.following) if double else following
        values = following[rows, chooser.argmax(axis=1)]
        goals = batch.rewards + discount * np.where(batch.terminated, 0.0, values)
        q, cache = network.forward(batch.observations)
        V = np.zeros_like(q)
        V[rows, batch.actions] = (q[rows, batch.actions] - goals) / batch_size
        network.backward(V, cache)
        network.step(optimizer, learning_rate, max_norm)
        if network.updates % target_every == 0:
            target.vector += target_rate * (network.vector - target.vector)

    for _ in range(episodes):
        if is_solved(returns, solved):
            break
        seed, total, length, done = episode_seed(rng), 0.0, 0, False
        random, x = np.random.default_rng(seed), world.reset(seed)
        while not done:
            if random.random() < exploration(step):
                action = int(random.integers(world.actions))
            else:
                action = int(network(x)[0].argmax())
            following, reward, terminated, truncated = world.step(action)
            buffer.add(x[0], action, reward, following[0], terminated)
            x, done = following, terminated or truncated
            total, length, step = total + reward, length + 1, step + 1
            if step > warm_up:
                learn(random)
        returns.append(total)
        lengths.append(length)
    return trained(networks, returns, lengths, buffer=buffer)
