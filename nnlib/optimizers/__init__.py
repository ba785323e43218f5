"""Optimisers, which make one step of one array, state in and state out; schedules; clipping."""

from nnlib.optimizers._adaptive import adam, adamw, rmsprop
from nnlib.optimizers._clipping import clip_by_global_norm
from nnlib.optimizers._momentum import momentum, nesterov, sgd
from nnlib.optimizers._schedules import cosine_schedule, step_schedule

__all__ = [
    "adam",
    "adamw",
    "clip_by_global_norm",
    "cosine_schedule",
    "momentum",
    "nesterov",
    "rmsprop",
    "sgd",
    "step_schedule",
]
