"""Actor–critic: learn from a step, or from a few, with a value for what is to follow."""

from nnlib._validation import check_count, check_share
from nnlib.optimizers import sgd
from nnlib.rl._policy_learner import Learner
from nnlib.rl._returns import advantages

__all__ = ["actor_critic"]


def actor_critic(
    env,
    params,
    value_params,
    /,
    *,
    rng,
    episodes,
    discount,
    learning_rate,
    value_learning_rate=None,
    steps=1,
    trace=1.0,
    optimizer=sgd,
    activation="relu",
    discount_states=True,
    solved=None,
    start=None,
):
    r"""Actor–critic: learn a policy and state values at the same time, while the episode goes on.

    .. math::
        \begin{aligned}
        \delta &\leftarrow R + \gamma \hat v(S', w) - \hat v(S, w) \\
        w &\leftarrow w + \alpha_w \delta \nabla_w \hat v(S, w) \\
        \theta &\leftarrow \theta + \alpha \gamma^t \delta \nabla_\theta \log \pi(A \mid S, \theta)
        \end{aligned}

    That is the one-step algorithm. With more `steps`, the parameters are changed once for so many
    actions, by the sum of their gradients; δ is then the advantage by `gae`, with decay λ.

    Where an episode ended (terminated), :math:`\hat v(S', w)` is 0; where it was cut off
    (truncated), it is the estimate.

    Parameters
    ----------
    env : gymnasium.Env
        Environment with a Discrete action space. Observations are numbers, Discrete, of which each
        has an input of its own (one-hot); or arrays, Box, whose elements are the inputs. Every
        episode must end: gymnasium.wrappers.TimeLimit cuts off those that would go on for ever.
    params : dict of numpy.ndarray
        Initial parameters of the policy, as `nnlib.training.mlp_init` returns them: a network with
        an output for each action. They are left alone.
    value_params : dict of numpy.ndarray
        Initial parameters of a network of one output, the value of a state. They are left alone.
    rng : numpy.random.Generator
        Source of the random numbers.
    episodes : int
        How many episodes to learn from, 0 or more.
    discount : float
        Discount γ, from 0 to 1.
    learning_rate : float or callable
        Step size α; or a schedule, which is called with the number of steps made before.
    value_learning_rate : float or callable, optional
        Step size of the values' parameters; by default that of the policy's.
    steps : int, default 1
        After how many actions to change the parameters. At the end of an episode it may be fewer.
    trace : float, default 1.0
        Decay λ of `gae`, from 0 to 1. Of no effect with one step.
    optimizer : callable, default nnlib.sgd
        Called as `optimizer(w, grad, state, learning_rate=…)` with all parameters of a network in
        one vector, it returns the new w and state.
    activation : str or Activation, default "relu"
        Of the hidden layers of both networks; see `nnlib.training.mlp_layers`.
    discount_states : bool, default True
        Whether to count step t as γᵗ, as the gradient of the discounted return does. Without, as is
        common, later states count as much as the first.
    solved : float, optional
        Stop as soon as the last hundred episodes have this mean return, or more.
    start : Trained, optional
        What an earlier run with the same options returned: go on from there. Of `params` and
        `value_params`, only the shapes matter then.

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
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd ed., MIT Press,
    2018, section 13.5.

    Examples
    --------
    >>> import gymnasium
    >>> import numpy as np
    >>> import nnlib
    >>> from nnlib import rl, training
    >>> rng = np.random.default_rng(0)
    >>> env = gymnasium.make("CartPole-v1")
    >>> run = rl.actor_critic(
    ...     env,
    ...     training.mlp_init((4, 2), rng=rng),
    ...     training.mlp_init((4, 16, 1), rng=rng),
    ...     rng=rng,
    ...     episodes=100,
    ...     discount=0.99,
    ...     learning_rate=0.01,
    ...     steps=8,
    ...     optimizer=nnlib.adam,
    ... )
    >>> bool(run.returns[:30].mean() < run.returns[-30:].mean())
    True
    """
    discount, trace = check_share(discount=discount), check_share(trace=trace)
    steps = check_count(1, steps=steps)
    weight = discount if discount_states else 1.0
    learner = Learner(env, params, activation, optimizer, learning_rate, weight)
    learner.add_critic("value_params", value_params, value_learning_rate)

    def learn(seed):
        for t, X, actions, rewards, terminated in learner.play(seed, steps):
            values = learner.values(X)
            if terminated:
                values[-1] = 0.0
            learner.learn(X[:-1], actions, advantages(rewards, values, discount, trace), t)

    return learner.train(learn, rng, episodes, solved, start)
