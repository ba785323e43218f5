"""Reinforcement learning: bandits, planning in finite MDPs, learning from episodes, and policies.

The notation is that of Sutton and Barto's book: step size α, discount γ, exploration ε, trace λ.
All is NumPy in float64; environments are those of Gymnasium, and `nnlib.environments` has more.

**Layouts.** States and actions are numbered from 0. Values are v (S,), action values q (S, A), and
a policy has the shape (S, A), a probability for each action, or (S,), the number of the action
taken. The dynamics P of a finite MDP are probabilities (A, S, S) from states to next states; where
nothing is random, next states (A, S), integers; where few states may be next, a tuple of these and
their probabilities, both (A, S, K); or `Moves`, steps on a grid. Rewards R (A, S) are those that an
action in a state has on average, -inf where there is no such action; a number stands for the same
reward everywhere. What has ended stays in a terminal state, an absorbing one: every action leads
back to it, with reward 0.

**Ties.** Greedy policies and planning take the first of the best actions (at discount 1, planning
takes the first that leads to an end). Agents that act and learn choose one of the best at random;
where a network gives the values, which hardly ever tie, the first.

**Randomness** comes from the numpy.random.Generator that is passed as `rng`, and nowhere else: an
environment is seeded from it for each episode. Nothing drawn for one episode is kept for the next.

**Going on.** What learns returns a tuple with names, of arrays and numbers, that can be saved.
Passed as `start`, it is where the next run goes on: with the state of `rng` that it had then
(`rng.bit_generator.state`), the numbers are those of one run without a break.
"""

try:
    import gymnasium  # noqa: F401
except ImportError as error:
    raise ImportError("nnlib.rl needs Gymnasium: pip install 'nnlib-course[rl]'") from error

from nnlib.rl._actor_critic import actor_critic
from nnlib.rl._agents import Trained, greedy_returns, sampled_returns
from nnlib.rl._bandit_runs import BanditRun, optimal_share, regret, testbed
from nnlib.rl._bandit_samplers import gradient_bandit, thompson
from nnlib.rl._bandits import epsilon_greedy, ucb
from nnlib.rl._control import Learned
from nnlib.rl._dqn import dqn
from nnlib.rl._episodes import Episode, batch_mc, batch_td, generate_episodes, rollout
from nnlib.rl._greedy import best_actions, greedy_policy, q_values
from nnlib.rl._mdp import Moves
from nnlib.rl._monte_carlo import mc_control, mc_prediction
from nnlib.rl._planning import Solution, policy_iteration, value_iteration
from nnlib.rl._policies import random_policy
from nnlib.rl._policy_evaluation import Evaluation, evaluate_exactly, policy_evaluation
from nnlib.rl._prediction import Prediction
from nnlib.rl._q_learning import double_q_learning, q_learning
from nnlib.rl._reinforce import reinforce
from nnlib.rl._replay import ReplayBuffer, Transitions
from nnlib.rl._returns import discounted_returns, gae
from nnlib.rl._sarsa import expected_sarsa, sarsa
from nnlib.rl._temporal_difference import td_n, td_zero
from nnlib.rl._traces import td_lambda

__all__ = [
    "BanditRun",
    "Episode",
    "Evaluation",
    "Learned",
    "Moves",
    "Prediction",
    "ReplayBuffer",
    "Solution",
    "Trained",
    "Transitions",
    "actor_critic",
    "batch_mc",
    "batch_td",
    "best_actions",
    "discounted_returns",
    "double_q_learning",
    "dqn",
    "epsilon_greedy",
    "evaluate_exactly",
    "expected_sarsa",
    "gae",
    "generate_episodes",
    "gradient_bandit",
    "greedy_policy",
    "greedy_returns",
    "mc_control",
    "mc_prediction",
    "optimal_share",
    "policy_evaluation",
    "policy_iteration",
    "q_learning",
    "q_values",
    "random_policy",
    "regret",
    "reinforce",
    "rollout",
    "sampled_returns",
    "sarsa",
    "td_lambda",
    "td_n",
    "td_zero",
    "testbed",
    "thompson",
    "ucb",
    "value_iteration",
]
