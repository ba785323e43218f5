"""The committed results of the experiments: what they say, and that they are of this code."""

import json
from statistics import mean

import pytest

from experiments import mnist1d
from experiments.record import RESULTS
from nnlib import datasets


@pytest.fixture(scope="module")
def results():
    return json.loads((RESULTS / "mnist1d.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("order", ["in order", "shuffled"])
@pytest.mark.parametrize("model", ["logistic regression", "MLP", "CNN"])
def test_mnist1d_is_within_two_points_of_what_is_published(results, order, model):
    published = {"logistic regression": 32, "MLP": 68, "CNN": 94 if order == "in order" else 56}
    found = results["results"][order][model]
    assert found["published"] == published[model]
    assert len(found["accuracy"]) == len(results["seeds"]) == 3
    assert mean(found["accuracy"]) == pytest.approx(published[model], abs=2)


def test_mnist1d_networks_have_the_authors_sizes(results):
    # By the authors' notebook: 410, 15,210 and 5,210 parameters.
    for found in results["results"].values():
        assert [model["parameters"] for model in found.values()] == [410, 15_210, 5_210]


def test_mnist1d_results_are_of_the_script_as_it_is(results):
    assert tuple(results["seeds"]) == mnist1d.SEEDS
    settings = results["settings"]
    steps = settings["epochs"] * 4000 // settings["batch_size"]
    assert (steps, settings["learning_rate"]) == (6000, 0.01)
    assert (settings["epochs"], settings["batch_size"]) == (mnist1d.EPOCHS, mnist1d.BATCH_SIZE)
    assert settings["learning_rate"] == mnist1d.LEARNING_RATE
    # The model that trains in two seconds: it may differ in an example or two on another machine.
    data = datasets.load_mnist1d()
    _, accuracy = mnist1d.run("logistic regression", data, seed=0)
    recorded = results["results"]["in order"]["logistic regression"]["accuracy"][0]
    assert accuracy == pytest.approx(recorded, abs=0.5)


def test_results_are_part_of_nnlib_and_an_unknown_name_is_refused(results):
    assert datasets.load_results("mnist1d") == results["results"]
    with pytest.raises(ValueError, match=r"experiment must be one of .*mnist1d.*, got 'mnist2d'"):
        datasets.load_results("mnist2d")
