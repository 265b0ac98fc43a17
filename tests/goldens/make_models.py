"""Trains small models of many kinds with PyTorch in float64 and writes what Strata must reproduce.

Run with Debian's python3-torch (1.13 or later): /usr/bin/python3 tests/goldens/make_models.py
Writes tests/goldens/models.json: data by the name of their state, initial and final weights, the loss of each step.

The graphs stand in tests/conformance/models.test.ts. Initial values, data and learning rates are exact in float32.
"""

import json
import pathlib

import numpy
import torch
from torch.nn import functional as F

STEPS, BATCH, SEED = 12, 4, 7
ROWS = STEPS * BATCH
RATE = 0.015625
HERE = pathlib.Path(__file__).parent
generator = torch.Generator().manual_seed(5)


def numbers(*shape, scale=1):
    return (torch.randn(shape, generator=generator) * scale).float().double()


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=generator)


def dense(name, channels, units):
    return {f'{name}.kernel': numbers(channels, units, scale=channels ** -0.5), f'{name}.bias': numbers(units, scale=0.1)}


def apply(w, name, x):
    return x @ w[f'{name}.kernel'] + w[f'{name}.bias']


def pcg4d(x, y, z, w):
    """The hash behind Strata's random numbers (Jarzynski & Olano, JCGT 2020); x is an array of uint32."""
    a, b, c, d = (numpy.array(v, numpy.uint32) * numpy.uint32(1664525) + numpy.uint32(1013904223) for v in (x, y, z, w))
    for mixing in (False, True):
        if mixing:
            a, b, c, d = (v ^ (v >> numpy.uint32(16)) for v in (a, b, c, d))
        a = a + b * d
        b = b + c * a
        c = c + a * b
        d = d + b * c
    return a


def uniform(node, draw, step, shape):
    """What a node draws: its stream is the FNV-1a hash of its name and the number of the draw in a step."""
    stream = 0x811C9DC5
    for letter in f'{node}/{draw}'.encode():
        stream = (stream ^ letter) * 0x01000193 % 2 ** 32
    with numpy.errstate(over='ignore'):
        words = pcg4d(numpy.arange(numpy.prod(shape)), step, stream, SEED)
    return torch.tensor((words >> numpy.uint32(8)) * 2.0 ** -24).reshape(shape)


def normal(node, step, shape, dtype):
    """Box & Muller on two draws."""
    length, angle = uniform(node, 0, step, shape).to(dtype), uniform(node, 1, step, shape).to(dtype)
    return (-2 * (1 - length).log()).sqrt() * (2 * numpy.pi * (angle - 0.5)).cos()


def two_inputs_and_losses():
    """Numbers on either side, joined; a class and a number are predicted, with weights of their own."""
    weights = {**dense('left', 3, 5), **dense('right', 2, 4), **dense('trunk', 9, 6), **dense('scores', 6, 3), **dense('value', 6, 1)}
    data = {
        'input a0 a1 a2': numbers(ROWS, 3), 'input b0 b1': numbers(ROWS, 2),
        'target y': integers(0, 3, ROWS), 'target z': numbers(ROWS, 1),
    }

    def loss(w, rows, step):
        a, b, y, z = rows.values()
        joined = torch.cat([torch.relu(apply(w, 'left', a)), torch.tanh(apply(w, 'right', b))], 1)
        trunk = torch.tanh(apply(w, 'trunk', joined))
        return 0.75 * F.cross_entropy(apply(w, 'scores', trunk), y) + 0.25 * F.mse_loss(apply(w, 'value', trunk), z)

    return weights, data, loss


