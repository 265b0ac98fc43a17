"""Trains three small models with PyTorch in float64 and writes what Strata must reproduce.

Run with Debian's python3-torch (1.13 or later): /usr/bin/python3 tests/goldens/make_training.py
Writes tests/goldens/training-mlp.json, training-cnn.json and training-transformer.json.

Kernels are stored as Strata has them: dense [in, out], convolution [rows, columns, channels, filters], images
[height, width, channels]. Initial values, inputs and learning rates are exact in float32.
"""

import json
import pathlib

import torch

STEPS = 20
HERE = pathlib.Path(__file__).parent
SGD = {'learningRate': 0.03125, 'momentum': 0.5, 'nesterov': False}
ADAM = {'learningRate': 0.0078125}
CASES = {
    'sgd-nesterov': ('sgd', {'learningRate': 0.03125, 'momentum': 0.875, 'nesterov': True}, {}),
    'sgd-momentum-l2': ('sgd', SGD, {'l2': 0.125}),
    'adam': ('adam', ADAM, {}),
    'adam-l2': ('adam', ADAM, {'l2': 0.0625}),
    'adamw': ('adamw', {**ADAM, 'weightDecay': 0.25}, {}),
    'sgd-clipped': ('sgd', {**SGD, 'learningRate': 0.25}, {'l2': 0.125, 'clipNorm': 0.5}),
    'sgd-l1': ('sgd', SGD, {'l1': 0.03125}),
    'sgd-max-norm': ('sgd', {**SGD, 'learningRate': 0.25}, {'maxNorm': 1.25}),
    'adam-accumulated': ('adam', {'learningRate': 0.03125}, {'accumulation': 4, 'clipNorm': 0.5}),
    'adam-averaged': ('adam', {'learningRate': 0.03125}, {'averaging': 0.5}),
}
EVERYWHERE = tuple(label for label in CASES if label not in ('sgd-l1', 'sgd-max-norm', 'adam-accumulated', 'adam-averaged'))


def rounded(shape, scale, generator):
    """Normal numbers that float32 holds exactly."""
    return (torch.randn(shape, generator=generator) * scale).float().double()


class Mlp(torch.nn.Module):
    def __init__(self, generator):
        super().__init__()
        self.weights = {
            'dense-1.kernel': rounded((6, 8), 0.5, generator),
            'dense-1.bias': rounded((8,), 0.1, generator),
            'dense-2.kernel': rounded((8, 3), 0.5, generator),
            'dense-2.bias': rounded((3,), 0.1, generator),
        }
        self.statistics = {}

    def forward(self, x):
        w = self.weights
        x = torch.tanh(x @ w['dense-1.kernel'] + w['dense-1.bias'])
        return x @ w['dense-2.kernel'] + w['dense-2.bias']


class Cnn(torch.nn.Module):
    def __init__(self, generator):
        super().__init__()
        self.weights = {
            'conv.kernel': rounded((3, 3, 2, 4), 0.4, generator),
            'conv.bias': rounded((4,), 0.1, generator),
            'norm.scale': 1 + rounded((4,), 0.1, generator),
            'norm.offset': rounded((4,), 0.1, generator),
            'dense.kernel': rounded((36, 3), 0.3, generator),
            'dense.bias': rounded((3,), 0.1, generator),
        }
        self.weights['norm.scale'] = self.weights['norm.scale'].float().double()
        self.statistics = {
            'norm.running-mean': torch.zeros(4, dtype=torch.float64),
            'norm.running-variance': torch.ones(4, dtype=torch.float64),
        }

    def forward(self, x):
        w = self.weights
        kernel = w['conv.kernel'].permute(3, 2, 0, 1)
        # The ReLU stands before the norm, which would cancel the bias: its gradient would be nothing but rounding.
        x = torch.relu(torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), kernel, w['conv.bias'], padding=1))
        mean, variance = self.statistics.values()
        x = torch.nn.functional.batch_norm(x, mean, variance, w['norm.scale'], w['norm.offset'], True, 0.125, 1e-5)
        x = torch.nn.functional.max_pool2d(x, 2)
        return x.permute(0, 2, 3, 1).flatten(1) @ w['dense.kernel'] + w['dense.bias']


