"""The symbols of the chapter on policies: random MDPs of two states and three actions."""

import itertools

import numpy as np

import nnlib
from nnlib import rl
from nnlib.formula import derived, joint

STATES, ACTIONS, GAMMA = 2, 3, 0.8


def draw(rng):
    """An MDP, a policy with one parameter for each state and action, and a step of an agent."""
    P = rng.dirichlet(np.ones(STATES), size=(STATES, ACTIONS)).transpose(2, 0, 1)
    rewards = rng.normal(size=(STATES, ACTIONS))
    theta = rng.normal(size=(STATES, ACTIONS))
    mdp = r"\theta", "p(s'|s,a)", "r(s,a)"
    return {
        "p(s'|s,a)": P,
        "r(s,a)": rewards,
        r"\gamma": GAMMA,
        r"\theta": theta,
        "s_0": 1,
        r"\alpha": 0.3,
        r"\pi(a|s,\theta)": derived(policy, r"\theta"),
        r"v_\pi(s)": derived(values, *mdp),
        r"q_\pi(s,a)": derived(action_values, *mdp),
        r"d_\pi(s)": derived(visits, r"\theta", "p(s'|s,a)"),
        r"p_\pi(s'|s)": derived(chain, r"\theta", "p(s'|s,a)"),
        "g(s)": derived(score_sums, *mdp),
        r"J(\theta)": derived(first_value, *mdp),
        "J": 7.0,  # of no meaning without θ, as L is; else an equation could define it
        "c": float(rng.random() < 0.5),  # whether the episode goes on
        "b(s)": rng.normal(size=STATES),
        r"\operatorname{softmax}": nnlib.softmax,
        r"\sigma": nnlib.sigmoid,
        **trajectories(theta, P, rewards),
    }


# An episode of S_0, A_0, R_1, S_1, …
STARTS = {"S": 0, "A": 0, "R": 1, "G": 0, "V": 0, r"\delta": 0, r"\hat{A}": 0}
OPTIONS = {"starts": STARTS, "approx_rtol": 1e-3}


# --- The policy-gradient theorem


def policy(theta):
    return nnlib.softmax(theta).T


def chain(theta, P):
    """Probability of the next state (first axis) given the state, under the policy."""
    return np.einsum("nsa,as->ns", P, policy(theta))


def values(theta, P, rewards):
    mean = np.sum(policy(theta).T * rewards, axis=1)
    return np.linalg.solve(np.eye(STATES) - GAMMA * chain(theta, P).T, mean)


def first_value(theta, P, rewards):
    """The value of the first state."""
    return values(theta, P, rewards)[0]


def action_values(theta, P, rewards):
    return rewards + GAMMA * np.einsum("nsa,n->sa", P, values(theta, P, rewards))


def visits(theta, P):
    """Discounted visits to each state, by summing them up, step by step."""
    at, total = np.eye(STATES)[0], np.zeros(STATES)
    for _ in range(200):
        total, at = total + at, GAMMA * chain(theta, P) @ at
    return total


def score_sums(theta, P, rewards):
    """Sums over the actions of q(s, a) times the gradient of π(a|s), by central differences."""
    q, found = action_values(theta, P, rewards), np.zeros((STATES, *theta.shape))
    for place in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[place] = 1e-5
        slope = (policy(theta + step) - policy(theta - step)) / 2e-5
        found[(slice(None), *place)] = np.sum(q * slope.T, axis=1)
    return found


# --- Episodes


def paths(theta, P, rewards):
    """All ways to go two steps: probability, states, actions, rewards; states from 1."""
    pi, range_s, range_a = policy(theta), range(STATES), range(ACTIONS)
    for a, t, b, u in itertools.product(range_a, range_s, range_a, range_s):
        weight = pi[a, 0] * P[t, 0, a] * pi[b, t] * P[u, t, b]
        yield weight, (1, t + 1, u + 1), (a + 1, b + 1), (rewards[0, a], rewards[t, b])


def trajectories(theta, P, rewards, go_on=True):
    """Two steps of an episode. What follows them has its mean, v, for a return; or is nothing."""
    weights, S, A, R = map(np.array, zip(*paths(theta, P, rewards), strict=True))
    last = values(theta, P, rewards)[S[:, 2] - 1] * go_on
    second = R[:, 1] + GAMMA * last
    G = np.stack([R[:, 0] + GAMMA * second, second], axis=1)
    return joint(weights, {"S": S, "A": A, "R": R, "G": G})


