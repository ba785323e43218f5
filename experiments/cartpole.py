"""CartPole by policy gradients: how many episodes they take, and how good the policy then is.

    make experiments

A run stops as soon as a hundred episodes in a row brought 475 on average, which is Gymnasium's mark
for «solved», or after 1,000 episodes. Its last policy then plays a hundred fresh episodes, with
actions drawn from it, and a hundred with its most probable action.
"""

import gymnasium
import numpy as np

import nnlib
from experiments.record import record
from nnlib import rl, training

SEEDS = (0, 1, 2, 3, 4)
UNITS, DISCOUNT, SOLVED, EPISODES, FRESH, BLOCK = 32, 0.99, 475, 1000, 100, 10

AGENTS = {
    "reinforce": {"learning_rate": 0.005},
    "reinforce_baseline": {"learning_rate": 0.005, "value_learning_rate": 0.01},
    "actor_critic": {"learning_rate": 0.001, "value_learning_rate": 0.003, "steps": 1},
    "actor_critic_gae": {"learning_rate": 0.005, "steps": 16, "trace": 0.95},
    # What goes wrong: a learning rate ten times as large, and one ten times as small.
    "reinforce_baseline_large_rate": {"learning_rate": 0.05, "value_learning_rate": 0.1},
    "reinforce_baseline_small_rate": {"learning_rate": 0.0005, "value_learning_rate": 0.001},
}


def train(name, seed, **options):
    """Train an agent of this name."""
    env = gymnasium.make("CartPole-v1", disable_env_checker=True)
    rng = np.random.default_rng(seed)
    networks = [
        training.mlp_init((4, UNITS, outputs), rng=rng, initializer=nnlib.glorot_uniform)
        for outputs in (2, 1)
    ]
    options = AGENTS[name] | {
        "rng": rng,
        "episodes": EPISODES,
        "discount": DISCOUNT,
        "discount_states": False,
        "optimizer": nnlib.adam,
        "activation": "tanh",
        "solved": SOLVED,
        **options,
    }
    policy, values = networks
    if name.startswith("actor_critic"):
        return rl.actor_critic(env, policy, values, **options)
    baseline = values if name.startswith("reinforce_baseline") else None
    return rl.reinforce(env, policy, baseline=baseline, **options)


def fresh(play, params, seed):
    """Mean return of fresh episodes."""
    env = gymnasium.make("CartPole-v1", disable_env_checker=True)
    rng = np.random.default_rng([seed, 1])
    return round(float(play(env, params, episodes=FRESH, rng=rng, activation="tanh").mean()), 2)


def summary(run, seed):
    """What is kept of a run: the curve is the mean return of each ten episodes."""
    whole = len(run.returns) // BLOCK * BLOCK
    return {
        "seed": seed,
        "solved": bool(run.returns[-100:].mean() >= SOLVED),
        "episodes": len(run.returns),
        "steps": int(run.lengths.sum()),
        "last_hundred": round(float(run.returns[-100:].mean()), 2),
        "fresh_sampled": fresh(rl.sampled_returns, run.params, seed),
        "fresh_greedy": fresh(rl.greedy_returns, run.params, seed),
        "curve": run.returns[:whole].reshape(-1, BLOCK).mean(axis=1).round(1).tolist(),
    }


def main():
    """Run everything, and write the results."""
    results = {}
    for name in AGENTS:
        results[name] = []
        for seed in SEEDS:
            results[name].append(summary(train(name, seed), seed))
            shown = {key: value for key, value in results[name][-1].items() if key != "curve"}
            print(name, shown, flush=True)
    settings = {
        "units": UNITS,
        "activation": "tanh",
        "initializer": "glorot_uniform",
        "optimizer": "adam",
        "discount": DISCOUNT,
        "discount_states": False,
        "solved": SOLVED,
        "episodes at most": EPISODES,
        "fresh episodes": FRESH,
        "episodes a point of the curve": BLOCK,
        "agents": AGENTS,
    }
    record("cartpole", ("numpy", "gymnasium"), settings=settings, results=results)


if __name__ == "__main__":
    main()
