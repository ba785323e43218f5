"""The MNIST-1D benchmark: what three models get right, with the signals in order and shuffled.

    make experiments

The recipe is that of the notebook which the benchmark's authors publish with their code: Adam with
the learning rate 0.01, 6,000 steps on minibatches of 100, and PyTorch's initial weights, though
biases of 0. The models have as many layers and units as theirs, but our MLP no connection around
its second layer. There is no early stopping: the accuracy is that after the last step.
"""

from functools import partial
from math import prod, sqrt

import numpy as np

import nnlib
from experiments.record import record
from nnlib import cnn, datasets, training

SEEDS = (0, 1, 2)
EPOCHS, BATCH_SIZE, LEARNING_RATE = 150, 100, 1e-2  # 6,000 steps

# Test accuracy in %, in the README of https://github.com/greydanus/mnist1d.
PUBLISHED = {
    "in order": {"logistic regression": 32, "MLP": 68, "CNN": 94},
    "shuffled": {"logistic regression": 32, "MLP": 68, "CNN": 56},
}


def pytorch_uniform(shape, /, *, rng):
    """PyTorch's initial weights: uniform, of a third of the variance of `nnlib.lecun_normal`'s."""
    fan_in = shape[0] if len(shape) == 2 else prod(shape[1:])
    return rng.uniform(-1, 1, shape) / sqrt(fan_in)


def dense(*sizes):
    """Initialiser, gradients and logits of a multilayer perceptron."""
    init = partial(training.mlp_init, sizes, initializer=pytorch_uniform)
    return init, training.mlp_loss_and_grads, training.mlp


MODELS = {
    "logistic regression": dense(40, 10),
    "MLP": dense(40, 100, 100, 10),
    "CNN": (
        partial(cnn.cnn1d_init, initializer=pytorch_uniform),
        cnn.cnn1d_loss_and_grads,
        cnn.cnn1d,
    ),
}


def run(model, data, seed):
    """Train a model; return its number of parameters, and its test accuracy in %."""
    init, loss_and_grads, logits = MODELS[model]
    rng = np.random.default_rng(seed)
    params, _ = training.fit(
        loss_and_grads,
        {name: w.astype("float32") for name, w in init(rng=rng).items()},
        data.X_train.astype("float32"),
        data.y_train,
        rng=rng,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
    )
    accuracy = nnlib.accuracy(logits(params, data.X_test.astype("float32")), data.y_test)
    return sum(w.size for w in params.values()), round(100 * float(accuracy), 1)


def main():
    """Run everything, and write the results."""
    results = {}
    for order, published in PUBLISHED.items():
        data = datasets.load_mnist1d(shuffled=order == "shuffled")
        results[order] = {}
        for model in MODELS:
            runs = [run(model, data, seed) for seed in SEEDS]
            results[order][model] = {
                "parameters": runs[0][0],
                "published": published[model],
                "accuracy": [accuracy for _, accuracy in runs],
            }
            print(order, model, results[order][model], flush=True)
    settings = {
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE,
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "initializer": "uniform, from -1/sqrt(fan_in) to 1/sqrt(fan_in); biases 0",
        "dtype": "float32",
    }
    record(
        "mnist1d", ("numpy", "scipy", "mnist1d"), seeds=SEEDS, settings=settings, results=results
    )


if __name__ == "__main__":
    main()
