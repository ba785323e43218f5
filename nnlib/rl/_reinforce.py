"""REINFORCE, without and with a baseline: learn from whole episodes."""

from nnlib._validation import check_count, check_share
from nnlib.optimizers import sgd
from nnlib.rl._policy_learner import Learner
from nnlib.rl._returns import sums

__all__ = ["reinforce"]


def reinforce(
    env,
    params,
    /,
    *,
    rng,
    episodes,
    discount,
    learning_rate,
    baseline=None,
    value_learning_rate=None,
    optimizer=sgd,
    activation="relu",
    steps=None,
    discount_states=True,
    solved=None,
    start=None,
):
    r"""REINFORCE: make each action more probable in proportion to the return that followed it.

    .. math::
        \theta \leftarrow \theta
            + \alpha \gamma^t (G_t - \hat v(S_t, w)) \nabla_\theta \log \pi(A_t \mid S_t, \theta),
        \qquad
        w \leftarrow w + \alpha_w (G_t - \hat v(S_t, w)) \nabla_w \hat v(S_t, w)

    The policy is the softmax of a network's outputs. Without a baseline, :math:`\hat v` is 0.

    If an episode was cut off (truncated), the baseline's value of its last state stands for what
    would have followed. Without a baseline, nothing does: the return ends there.

    Parameters
    ----------
    env : gymnasium.Env
        Environment with a Discrete action space. Observations are numbers, Discrete, of which each
        has an input of its own (one-hot); or arrays, Box, whose elements are the inputs. Every
        episode must end: gymnasium.wrappers.TimeLimit cuts off those that would go on for ever.
    params : dict of numpy.ndarray
        Initial parameters of the policy, as `nnlib.training.mlp_init` returns them: a network with
        an output for each action. They are left alone.
    rng : numpy.random.Generator
        Source of the random numbers.
    episodes : int
        How many episodes to learn from, 0 or more.
    discount : float
        Discount γ, from 0 to 1.
    learning_rate : float or callable
        Step size α; or a schedule, which is called with the number of steps made before.
    baseline : dict of numpy.ndarray, optional
        Initial parameters of a network of one output, the value of a state. They are left alone.
    value_learning_rate : float or callable, optional
        Step size of the baseline's parameters; by default that of the policy's.
    optimizer : callable, default nnlib.sgd
        Called as `optimizer(w, grad, state, learning_rate=…)` with all parameters of a network in
        one vector, it returns the new w and state.
    activation : str or Activation, default "relu"
        Of the hidden layers of both networks; see `nnlib.training.mlp_layers`.
    steps : int, optional
        The gradients of how many steps of an episode to add before the parameters are changed. With
        1 it is the algorithm of the book; by default all, which is one change an episode.
    discount_states : bool, default True
        Whether to count step t as γᵗ, as the gradient of the discounted return does. Without, as is
        common, later states count as much as the first.
    solved : float, optional
        Stop as soon as the last hundred episodes have this mean return, or more.
    start : Trained, optional
        What an earlier run with the same options returned: go on from there. Of `params` and
        `baseline`, only the shapes matter then.

    Returns
    -------
    Trained
        Parameters, and the return and length of every episode.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If an option is out of range, the environment's spaces are of another kind, or a network's
        shapes do not fit them.

    References
    ----------
    R. J. Williams, "Simple statistical gradient-following algorithms for connectionist
    reinforcement learning", Machine Learning 8, 1992.
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd ed., MIT Press,
    2018, sections 13.3 and 13.4.

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> import nnlib
    >>> from nnlib import rl, training
    >>> rng = np.random.default_rng(0)
    >>> env = gymnasium.make("CartPole-v1")
    >>> run = rl.reinforce(
    ...     env,
    ...     training.mlp_init((4, 2), rng=rng),
    ...     rng=rng,
    ...     episodes=200,
    ...     discount=0.99,
    ...     learning_rate=0.02,
    ...     optimizer=nnlib.adam,
    ... )
    >>> bool(run.returns[:50].mean() < run.returns[-50:].mean())
    True
    """
    discount = check_share(discount=discount)
    steps = None if steps is None else check_count(1, steps=steps)
    weight = discount if discount_states else 1.0
    learner = Learner(env, params, activation, optimizer, learning_rate, weight)
    if baseline is not None:
        learner.add_critic("baseline", baseline, value_learning_rate)

    def learn(seed):
        for _, X, actions, rewards, terminated in learner.play(seed, None):
            last = 0.0 if terminated else float(learner.values(X[-1:])[0])
            returns, size = sums(rewards, discount, last), steps or len(actions)
            for t in range(0, len(actions), size):
                part = slice(t, min(t + size, len(actions)))
                errors = returns[part] - learner.values(X[part])
                learner.learn(X[part], actions[part], errors, t)

    return learner.train(learn, rng, episodes, solved, start)
