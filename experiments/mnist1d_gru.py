"""The MNIST-1D benchmark read by a recurrent layer: a GRU that goes in both directions.

    make experiments

Model and recipe are those of the notebook which the benchmark's authors publish with their code: 6
units in each direction, a linear layer that reads the outputs of all 40 steps, Adam with the
learning rate 0.01, 6,000 steps on minibatches of 100, and PyTorch's initial weights. There is no
early stopping: the accuracy is that after the last step.
"""

from functools import partial

import numpy as np

import nnlib
from experiments.record import record
from nnlib import datasets, training
from nnlib.sequence_models import recurrent_init, recurrent_loss_and_grads, recurrent_model

SEEDS = (0, 1, 2)
UNITS, STEPS, EPOCHS, BATCH_SIZE, LEARNING_RATE = 6, 40, 150, 100, 1e-2  # 6,000 minibatches

# Test accuracy in %, in the README of https://github.com/greydanus/mnist1d.
PUBLISHED = {"in order": 91, "shuffled": 57}


def pytorch_uniform(params, rng):
    """PyTorch's initial values: uniform, of the GRU by its units, of the linear layer by fan_in."""
    drawn = {}
    for name, w in params.items():
        bound = 1 / np.sqrt(len(params["W"]) if name in ("W", "b") else UNITS)
        drawn[name] = rng.uniform(-bound, bound, w.shape).astype("float32")
    return drawn


def run(data, seed):
    """Train the model; return its number of parameters, and its test accuracy in %."""
    rng = np.random.default_rng(seed)
    sizes, options = (1, UNITS, 10), {"bidirectional": True, "steps": STEPS}
    params = recurrent_init(sizes, cell="gru", rng=rng, **options)
    params, _ = training.fit(
        partial(recurrent_loss_and_grads, cell="gru"),
        pytorch_uniform(params, rng),
        data.X_train.astype("float32")[:, :, None],
        data.y_train,
        rng=rng,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
    )
    logits = recurrent_model(params, data.X_test.astype("float32")[:, :, None], cell="gru")
    accuracy = nnlib.accuracy(logits, data.y_test)
    return sum(w.size for w in params.values()), round(100 * float(accuracy), 1)


def main():
    """Run everything, and write the results."""
    results = {}
    for order, published in PUBLISHED.items():
        data = datasets.load_mnist1d(shuffled=order == "shuffled")
        runs = [run(data, seed) for seed in SEEDS]
        results[order] = {
            "parameters": runs[0][0],
            "published": published,
            "accuracy": [accuracy for _, accuracy in runs],
        }
        print(order, results[order], flush=True)
    settings = {
        "units": UNITS,
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE,
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "initializer": "uniform, from -1/sqrt(fan_in) to 1/sqrt(fan_in), with units for fan_in",
        "dtype": "float32",
    }
    packages = ("numpy", "scipy", "mnist1d")
    record("mnist1d_gru", packages, seeds=SEEDS, settings=settings, results=results)


if __name__ == "__main__":
    main()
