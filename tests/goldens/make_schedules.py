"""Writes learning rates of PyTorch's schedulers that Strata's schedules must reproduce.

Run with Debian's python3-torch (1.13 or later): /usr/bin/python3 tests/goldens/make_schedules.py
Writes tests/goldens/schedules.json. The base rate is 1; an epoch has 4 steps and the run 20.
"""

import json
import math
import pathlib

import torch
from torch.optim import lr_scheduler

STEPS, PER_EPOCH = 20, 4
cases = []


def case(schedule, params, make, epochs=False):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        if not epochs or (step + 1) % PER_EPOCH == 0:
            scheduler.step()
    cases.append({'schedule': schedule, 'params': params, 'rates': rates})


case('constant', {}, lambda o: lr_scheduler.ConstantLR(o, 1.0))
rising = lambda o: lr_scheduler.LinearLR(o, 1 / 5, 1, total_iters=4)
case('constant', {'warmup': 5}, rising)
case('step-decay', {'every': 2, 'gamma': 0.5}, lambda o: lr_scheduler.StepLR(o, 2, 0.5), epochs=True)
case('exponential', {'gamma': 0.75}, lambda o: lr_scheduler.ExponentialLR(o, 0.75), epochs=True)
case('linear', {'end': 0.25}, lambda o: lr_scheduler.LinearLR(o, 1, 0.25, total_iters=STEPS))
case('cosine', {'end': 0.125}, lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, 0.125))


def warm_cosine(step):
    if step < 4:
        return (step + 1) / 4
    return (1 + math.cos(math.pi * (step - 4) / (STEPS - 4))) / 2


case('cosine', {'warmup': 4}, lambda o: lr_scheduler.LambdaLR(o, warm_cosine))
one_cycle = {'max_lr': 1.0, 'total_steps': STEPS, 'pct_start': 0.3, 'div_factor': 25, 'final_div_factor': 10_000}
case('one-cycle', {}, lambda o: lr_scheduler.OneCycleLR(o, **one_cycle, cycle_momentum=False))



def plateau(params, losses, **options):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for loss in losses:
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]['lr'])
    cases.append({'schedule': 'reduce-on-plateau', 'params': params, 'losses': losses, 'rates': rates})


falling = [3, 2.5, 2, 1.75, 2, 2, 1.875, 1.7, 1.7, 1.75, 1.69, 1.7, 1.7, 1.7, 1.7, 1.7]
plateau({'factor': 0.5, 'patience': 1}, falling, factor=0.5, patience=1)
strict = {'factor': 0.5, 'patience': 0, 'threshold': 0.125, 'least': 0.2}
plateau(strict, falling, factor=0.5, patience=0, threshold=0.125, min_lr=0.2)

path = pathlib.Path(__file__).with_name('schedules.json')
path.write_text('[\n' + ',\n'.join(json.dumps(entry) for entry in cases) + '\n]\n')