def two_steps():
    """Episodes of two steps, whose states may be met in either of them."""
    rng = np.random.default_rng(1)
    P = rng.dirichlet(np.ones(STATES), size=(STATES, ACTIONS)).transpose(2, 0, 1)
    rewards, theta = rng.normal(size=(STATES, ACTIONS)), rng.normal(size=(STATES, ACTIONS))

    def objective(theta):
        found = paths(theta, P, rewards)
        return sum(weight * (R[0] + GAMMA * R[1]) for weight, _, _, R in found)

    episodes = trajectories(theta, P, rewards, go_on=False)
    return {r"\theta": theta, r"J(\theta)": derived(objective, r"\theta"), "T": 2, **episodes}


def score(theta, s, a):
    """Gradient of log π(a|s), by hand."""
    found = np.zeros(theta.shape)
    found[s] = -policy(theta)[:, s]
    found[s, a] += 1
    return found


def reinforce_step():
    """The second step of an episode: state 2, action 3."""
    theta = np.random.default_rng(2).normal(size=(STATES, ACTIONS))
    new = theta + 0.3 * GAMMA * -1.7 * score(theta, 1, 2)
    return {
        r"\theta": theta,
        r"\theta \leftarrow": new,
        "t": 1,
        "S": np.array([1, 2]),
        "A": np.array([2, 3]),
        "G": np.array([0.4, -1.7]),
    }


def one_decision():
    """The actions of one state, with a return for each, and the slope of one log-probability."""
    rng = np.random.default_rng(3)
    pi, returns, b = rng.dirichlet(np.ones(4)), rng.normal(size=4), 0.4
    u = np.array([1.0, 0.0, 0.0, 0.0]) - pi[0]
    best = pi @ (returns * u**2) / (pi @ u**2)
    return {"b": b, "b^*": best, **joint(pi, {"G": returns, "u": u})}


def critic(w):
    """Values of both states, not linear in w."""
    return np.array([np.tanh(w[0]) + w[1], w[0] * w[1]])


def actor_critic_step():
    """A step from state 1 by action 3 to state 2, in which w and θ learn."""
    rng = np.random.default_rng(4)
    theta, w, R, t = rng.normal(size=(STATES, ACTIONS)), rng.normal(size=2), 0.7, 2
    v = critic(w)
    delta = R + GAMMA * v[1] - v[0]
    slope = np.array([1 - np.tanh(w[0]) ** 2, 1.0])
    return {
        r"\theta": theta,
        "w": w,
        r"\hat{v}(s,w)": derived(critic, "w"),
        r"\delta": delta,
        r"\alpha_w": 0.2,
        "S": 1,
        "A": 3,
        "R": R,
        "S'": 2,
        "t": t,
        r"w \leftarrow": w + 0.2 * delta * slope,
        r"\theta \leftarrow": theta + 0.3 * GAMMA**t * delta * score(theta, 0, 2),
    }


def ascent_step():
    """A step with the exact gradient, which is that of central differences."""
    symbols = draw(np.random.default_rng(5))
    P, rewards, theta = (symbols[key] for key in ("p(s'|s,a)", "r(s,a)", r"\theta"))
    q, d = action_values(theta, P, rewards), visits(theta, P)
    v = values(theta, P, rewards)
    gradient = d[:, None] * policy(theta).T * (q - v[:, None])
    return symbols | {r"\theta \leftarrow": theta + 0.3 * gradient}


# --- Returns and advantages of an episode of four steps

REWARDS, VALUES, LAMBDA = (
    np.array([0.3, -1.2, 0.8, 1.9]),
    np.array([0.5, -0.4, 1.1, 0.7, -0.9]),
    0.6,
)
DELTAS = REWARDS + GAMMA * VALUES[1:] - VALUES[:-1]


def sums(terms, factor):
    """Each term, and those that follow, times powers of the factor; 0 at the end."""
    return np.array(
        [terms[k:] @ factor ** np.arange(len(terms) - k) for k in range(len(terms) + 1)]
    )