def autoencoder():
    """Images as they are stored, halved by a convolution and brought back by a transposed one; the target is the input."""
    weights = {
        'encode.kernel': numbers(3, 3, 2, 3, scale=0.25), 'encode.bias': numbers(3, scale=0.1),
        'decode.kernel': numbers(4, 4, 2, 3, scale=0.25), 'decode.bias': numbers(2, scale=0.1),
    }
    data = {'input': integers(0, 4, ROWS, 6, 6, 2)}

    def loss(w, rows, step):
        x = rows['input'].permute(0, 3, 1, 2).to(w['encode.bias'].dtype)
        # A window of 3 at stride 2 over 6: "same" adds one row at the end.
        code = F.conv2d(F.pad(x, (0, 1, 0, 1)), w['encode.kernel'].permute(3, 2, 0, 1), w['encode.bias'], stride=2)
        kernel = w['decode.kernel'].permute(3, 2, 0, 1)
        return F.mse_loss(F.conv_transpose2d(F.leaky_relu(code, 0.125), kernel, w['decode.bias'], stride=2, padding=1), x)

    return weights, data, loss


def variational_autoencoder():
    weights = {**dense('encode', 6, 5), **dense('mean', 5, 2), **dense('log-variance', 5, 2), **dense('decode', 2, 5), **dense('output', 5, 6)}

    def loss(w, rows, step):
        x = rows['input']
        code = torch.tanh(apply(w, 'encode', x))
        mean, log_variance = apply(w, 'mean', code), apply(w, 'log-variance', code)
        drawn = mean + (log_variance / 2).exp() * normal('draw', step, (BATCH, 2), x.dtype)
        restored = apply(w, 'output', torch.tanh(apply(w, 'decode', drawn)))
        prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
        posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
        divergence = torch.distributions.kl_divergence(posterior, prior).sum(1).mean()
        return F.mse_loss(restored, x) + 0.125 * divergence

    return weights, {'input': numbers(ROWS, 6)}, loss


def contrastive():
    """One encoder for two views; each has to find its partner in the batch."""
    a = numbers(ROWS, 5)
    data = {'input a0 a1 a2 a3 a4': a, 'input b0 b1 b2 b3 b4': (a + numbers(ROWS, 5, scale=0.5)).float().double()}

    def loss(w, rows, step):
        x, y = (F.normalize(apply(w, 'embed', torch.tanh(apply(w, 'encode', view)))) for view in rows.values())
        scores, partner = x @ y.T / 0.5, torch.arange(BATCH)
        return (F.cross_entropy(scores, partner) + F.cross_entropy(scores.T, partner)) / 2

    return {**dense('encode', 5, 6), **dense('embed', 6, 3)}, data, loss


def triplets():
    data = {f'input {c}0 {c}1 {c}2 {c}3': numbers(ROWS, 4) for c in 'abc'}

    def loss(w, rows, step):
        # Without a bias behind: it has no effect on distances, so its gradient would be nothing but rounding.
        embedded = (torch.tanh(apply(w, 'encode', x)) @ w['embed.kernel'] for x in rows.values())
        return F.triplet_margin_loss(*embedded, margin=1)

    return {**dense('encode', 4, 6), 'embed.kernel': numbers(6, 3, scale=0.5)}, data, loss


def recurrent(prefix, channels, units, gates, extra=()):
    scale = units ** -0.5
    names = {'kernel': (channels, gates * units), 'recurrent-kernel': (units, gates * units)}
    biases = {name: (gates * units,) for name in ('bias', *extra)}
    return {f'{prefix}{name}': numbers(*shape, scale=scale) for name, shape in {**names, **biases}.items()}


def flat(w, prefix):
    """PyTorch's four weights of one direction."""
    kernel, bias = w[f'{prefix}kernel'], w[f'{prefix}bias']
    return [kernel.T, w[f'{prefix}recurrent-kernel'].T, bias, w.get(f'{prefix}recurrent-bias', torch.zeros_like(bias))]


