"""Runs PyTorch's own layers in float64 and writes what Strata's ready-made blocks must compute with the same weights.

Run with Debian's python3-torch (1.13 or later): /usr/bin/python3 tests/goldens/make_blocks.py
Writes tests/goldens/blocks.json: inputs, weights, output, and the gradients of sum(output * upstream).
"""

import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
BATCH, LENGTH, MEMORY, DIMENSIONS, HEADS, WIDTH = 2, 4, 5, 8, 2, 12


def tensor(value):
    return {'shape': list(value.shape), 'values': value.detach().double().flatten().tolist()}


def attention(prefix, layer):
    """Strata's projections of one attention, kernels as [in, out]."""
    kernels = [*layer.in_proj_weight.chunk(3), layer.out_proj.weight]
    biases = [*layer.in_proj_bias.chunk(3), layer.out_proj.bias]
    named = {}
    for name, kernel, bias in zip(('query', 'key', 'value', 'output'), kernels, biases):
        named[f'{prefix}.{name}-kernel'] = kernel.T
        named[f'{prefix}.{name}-bias'] = bias
    return named


def weights(layer, parts, norms):
    named = {}
    for name, part in parts.items():
        named.update(attention(name, part))
    for name, dense in (('widen', layer.linear1), ('narrow', layer.linear2)):
        named[f'{name}.kernel'], named[f'{name}.bias'] = dense.weight.T, dense.bias
    for at, name in enumerate(norms, 1):
        norm = getattr(layer, f'norm{at}')
        named[f'{name}-norm.scale'], named[f'{name}-norm.offset'] = norm.weight, norm.bias
    return named


def case(kind, norm_first, activation):
    torch.manual_seed(3)
    options = {
        'd_model': DIMENSIONS, 'nhead': HEADS, 'dim_feedforward': WIDTH, 'dropout': 0, 'activation': activation,
        'batch_first': True, 'norm_first': norm_first, 'dtype': torch.float64,
    }
    make = {'encoder': torch.nn.TransformerEncoderLayer, 'decoder': torch.nn.TransformerDecoderLayer}[kind]
    layer = make(**options)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    inputs = {'input': torch.randn(BATCH, LENGTH, DIMENSIONS, dtype=torch.float64, requires_grad=True)}
    if kind == 'encoder':
        output = layer(inputs['input'])
        named = weights(layer, {'attention': layer.self_attn}, ('attended', 'fed'))
    else:
        inputs['memory'] = torch.randn(BATCH, MEMORY, DIMENSIONS, dtype=torch.float64, requires_grad=True)
        ahead = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
        output = layer(inputs['input'], inputs['memory'], tgt_mask=ahead)
        parts = {'self-attention': layer.self_attn, 'cross-attention': layer.multihead_attn}
        named = weights(layer, parts, ('attended', 'crossed', 'fed'))
    params = {
        'dimensions': DIMENSIONS, 'heads': HEADS, 'width': WIDTH, 'dropout': 0,
        'activation': activation, 'norm': 'before' if norm_first else 'after',
    }
    return golden(f'transformer-{kind}', params, inputs, named, output)


def golden(block, params, inputs, named, output):
    upstream = torch.randn_like(output)
    gradients = torch.autograd.grad((output * upstream).sum(), [*inputs.values()])
    return {
        'block': block,
        'params': params,
        'inputs': {name: tensor(value) for name, value in inputs.items()},
        'weights': {name: tensor(value) for name, value in named.items()},
        'upstream': tensor(upstream),
        'output': tensor(output),
        'gradients': {name: tensor(value) for name, value in zip(inputs, gradients)},
    }


def squeeze_excitation():
    torch.manual_seed(3)
    image = torch.randn(BATCH, 3, 4, 6, dtype=torch.float64, requires_grad=True)
    dense = {'narrow': torch.nn.Linear(6, 2).double(), 'widen': torch.nn.Linear(2, 6).double()}
    squeezed = torch.nn.functional.adaptive_avg_pool2d(image.permute(0, 3, 1, 2), 1).flatten(1)
    gate = torch.sigmoid(dense['widen'](torch.relu(dense['narrow'](squeezed))))
    named = {}
    for name, layer in dense.items():
        named[f'{name}.kernel'], named[f'{name}.bias'] = layer.weight.T, layer.bias
    params = {'channels': 6, 'reduction': 3}
    return golden('squeeze-excitation', params, {'input': image}, named, image * gate[:, None, None])


cases = [
    case(kind, norm_first, activation)
    for kind in ('encoder', 'decoder')
    for norm_first, activation in ((True, 'gelu'), (False, 'relu'))
] + [squeeze_excitation()]
(HERE / 'blocks.json').write_text(json.dumps(cases) + '\n')
