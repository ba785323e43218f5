"""Bandits: figures of Sutton and Barto's book, replays by plain loops, and exact probabilities."""

import pickle

import numpy as np
import pytest
from scipy.stats import beta, chisquare, norm

from nnlib import rl

AGENTS = {
    "epsilon_greedy": lambda means, **options: rl.epsilon_greedy(means, epsilon=0.1, **options),
    "optimistic": lambda means, **options: rl.epsilon_greedy(
        means, epsilon=0, initial=5, step_size=0.1, **options
    ),
    "ucb": lambda means, **options: rl.ucb(means, c=2, **options),
    "gradient": lambda means, **options: rl.gradient_bandit(means, step_size=0.1, **options),
    "thompson": rl.thompson,
}


def first_steps(values, counts, means):
    """A run that stopped with these estimates: where the next one starts."""
    none = np.zeros((len(means), 0))
    return rl.BanditRun(none, none.astype(int), none, values, counts, means)


# ---------------------------------------------------------------------------------------------
# The 10-armed testbed


def test_true_values_are_normal(rng):
    means = rl.testbed(20_000, rng=rng)
    assert means.shape == (20_000, 10)
    assert abs(means.mean()) < 3 / 200_000**0.5
    assert abs(means.var() - 1) < 3 * (2 / 200_000) ** 0.5
    assert rl.testbed(3, arms=2, rng=rng).shape == (3, 2)


def within_three_errors(runs, expected):
    """Whether the mean over runs is the expected one, whose own last digit is rounded."""
    error = runs.std() / len(runs) ** 0.5
    return abs(runs.mean() - expected) < 3 * error + 0.005


@pytest.mark.parametrize(
    ("epsilon", "reward", "optimal"), [(0, 1.03, 0.36), (0.01, 1.31, 0.59), (0.1, 1.37, 0.80)]
)
def test_epsilon_greedy_earns_what_figure_2_2_shows(rng, epsilon, reward, optimal):
    # The last 100 of 1,000 steps, from 20,000 runs of another program.
    run = rl.epsilon_greedy(rl.testbed(2000, rng=rng), steps=1000, epsilon=epsilon, rng=rng)
    assert within_three_errors(run.rewards[:, -100:].mean(axis=1), reward)
    assert within_three_errors((run.gaps[:, -100:] == 0).mean(axis=1), optimal)
    assert rl.optimal_share(run)[-100:].mean() == pytest.approx((run.gaps[:, -100:] == 0).mean())


def test_optimism_is_worse_at_first_and_then_better_as_in_figure_2_3(rng):
    means = rl.testbed(2000, rng=rng)
    optimistic = rl.epsilon_greedy(means, steps=1000, epsilon=0, initial=5, step_size=0.1, rng=rng)
    realistic = rl.epsilon_greedy(means, steps=1000, epsilon=0.1, step_size=0.1, rng=rng)
    ahead = rl.optimal_share(optimistic) - rl.optimal_share(realistic)
    assert ahead[20:40].mean() < -0.03
    assert ahead[-100:].mean() > 0.05
    # The spike of exercise 2.6: after all arms once, most runs take that of the highest reward.
    assert rl.optimal_share(optimistic)[10] > 2 * rl.optimal_share(optimistic)[12]


def test_ucb_chooses_every_arm_once_and_spikes_as_in_figure_2_4(rng):
    means = rl.testbed(2000, rng=rng)
    run = rl.ucb(means, steps=1000, c=2, rng=rng)
    assert (np.sort(run.actions[:, :10]) == np.arange(10)).all()
    # Exercise 2.8: at step 11 the arm of the highest reward, and then, as it was less uncertain
    # than the others, mostly not that one.
    assert np.array_equal(
        np.take_along_axis(run.actions, run.rewards[:, :10].argmax(axis=1)[:, None], axis=1)[:, 0],
        run.actions[:, 10],
    )
    # The largest of ten normal numbers is 1.5388 on average; half a reward's variance is noise.
    assert within_three_errors(run.rewards[:, 10], 1.5388 / 2**0.5)
    assert run.rewards[:, 10].mean() > run.rewards[:, 11].mean() + 0.1
    greedy = rl.epsilon_greedy(means, steps=1000, epsilon=0.1, rng=rng)
    assert run.rewards[:, -100:].mean() > greedy.rewards[:, -100:].mean() + 0.05