def lstm():
    """Tokens of different lengths, read in both directions; PyTorch packs them, Strata masks what fills them up."""
    weights = {
        'embedding.table': numbers(9, 4, scale=0.5), **recurrent('lstm.', 4, 3, 4), **recurrent('lstm.backward-', 4, 3, 4),
        **dense('scores', 6, 3),
    }
    weights['embedding.table'][0] = 0
    lengths = integers(2, 7, ROWS, 1)
    tokens = integers(1, 9, ROWS, 6) * (torch.arange(6) < lengths)

    def loss(w, rows, step):
        tokens, y = rows.values()
        embedded = F.embedding(tokens, w['embedding.table'], padding_idx=0)
        packed = torch.nn.utils.rnn.pack_padded_sequence(embedded, (tokens != 0).sum(1), True, False)
        zeros = embedded.new_zeros(2, BATCH, 3)
        both = flat(w, 'lstm.') + flat(w, 'lstm.backward-')
        _, last, _ = torch._VF.lstm(packed.data, packed.batch_sizes, (zeros, zeros), both, True, 1, 0.0, True, True)
        return F.cross_entropy(apply(w, 'scores', torch.cat([*last[:, packed.unsorted_indices]], 1)), y)

    return weights, {'input text as indices': tokens, 'target y': integers(0, 3, ROWS)}, loss


def translation():
    """A GRU reads one sequence; another begins with its state and writes the next one, given what stood before (teacher forcing)."""
    weights = {
        'source.table': numbers(7, 4, scale=0.5), 'written.table': numbers(8, 4, scale=0.5),
        **recurrent('encoder.', 4, 3, 3, ['recurrent-bias']), **recurrent('decoder.', 4, 3, 3, ['recurrent-bias']),
        **dense('scores', 3, 8),
    }
    lengths = integers(1, 5, ROWS, 1)
    target = integers(1, 8, ROWS, 4) * (torch.arange(4) < lengths)
    data = {'input source as indices': integers(0, 7, ROWS, 5), 'input target as indices': target}

    def loss(w, rows, step):
        source, target = rows.values()

        def read(name, x, first):
            return torch._VF.gru(x, first, flat(w, name), True, 1, 0.0, True, False, True)

        _, state = read('encoder.', F.embedding(source, w['source.table']), w['scores.kernel'].new_zeros(1, BATCH, 3))
        output, _ = read('decoder.', F.embedding(F.pad(target, (1, -1)), w['written.table']), state)
        losses = F.cross_entropy(apply(w, 'scores', output).transpose(1, 2), target, ignore_index=0, reduction='none')
        return (losses.sum(1) / (target != 0).sum(1)).mean()

    return weights, data, loss


def train(weights, data, loss, dtype):
    weights = {name: value.to(dtype, copy=True).requires_grad_() for name, value in weights.items()}
    optimizer, losses = torch.optim.Adam(weights.values(), lr=RATE), []
    data = {name: value.to(dtype) if value.is_floating_point() else value for name, value in data.items()}
    for step in range(STEPS):
        rows = {name: value[step * BATCH:(step + 1) * BATCH] for name, value in data.items()}
        value = loss(weights, rows, step)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses, weights


def listed(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


def golden(make):
    """What float64 gives, and how far PyTorch's own float32 is from it: how much this problem enlarges rounding."""
    weights, data, loss = make()
    (losses, final), (rough_losses, rough) = (train(weights, data, loss, dtype) for dtype in (torch.float64, torch.float32))
    pairs = [*zip(losses, rough_losses)] + [pair for name in final for pair in zip(final[name].flatten(), rough[name].flatten())]
    return {
        'data': listed(data), 'initial': listed(weights), 'losses': losses, 'final': listed(final),
        'float32Error': max(abs(float(a) - float(b)) / max(1, abs(float(a))) for a, b in pairs),
    }


MODELS = {
    'two inputs and two losses': two_inputs_and_losses, 'autoencoder': autoencoder,
    'variational autoencoder': variational_autoencoder, 'contrastive': contrastive, 'triplets': triplets,
    'lstm': lstm, 'translation': translation,
}
models = {name: golden(make) for name, make in MODELS.items()}
(HERE / 'models.json').write_text(json.dumps({'batch': BATCH, 'seed': SEED, 'learningRate': RATE, 'models': models}) + '\n')
