"""The committed results on scikit-learn's digits: what they say, and that they are of this code."""

import json

import numpy as np
import pytest

from experiments import digits, digits_dropout
from experiments.record import RESULTS


def read(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_both_networks_have_as_many_parameters():
    counts = []
    for init, *_ in (digits.network(), digits.perceptron()):
        params = init(rng=np.random.default_rng(0))
        counts.append(sum(w.size for w in params.values()))
    # By hand: 16·10 + 32·145 + 129·10, and 65·81 + 82·10.
    assert counts == [6090, 6085]


def test_cnn_reads_98_percent_and_more_than_any_mlp():
    results = read("digits")["results"]
    cnn = np.array(results["CNN"])
    assert cnn.shape == (len(digits.SPLITS), len(digits.STARTS)) == (5, 3)
    assert cnn.mean() >= 98.0
    assert sorted(map(float, results["MLP"])) == sorted(digits.MLP_LEARNING_RATES)
    for found in results["MLP"].values():
        assert np.shape(found) == cnn.shape
        assert cnn.mean() > np.mean(found)


def test_best_learning_rate_of_the_mlp_lies_among_those_tried():
    results = read("digits")["results"]["MLP"]
    means = {float(rate): np.mean(found) for rate, found in results.items()}
    best = max(means, key=means.get)
    assert min(means) < best < max(means)


def test_results_on_digits_are_of_the_script_as_it_is():
    recorded = read("digits")
    assert recorded["settings"]["epochs"] == digits.EPOCHS
    assert recorded["settings"]["learning_rate"] == digits.LEARNING_RATE
    # The quickest of the models; on another machine it may differ in an image or two.
    parts, rng = digits.split(0), np.random.default_rng(0)
    accuracy = digits.percent(digits.train(digits.perceptron(), parts, rng), *parts[2:])
    assert accuracy == pytest.approx(recorded["results"]["shifts"]["MLP"]["as_they_are"][0], abs=1)


def test_images_move_down_and_right_and_zeros_come_in():
    x = np.arange(1.0, 129).reshape(2, 1, 8, 8)
    moved = digits.shifted(x, np.array([1, 0]), np.array([0, -1]))
    np.testing.assert_array_equal(moved[0, 0, 1:], x[0, 0, :-1])
    np.testing.assert_array_equal(moved[0, 0, 0], np.zeros(8))
    np.testing.assert_array_equal(moved[1, 0, :, :-1], x[1, 0, :, 1:])
    np.testing.assert_array_equal(moved[1, 0, :, -1], np.zeros(8))


def test_results_of_dropout_are_of_the_script_as_it_is():
    recorded = read("digits_dropout")
    assert tuple(recorded["seeds"]) == digits_dropout.SEEDS
    for task in ("all_images", "few_images"):
        assert list(recorded["results"][task]) == list(digits_dropout.VARIANTS)
    # 60 epochs of 200 images take a second.
    parts, rng = digits.split(1, few=200, wrong=0.2), np.random.default_rng(1)
    variant = digits_dropout.network(rng, **digits_dropout.VARIANTS["maps_0.5"])
    logits = digits.train(variant, parts, rng, epochs=digits_dropout.FEW_EPOCHS)
    found = recorded["results"]["few_images"]["maps_0.5"][1]
    assert digits.percent(logits, *parts[2:]) == pytest.approx(found, abs=2)