class Transformer(torch.nn.Module):
    """Two blocks of masked self-attention and a feed-forward network, each with residual and norm, over padded tokens."""

    def __init__(self, generator):
        super().__init__()
        self.weights = {
            'embedding.table': rounded((11, 8), 0.5, generator),
            'positions.table': rounded((6, 8), 0.25, generator),
        }
        self.weights['embedding.table'][0] = 0
        for block in (1, 2):
            # Without biases: that of the key has no effect, so its gradient would be nothing but rounding.
            for name in ('query', 'key', 'value', 'output'):
                self.weights[f'attention-{block}.{name}-kernel'] = rounded((8, 8), 0.5, generator)
            for norm in ('attended', 'fed'):
                self.weights[f'{norm}-norm-{block}.scale'] = (1 + rounded((8,), 0.1, generator)).float().double()
                self.weights[f'{norm}-norm-{block}.offset'] = rounded((8,), 0.1, generator)
            for name, size in (('widen', (8, 12)), ('narrow', (12, 8))):
                self.weights[f'{name}-{block}.kernel'] = rounded(size, 0.4, generator)
                self.weights[f'{name}-{block}.bias'] = rounded(size[1:], 0.1, generator)
        self.weights['dense.kernel'] = rounded((8, 3), 0.5, generator)
        self.weights['dense.bias'] = rounded((3,), 0.1, generator)
        self.statistics = {}

    def forward(self, tokens):
        w, tokens = self.weights, tokens.long()
        x = torch.nn.functional.embedding(tokens, w['embedding.table'], padding_idx=0) + w['positions.table']
        for block in (1, 2):
            x = self.norm(x + self.attention(x, tokens == 0, block), f'attended-norm-{block}')
            wide = torch.nn.functional.gelu(x @ w[f'widen-{block}.kernel'] + w[f'widen-{block}.bias'])
            x = self.norm(x + wide @ w[f'narrow-{block}.kernel'] + w[f'narrow-{block}.bias'], f'fed-norm-{block}')
        counts = (tokens != 0).to(x.dtype)[..., None]
        return (x * counts).sum(1) / counts.sum(1) @ w['dense.kernel'] + w['dense.bias']

    def attention(self, x, padding, block):
        query, key, value, output = (
            self.weights[f'attention-{block}.{name}-kernel'].T for name in ('query', 'key', 'value', 'output')
        )
        layer = torch.nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
        state = {'in_proj_weight': torch.cat([query, key, value]), 'out_proj.weight': output}
        options = {'key_padding_mask': padding, 'need_weights': False}
        return torch.nn.utils.stateless.functional_call(layer, state, (x, x, x), options)[0]

    def norm(self, x, name):
        return torch.nn.functional.layer_norm(x, (8,), self.weights[f'{name}.scale'], self.weights[f'{name}.offset'])


def optimizer_of(kind, params, l2, weights):
    kernels = [w for name, w in weights.items() if name.endswith('kernel')]
    others = [w for name, w in weights.items() if not name.endswith('kernel')]
    groups = [{'params': kernels, 'weight_decay': params.get('weightDecay', l2)}, {'params': others, 'weight_decay': 0}]
    rate = params['learningRate']
    if kind == 'sgd':
        return torch.optim.SGD(groups, lr=rate, momentum=params['momentum'], nesterov=params['nesterov'])
    return {'adam': torch.optim.Adam, 'adamw': torch.optim.AdamW}[kind](groups, lr=rate)