def test_gradient_bandit_needs_its_baseline_as_in_figure_2_5(rng):
    means = rl.testbed(2000, rng=rng) + 4
    share = {
        (step_size, baseline): rl.optimal_share(
            rl.gradient_bandit(means, steps=1000, step_size=step_size, baseline=baseline, rng=rng)
        )[-100:].mean()
        for step_size in (0.1, 0.4)
        for baseline in (False, True)
    }
    assert 0.80 < share[0.1, True] < 0.90
    assert 0.65 < share[0.4, True] < 0.78
    assert share[0.1, False] < 0.55
    assert share[0.4, False] < share[0.1, False]


def test_thompson_sampling_loses_less_than_the_others(rng):
    means = rl.testbed(500, rng=rng)
    lost = {
        name: rl.regret(agent(means, steps=1000, rng=rng))[:, -1].mean()
        for name, agent in AGENTS.items()
    }
    assert min(lost, key=lost.get) == "thompson"
    # Of greedy choices the regret grows as fast as ever; here it hardly grows any more.
    curve = rl.regret(rl.thompson(means, steps=1000, rng=rng)).mean(axis=0)
    assert curve[999] - curve[899] < 0.2 * curve[99]


def test_regret_and_share_of_a_run_worked_by_hand():
    means = np.array([[1.0, 3.0, 3.0], [0.0, -1.0, -4.0]])
    gaps = np.array([[2.0, 0.0, 0.0], [0.0, 4.0, 1.0]])
    run = rl.BanditRun(gaps, gaps.astype(int), gaps, means, means.astype(int), means)
    assert rl.regret(run).tolist() == [[2, 2, 2], [0, 4, 5]]
    assert rl.optimal_share(run).tolist() == [0.5, 0.5, 0.5]


# ---------------------------------------------------------------------------------------------
# What runs hold


@pytest.mark.parametrize("agent", AGENTS)
def test_run_says_what_was_done(rng, agent):
    means = rl.testbed(30, arms=4, rng=rng)
    run = AGENTS[agent](means, steps=50, rng=rng)
    assert run.rewards.shape == run.actions.shape == run.gaps.shape == (30, 50)
    assert run.values.shape == run.counts.shape == run.means.shape == (30, 4)
    chosen = np.take_along_axis(means, run.actions, axis=1)
    np.testing.assert_allclose(run.gaps, means.max(axis=1, keepdims=True) - chosen)
    assert np.array_equal(run.counts, np.sum(run.actions[:, :, None] == np.arange(4), axis=1))
    assert np.array_equal(run.means, means)
    # Rewards are the true values and normal noise, of variance 1.
    noise = run.rewards - chosen
    assert abs(noise.mean()) < 3 / 1500**0.5
    assert abs(noise.var() - 1) < 3 * (2 / 1500) ** 0.5


@pytest.mark.parametrize("agent", ["epsilon_greedy", "ucb", "thompson"])
def test_estimates_are_the_means_of_the_rewards(rng, agent):
    run = AGENTS[agent](rl.testbed(20, arms=3, rng=rng), steps=60, rng=rng)
    for i in range(20):
        for arm in set(run.actions[i]):
            mean = run.rewards[i, run.actions[i] == arm].mean()
            assert run.values[i, arm] == pytest.approx(mean)


def test_estimates_with_a_step_size_forget(rng):
    # Equation 2.6 of the book.
    run = rl.epsilon_greedy(
        rl.testbed(9, arms=2, rng=rng), steps=40, epsilon=0.5, step_size=0.3, initial=2, rng=rng
    )
    for i in range(9):
        for arm in range(2):
            rewards = run.rewards[i, run.actions[i] == arm]
            weights = 0.3 * 0.7 ** np.arange(len(rewards))[::-1]
            assert run.values[i, arm] == pytest.approx(0.7 ** len(rewards) * 2 + weights @ rewards)


