"""What REINFORCE and actor–critic have in common: a policy that acts, and how it learns."""

from random import Random

import numpy as np

from nnlib.rl._agents import (
    Episodes,
    check_run,
    episode_seed,
    is_solved,
    probabilities,
    sample,
    trained,
)


class Learner:
    """A policy, perhaps with a critic, that learns from errors: more of what was better."""

    def __init__(self, env, params, activation, optimizer, learning_rate, weight):
        self.world, self.activation, self.optimizer = Episodes(env), activation, optimizer
        self.policy, self.critic = self.world.network("params", params, activation), None
        self.learning_rate, self.weight = learning_rate, weight

    def add_critic(self, name, params, learning_rate):
        """Learn state values too."""
        self.critic = self.world.network(name, params, self.activation, outputs=1)
        self.value_learning_rate = self.learning_rate if learning_rate is None else learning_rate

    def values(self, X):
        """Estimated values of states; 0 without a critic."""
        return np.zeros(len(X)) if self.critic is None else self.critic(X)[:, 0]

    def play(self, seed, steps):
        """Play an episode, in stretches of so many steps.

        Of each, where it begins; observations, one more than actions and rewards; and whether the
        episode terminated. Actions are chosen by the policy as it then is.
        """
        random, done, t = Random(seed).random, False, 0
        x = self.world.reset(seed)
        while not done:
            X, actions, rewards = [x], [], []
            while not done and len(actions) != steps:
                actions.append(sample(self.policy(x), random()))
                x, reward, terminated, truncated = self.world.step(actions[-1])
                X.append(x)
                rewards.append(reward)
                done = terminated or truncated
            self.total += sum(rewards)
            yield t, np.concatenate(X), np.array(actions), np.array(rewards), terminated
            t += len(actions)
        self.length = t

    def learn(self, X, actions, errors, t):
        """Change both networks: the gradients of these steps, the first of which is t, are added.

        An error is by how much what came was better than the value.
        """
        if self.critic is not None:
            _, cache = self.critic.forward(X)
            self.critic.backward(-errors[:, None], cache)
            self.critic.step(self.optimizer, self.value_learning_rate)
        logits, cache = self.policy.forward(X)
        rows, V = np.arange(len(actions)), probabilities(logits)
        V[rows, actions] -= 1.0  # the gradient of -ln π with respect to the logits
        self.policy.backward((errors * self.weight ** (t + rows))[:, None] * V, cache)
        self.policy.step(self.optimizer, self.learning_rate)

    def train(self, learn, rng, episodes, solved, start):
        """Call `learn` for each episode, with its seed."""
        networks = {"policy": self.policy}
        if self.critic is not None:
            networks["values"] = self.critic
        returns, lengths = check_run(rng, episodes, solved, start, networks)
        for _ in range(episodes):
            if is_solved(returns, solved):
                break
            self.total = 0.0
            learn(episode_seed(rng))
            returns.append(self.total)
            lengths.append(self.length)
        return trained(networks, returns, lengths)