def train(make, inputs, targets, batch, kind, params, settings, dtype):
    model = make(torch.Generator().manual_seed(7))
    model.statistics = {name: value.to(dtype) for name, value in model.statistics.items()}
    model.weights = {name: value.to(dtype).requires_grad_(True) for name, value in model.weights.items()}
    kernels = [weight for name, weight in model.weights.items() if name.endswith('kernel')]
    optimizer = optimizer_of(kind, params, settings.get('l2', 0), model.weights)
    every, averages, losses = settings.get('accumulation', 1), {}, []
    optimizer.zero_grad()
    for step in range(STEPS):
        rows = slice(step * batch, (step + 1) * batch)
        loss = torch.nn.functional.cross_entropy(model(inputs[rows].to(dtype)), targets[rows])
        (loss / every).backward()
        losses.append(loss.item())
        if (step + 1) % every:
            continue
        if 'clipNorm' in settings:
            torch.nn.utils.clip_grad_norm_(model.weights.values(), settings['clipNorm'])
        if 'l1' in settings:
            for kernel in kernels:
                kernel.grad += settings['l1'] * kernel.detach().sign()
        optimizer.step()
        optimizer.zero_grad()
        if 'maxNorm' in settings:
            with torch.no_grad():
                for kernel in kernels:
                    kernel.copy_(limited(kernel, settings['maxNorm']))
        if 'averaging' in settings:
            share = min(step / (step + 10), settings['averaging'])
            for name, weight in model.weights.items():
                before = averages.get(f'{name}.average', torch.zeros_like(weight))
                averages[f'{name}.average'] = share * before + (1 - share) * weight.detach()
    return losses, listed({**model.weights, **model.statistics, **averages})


def limited(kernel, norm):
    """Units are the last axis. As torch.renorm, without the 1e-7 it adds to the norm."""
    return kernel * (norm / kernel.flatten(0, -2).norm(dim=0)).clamp(max=1)


def case(make, inputs, targets, batch, kind, params, settings):
    """What float64 gives, and how far PyTorch's own float32 is from it: how much this problem enlarges rounding."""
    given = (make, inputs, targets, batch, kind, params, settings)
    losses, final = train(*given, torch.float64)
    rough_losses, rough_final = train(*given, torch.float32)
    pairs = list(zip(losses, rough_losses)) + [
        pair for name, values in final.items() for pair in zip(values, rough_final[name])
    ]
    return {
        'optimizer': {'type': kind, 'params': params},
        'settings': settings,
        'losses': losses,
        'final': final,
        'float32Error': max(abs(a - b) / max(1, abs(a)) for a, b in pairs),
    }


def listed(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


def write(name, make, batch, inputs, targets, divisor=1, labels=EVERYWHERE):
    scaled = inputs.double() / divisor
    initial = make(torch.Generator().manual_seed(7))
    golden = {
        'batch': batch,
        'inputs': inputs.flatten().tolist(),
        'targets': targets.tolist(),
        'initial': listed({**initial.weights, **initial.statistics}),
        'cases': {label: case(make, scaled, targets, batch, *setting) for label, setting in CASES.items() if label in labels},
    }
    (HERE / f'training-{name}.json').write_text(json.dumps(golden) + '\n')


data = torch.Generator().manual_seed(11)
rows = rounded((STEPS * 8, 6), 1, data)
write('mlp', Mlp, 8, rows, (rows @ rounded((6, 3), 1, data)).argmax(1), labels=CASES)
images = torch.randint(0, 256, (STEPS * 4, 6, 6, 2), generator=data)
write('cnn', Cnn, 4, images, torch.randint(0, 3, (STEPS * 4,), generator=data), 256)
tokens = torch.randint(1, 11, (STEPS * 4, 6), generator=data)
lengths = torch.randint(2, 7, (STEPS * 4, 1), generator=data)
padded = tokens * (torch.arange(6) < lengths)
write('transformer', Transformer, 4, padded, padded.sum(1) % 3, labels=('adamw', 'sgd-momentum-l2', 'sgd-clipped'))