def test_greedy_arms_are_those_of_the_highest_estimates(rng):
    run = rl.epsilon_greedy(rl.testbed(20, arms=3, rng=rng), steps=30, epsilon=0, rng=rng)
    for actions, rewards in zip(run.actions, run.rewards, strict=True):
        for t in range(30):
            before = [rewards[:t][actions[:t] == arm] for arm in range(3)]
            estimates = [each.mean() if len(each) else 0.0 for each in before]
            assert estimates[actions[t]] == pytest.approx(max(estimates))


def test_ucb_chooses_the_highest_bound(rng):
    run = rl.ucb(rl.testbed(20, arms=3, rng=rng), steps=60, c=0.7, rng=rng)
    for actions, rewards in zip(run.actions, run.rewards, strict=True):
        for t in range(3, 60):
            before = [rewards[:t][actions[:t] == arm] for arm in range(3)]
            bounds = [each.mean() + 0.7 * (np.log(t + 1) / len(each)) ** 0.5 for each in before]
            assert bounds[actions[t]] == pytest.approx(max(bounds))


@pytest.mark.parametrize("baseline", [False, True])
def test_preferences_climb_the_gradient(rng, baseline):
    run = rl.gradient_bandit(
        rl.testbed(5, arms=3, rng=rng), steps=40, step_size=0.2, baseline=baseline, rng=rng
    )
    for i in range(5):
        H = np.zeros(3)
        for t in range(40):
            probs, action = np.exp(H) / np.exp(H).sum(), run.actions[i, t]
            # The mean of what came before; the first reward is its own baseline.
            mean = run.rewards[i, : max(t, 1)].mean() if baseline else 0
            H += 0.2 * (run.rewards[i, t] - mean) * ((np.arange(3) == action) - probs)
        np.testing.assert_allclose(run.values[i], H, atol=1e-12)


# ---------------------------------------------------------------------------------------------
# Probabilities of the choices


def choices(run):
    return np.bincount(run.actions[:, 0], minlength=run.values.shape[1])


def test_ties_are_broken_at_random(rng):
    means = np.zeros((6000, 3))
    for agent in ("optimistic", "ucb", "thompson", "gradient"):
        assert chisquare(choices(AGENTS[agent](means, steps=1, rng=rng))).pvalue > 1e-3
    start = first_steps(np.tile([1.0, 0.0, 1.0], (6000, 1)), np.ones((6000, 3), int), means)
    first, second, third = choices(
        rl.epsilon_greedy(means, steps=1, epsilon=0, rng=rng, start=start)
    )
    assert second == 0
    assert chisquare([first, third]).pvalue > 1e-3


def test_epsilon_is_the_probability_of_a_random_arm(rng):
    means = np.zeros((20_000, 4))
    start = first_steps(
        np.tile([0.0, 1.0, 0.0, 0.0], (20_000, 1)), np.ones(means.shape, int), means
    )
    counts = choices(rl.epsilon_greedy(means, steps=1, epsilon=0.4, rng=rng, start=start))
    assert chisquare(counts, [2000, 14_000, 2000, 2000]).pvalue > 1e-3


def test_gradient_bandit_draws_from_the_softmax(rng):
    means, preferences = np.zeros((20_000, 3)), np.log([1.0, 3.0, 6.0]) + 800
    start = first_steps(np.tile(preferences, (20_000, 1)), np.ones(means.shape, int), means)
    counts = choices(rl.gradient_bandit(means, steps=1, step_size=0.1, rng=rng, start=start))
    assert chisquare(counts, [2000, 6000, 12_000]).pvalue > 1e-3


