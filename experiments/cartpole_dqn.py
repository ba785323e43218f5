"""CartPole by deep Q-learning: the best greedy policy, and what happens without its parts.

    make experiments

Every 20 episodes the greedy policy plays ten. Training stops when all of these reach 500, or after
so many steps. The best policy seen, by these episodes, then plays a hundred fresh ones.
"""

import gymnasium
import numpy as np

from experiments.record import record
from nnlib import rl, training

SEEDS = (0, 1, 2)
SIZES, BETWEEN, TRIALS, FRESH, STEPS = (4, 64, 64, 2), 20, 10, 100, 40_000

DOUBLE = {"double": True, "target_rate": 0.02, "target_every": 1}
AGENTS = {
    "double": DOUBLE,
    # As first published: a copy of the network for a target, and one network to choose and value.
    "plain": {"double": False, "target_rate": 1.0, "target_every": 500},
    "without_target_network": {"double": False, "target_rate": 1.0, "target_every": 1},
    "without_replay": DOUBLE | {"buffer_size": 1, "batch_size": 1, "warm_up": 0},
}


def epsilon(step):
    """Share of random actions: from 1 to 0.05 within 5,000 steps."""
    return max(0.05, 1 - step / 5000)


def train(name, seed):
    """Train an agent; return what is kept of it."""
    env = gymnasium.make("CartPole-v1", disable_env_checker=True)
    rng, trial_rng = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    params = training.mlp_init(SIZES, rng=rng)
    run, best, best_params, trials = None, -1.0, None, []
    while best < 500 and (run is None or run.lengths.sum() < STEPS):
        run = rl.dqn(
            env,
            params,
            rng=rng,
            episodes=BETWEEN,
            discount=0.99,
            learning_rate=1e-3,
            epsilon=epsilon,
            max_norm=1.0,
            start=run,
            **AGENTS[name],
        )
        trial = float(rl.greedy_returns(env, run.params, episodes=TRIALS, rng=trial_rng).mean())
        trials.append({"episode": len(run.returns), "steps": int(run.lengths.sum())})
        trials[-1]["greedy"] = round(trial, 1)
        if trial > best:
            best, best_params = trial, run.params
    fresh_rng = np.random.default_rng([seed, 2])
    returns = rl.greedy_returns(env, best_params, episodes=FRESH, rng=fresh_rng)
    return {
        "seed": seed,
        "fresh_greedy": round(float(returns.mean()), 2),
        "best_trial": round(best, 1),
        "episodes": len(run.returns),
        "steps": int(run.lengths.sum()),
        "trials": trials,
    }


def main():
    """Run everything, and write the results."""
    settings = {
        "sizes": SIZES,
        "activation": "relu",
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "max_norm": 1.0,
        "discount": 0.99,
        "epsilon": "from 1 to 0.05 within 5,000 steps",
        "buffer_size": 50_000,
        "batch_size": 64,
        "warm_up": 1000,
        "episodes between trials": BETWEEN,
        "episodes of a trial": TRIALS,
        "fresh episodes": FRESH,
        "steps at most": STEPS,
        "agents": AGENTS,
    }
    results = {}
    for name in AGENTS:
        results[name] = []
        for seed in SEEDS:
            results[name].append(train(name, seed))
            shown = {key: value for key, value in results[name][-1].items() if key != "trials"}
            print(name, shown, flush=True)
        record("cartpole_dqn", ("numpy", "gymnasium"), settings=settings, results=results)


if __name__ == "__main__":
    main()