EPISODE = {
    "T": 4,
    "t": 1,  # not 0, which would hide a wrong sign
    "R": REWARDS,
    "G": sums(REWARDS, GAMMA),
    "V": VALUES,
    r"\lambda": LAMBDA,
    r"\delta": DELTAS,
    r"\hat{A}": sums(DELTAS, GAMMA * LAMBDA),
}


def discounted_returns(rewards, t):
    return rl.discounted_returns(rewards, discount=GAMMA)[int(t)]


def gae(rewards, values, t):
    return rl.gae(rewards, values, discount=GAMMA, trace=LAMBDA)[int(t)]


# --- Deep Q-learning: one step, from state 1 by action 3 to state 2


def network(theta):
    """Action values, not linear in θ."""
    return np.tanh(theta) + 0.3 * theta[::-1]


def deep():
    rng = np.random.default_rng(6)
    theta, target = rng.normal(size=(2, STATES, ACTIONS))
    following = network(target)[1]
    return {
        r"\theta": theta,
        r"\theta^-": target,
        r"Q(s,a;\theta)": derived(network, r"\theta"),
        r"Q(s,a;\theta^-)": derived(network, r"\theta^-"),
        "S": 1,
        "A": 3,
        "R": 0.4,
        "S'": 2,
        "L": 7.0,
        "y": derived(lambda c: 0.4 + c * GAMMA * following.max(), "c"),
        r"L(\theta)": derived(lambda y, theta: (y - network(theta)[0, 2]) ** 2 / 2, "y", r"\theta"),
        r"\tau": 0.1,
        r"\theta^- \leftarrow": target + 0.1 * (theta - target),
    }


def double():
    """The networks disagree on the best action."""
    symbols = deep()
    symbols[r"\theta"] = theta = -symbols[r"\theta^-"]
    q, target = network(theta)[1], network(symbols[r"\theta^-"])[1]
    assert q.argmax() != target.argmax()
    return symbols | {"y": derived(lambda c: 0.4 + c * GAMMA * target[q.argmax()], "c")}


# --- The examples


def corridor(p):
    """Values of the three cells, by a linear solve."""
    P = np.array([[1 - p, p, 0], [p, 0, 1 - p], [0, 1 - p, 0]])
    return np.linalg.solve(np.eye(3) - P, -np.ones(3))


def in_the_corridor(p):
    return {
        "p": p,
        "v": derived(corridor, "p"),
        **{f"v_{k}": corridor(p)[k - 1] for k in (1, 2, 3)},
    }


def two_states():
    """The MDP that is worked by hand, at θ = 0, by sums over 100 steps."""
    R, v, at, d = np.array([[1.0, 0.0], [3.0, 0.0]]), np.zeros(2), np.array([1.0, 0.0]), np.zeros(2)
    for _ in range(100):
        v = R.mean(axis=1) + 0.5 * v.mean()
        d, at = d + at, 0.5 * np.full(2, at.mean())
    names = {"v_1": v[0], "v_2": v[1], "d_1": d[0], "d_2": d[1]}
    names |= {"v_3": 0.0, "d_3": 0.0}  # there is no third state; else an equation could define it
    q = R + 0.5 * np.array([v, v[::-1]])
    start = d * 0.5 * (q[:, 0] - v)

    def objective(theta):
        return start @ theta[:, 0]

    return names | {
        "Q": q,
        r"\theta": np.zeros((2, 2)),
        r"J(\theta)": derived(objective, r"\theta"),
    }


TWO_STATES = two_states()
GAE_EXAMPLE = {
    r"\delta": rl.gae([1, 2, 6], [3, 2, 2, 0], discount=0.5, trace=0.0),
    r"\hat{A}": rl.gae([1, 2, 6], [3, 2, 2, 0], discount=0.5, trace=0.5),
    "G": rl.discounted_returns([1, 2, 6], discount=0.5),
}


def shaping():
    """The best action values of a random MDP, by value iteration, less Φ."""
    rng = np.random.default_rng(7)
    P = rng.dirichlet(np.ones(STATES), size=(STATES, ACTIONS)).transpose(2, 0, 1)
    rewards, phi, q = rng.normal(size=(STATES, ACTIONS)), rng.normal(size=STATES), 0.0
    extra = GAMMA * np.einsum("nsa,n->sa", P, phi) - phi[:, None]
    q = np.zeros((STATES, ACTIONS))
    for _ in range(300):
        q = rewards + extra + GAMMA * np.einsum("nsa,n->sa", P, q.max(axis=1))
    return {"p(s'|s,a)": P, "r(s,a)": rewards, r"\Phi(s)": phi, r"\tilde{q}(s,a)": q}