def test_thompson_sampling_draws_from_the_posterior(rng):
    # Two arms, rewards of variance 1, prior N(0.5, 2): posterior precisions 1/2 + n.
    means, counts = np.zeros((20_000, 2)), np.array([3, 1])
    values = np.array([0.2, 0.9])
    start = first_steps(np.tile(values, (20_000, 1)), np.tile(counts, (20_000, 1)), means)
    run = rl.thompson(means, steps=1, rng=rng, start=start, prior=(0.5, 2))
    precision = 1 / 2 + counts
    mean = (0.5 / 2 + counts * values) / precision
    p = norm.cdf((mean[1] - mean[0]) / np.sqrt(sum(1 / precision)))
    assert chisquare(choices(run), [20_000 * (1 - p), 20_000 * p]).pvalue > 1e-3


def test_thompson_sampling_of_bernoulli_rewards_draws_from_beta_distributions(rng):
    means, counts = np.full((20_000, 2), 0.5), np.array([5, 2])
    start = first_steps(np.tile([0.6, 0.5], (20_000, 1)), np.tile(counts, (20_000, 1)), means)
    run = rl.thompson(means, steps=1, rng=rng, start=start, rewards="bernoulli", prior=(2, 1))
    x = (np.arange(100_000) + 0.5) / 100_000
    p = np.mean(beta.pdf(x, 2 + 1, 1 + 1) * beta.cdf(x, 2 + 3, 1 + 2))
    assert chisquare(choices(run), [20_000 * (1 - p), 20_000 * p]).pvalue > 1e-3


@pytest.mark.parametrize("agent", AGENTS)
def test_bernoulli_rewards_are_0_or_1(rng, agent):
    run = AGENTS[agent](np.tile([0.0, 0.3, 1.0], (2000, 1)), steps=60, rng=rng, rewards="bernoulli")
    for arm, p in enumerate([0.0, 0.3, 1.0]):
        rewards = run.rewards[run.actions == arm]
        assert set(rewards) == ({p} if p in (0, 1) else {0.0, 1.0})
        assert abs(rewards.mean() - p) < 3 * (p * (1 - p) / len(rewards)) ** 0.5 + 1e-12


def test_true_values_drift(rng):
    run = rl.epsilon_greedy(np.zeros((5000, 4)), steps=100, epsilon=0.1, drift=0.01, rng=rng)
    # A random walk of 100 steps.
    assert run.means.std() == pytest.approx(0.1, rel=0.03)
    assert (run.gaps[:, 0] == 0).all()
    assert (run.gaps[:, 1:] >= 0).all()
    assert run.gaps.max() > 0.1


def test_step_size_follows_a_drift_better_than_means_as_in_exercise_2_5(rng):
    share = [
        rl.optimal_share(
            rl.epsilon_greedy(
                np.zeros((200, 10)), steps=5000, epsilon=0.1, step_size=a, drift=0.01, rng=rng
            )
        )[-500:].mean()
        for a in (None, 0.1)
    ]
    assert share[1] > share[0] + 0.2


# ---------------------------------------------------------------------------------------------
# Going on


@pytest.mark.parametrize("drift", [0, 0.1])
@pytest.mark.parametrize("agent", AGENTS)
def test_run_that_goes_on_is_the_same_as_one_without_a_break(agent, drift):
    means = rl.testbed(7, rng=np.random.default_rng(1))
    whole = AGENTS[agent](means, steps=50, rng=np.random.default_rng(2), drift=drift)
    rng = np.random.default_rng(2)
    part = AGENTS[agent](means, steps=20, rng=rng, drift=drift)
    state, saved = rng.bit_generator.state, pickle.dumps(part)
    later = np.random.default_rng()
    later.bit_generator.state = state
    rest = AGENTS[agent](means, steps=30, rng=later, drift=drift, start=part)
    assert all(map(np.array_equal, whole, rest))
    assert all(map(np.array_equal, part, pickle.loads(saved))), "the earlier run was changed"


def test_run_is_kept_in_a_file_of_arrays(tmp_path, rng):
    run = rl.ucb(rl.testbed(3, rng=rng), steps=12, c=2, rng=rng)
    np.savez(tmp_path / "run.npz", **run._asdict())
    kept = rl.BanditRun(**np.load(tmp_path / "run.npz"))
    assert all(map(np.array_equal, run, kept))


def test_true_values_stay_as_they_were(rng):
    means = np.zeros((5, 3))
    for agent in AGENTS.values():
        agent(means, steps=5, rng=rng, drift=1.0)
    assert not means.any()


# ---------------------------------------------------------------------------------------------
# Bad input

MEANS = np.zeros((4, 3))


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize(
    ("means", "options", "error", "message"),
    [
        (np.zeros(3), {}, ValueError, "means must have the shape .runs, arms., got .3,."),
        (np.zeros((0, 3)), {}, ValueError, "means must have the shape"),
        (MEANS * np.nan, {}, ValueError, "means must not hold NaN"),
        (MEANS + np.inf, {}, ValueError, "means must be finite"),
        (MEANS > 0, {}, TypeError, "means must hold real numbers, got the dtype bool"),
        (MEANS, {"steps": -1}, ValueError, "steps must be 0 or more, got -1"),
        (MEANS, {"steps": 2.0}, TypeError, "steps must be an integer, got float"),
        (MEANS, {"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        (MEANS, {"rewards": "uniform"}, ValueError, "'normal' or 'bernoulli', got 'uniform'"),
        (MEANS - 1, {"rewards": "bernoulli"}, ValueError, "means must be probabilities"),
        (MEANS, {"rewards": "bernoulli", "drift": 0.1}, ValueError, "the drift 0.1"),
        (MEANS, {"drift": -1}, ValueError, "drift must be 0 or more, got -1"),
        (MEANS, {"start": MEANS}, TypeError, "start must be a BanditRun, got ndarray"),
        (
            MEANS,
            {"start": first_steps(MEANS[:2], MEANS[:2].astype(int), MEANS[:2])},
            ValueError,
            "start must be a run on bandits .* .4, 3., got .2, 3.",
        ),
    ],
)
def test_bad_input_is_an_error(rng, agent, means, options, error, message):
    with pytest.raises(error, match=message):
        AGENTS[agent](means, **{"steps": 3, "rng": rng} | options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda **o: rl.epsilon_greedy(MEANS, epsilon=1.1, **o), ValueError, "epsilon must be"),
        (lambda **o: rl.epsilon_greedy(MEANS, epsilon=-0.1, **o), ValueError, "epsilon must be"),
        (
            lambda **o: rl.epsilon_greedy(MEANS, epsilon=0, step_size=0, **o),
            ValueError,
            "step_size must be positive",
        ),
        (
            lambda **o: rl.epsilon_greedy(MEANS, epsilon=0, initial=np.inf, **o),
            ValueError,
            "initial must be finite",
        ),
        (lambda **o: rl.ucb(MEANS, c=-1, **o), ValueError, "c must be 0 or more"),
        (lambda **o: rl.gradient_bandit(MEANS, step_size=-1, **o), ValueError, "step_size must be"),
        (lambda **o: rl.thompson(MEANS, prior=1, **o), ValueError, "prior must be a pair"),
        (lambda **o: rl.thompson(MEANS, prior=(0, 0), **o), ValueError, "must be positive"),
        (
            lambda **o: rl.thompson(MEANS, prior=(0, 1), rewards="bernoulli", **o),
            ValueError,
            "must be positive",
        ),
        (lambda **o: rl.testbed(0, rng=o["rng"]), ValueError, "runs must be 1 or more"),
        (lambda **o: rl.testbed(1, arms=0, rng=o["rng"]), ValueError, "arms must be 1 or more"),
        (lambda **_: rl.regret(MEANS), TypeError, "run must be a BanditRun, got ndarray"),
        (lambda **_: rl.optimal_share(None), TypeError, "run must be a BanditRun, got NoneType"),
        (lambda **o: rl.testbed(1, rng=None), TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_options_are_errors(rng, call, error, message):
    with pytest.raises(error, match=message):
        call(steps=1, rng=rng)