LOCAL = {
    "eq-corridor-values": in_the_corridor(0.3),
    "eq-corridor-start": in_the_corridor(0.3),
    "eq-corridor-best": in_the_corridor(2 - 2**0.5),
    "eq-policy-ascent": ascent_step(),
    "eq-two-states-values": TWO_STATES,
    "eq-two-states-action-values": TWO_STATES,
    "eq-two-states-visits": TWO_STATES,
    "eq-two-states-gradient": TWO_STATES,
    "eq-discounted-returns": EPISODE,
    "eq-reinforce": two_steps(),
    "eq-reinforce-baseline": two_steps(),
    "eq-reinforce-update": reinforce_step(),
    "eq-policy-loss": {
        "z": np.array([0.3, -0.4, 1.1]),
        "A": 0.7,
        "a": 2,
        "L": derived(lambda z: 0.7 * nnlib.softmax_cross_entropy(z, np.eye(3)[1]), "z"),
    },
    "eq-baseline-variance": one_decision(),
    "eq-best-baseline": one_decision(),
    "eq-actor-critic": actor_critic_step(),
    "eq-gae": EPISODE,
    "eq-gae-telescopes": EPISODE,
    "eq-gae-example": GAE_EXAMPLE,
    "eq-dqn-loss": deep(),
    "eq-dqn-target": deep(),
    "eq-double-dqn": double(),
    "eq-soft-target": deep(),
    "eq-hacking": {r"\gamma": 0.95, "c": 10 * 0.95**3 * (1 - 0.95**2), "w": 10 * 0.95**4},
    "eq-ex-policies-step": {
        "G": rl.discounted_returns([0, 3, 3], discount=0.5),
        r"\theta": 2.25 * score(np.zeros((2, 2)), 0, 1),
    },
    "eq-ex-policies-constant": {
        r"\tilde{q}(s,a)": derived(
            lambda theta, P, rewards: action_values(theta, P, rewards + 10),
            r"\theta",
            "p(s'|s,a)",
            "r(s,a)",
        ),
    },
    "eq-ex-policies-sigmoid": {r"\theta": 0.8, "p": float(nnlib.sigmoid(np.array(0.8)))},
    "eq-ex-policies-gae": {r"\lambda": LAMBDA, r"\delta": DELTAS},
    "eq-ex-shaping": shaping(),
    "eq-ex-soft-target": {r"\tau": 1 - 0.5 ** (1 / 7), "n": 7.0},
}

FUNCTIONS = {
    "eq-discounted-returns": (discounted_returns, "R", "t"),
    "eq-gae": (gae, "R", "V", "t"),
}

# Wrong versions that are not wrong, and why.
ANY_BASELINE = r"\nabla_\theta J(\theta) = \mathbb{E}_\pi\left[ \sum_{t=0}^{T-1} \gamma^t "
EQUIVALENT = {
    **dict.fromkeys(
        (
            r"\sum_a  (s) \nabla_\theta \pi(a \mid s, \theta)",
            r"=  (s) \nabla_\theta \sum_a \pi(a \mid s, \theta) = b(s) \nabla_\theta 1 = 0",
            r"= b(s) \nabla_\theta \sum_a \pi(a \mid s, \theta) =  (s) \nabla_\theta 1 = 0",
            r"= b(s) \nabla_\theta \sum_a \pi(a \mid s, \theta) = b(s) \nabla_\theta 2 = 0",
        ),
        "all sides are 0, whatever the factor and the constant",
    ),
    **dict.fromkeys(
        (
            ANY_BASELINE + factor
            for factor in ("(G_t - T(S_t))", "(G_t - t(S_t))", "(G_t + b(S_t))", "(G_t)",
                           "(G_t -  (S_t))")
        ),
        "another baseline, or none: the mean is the same, which is what the equation says",
    ),
    r"\mathbb{E}_\pi[R_{- t+1} + \gamma v_\pi(S_{t+1}) - v_\pi(S_t) \mid S_t = s, A_t = a]"
    : "the same at t = 0; at other steps there is no such reward",
}  # fmt: skip
