"""Runs single layers in PyTorch in float64 and writes the outputs and gradients that Strata must reproduce.

Run with Debian's python3-torch (1.13 or later): /usr/bin/python3 tests/goldens/make_layers.py
Writes tests/goldens/layers.json.

Images are [batch, height, width, channels] and kernels [rows, columns, channels, filters], as Strata has them; they are
transposed here for PyTorch. The gradients are those of the sum of output · upstream.
"""

import json
import pathlib

import torch
from torch.nn import functional as F

generator = torch.Generator().manual_seed(20)
cases = []


def numbers(*shape):
    """Multiples of 1/64: exact in float32 and short in the file."""
    return torch.randint(-128, 129, shape, generator=generator).double() / 64


def probabilities(*shape):
    """Rows that add up to 1 exactly, in 64ths."""
    cuts = torch.randint(1, 8, shape, generator=generator).double()
    cuts[..., -1] = 64 - cuts[..., :-1].sum(-1)
    return cuts / 64


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def oihw(kernel):
    return kernel.permute(3, 2, 0, 1)


def stored(tensor):
    kind = 'f32' if tensor.is_floating_point() else 'i32'
    return {'dtype': kind, 'shape': list(tensor.shape), 'values': tensor.detach().flatten().tolist()}


def case(name, layer, function, inputs, weights=None, params=None, training=True, updates=None, port=None):
    """`inputs`: tensors by port, several in a list. `function` gets the same, and the weights by name."""
    weights = weights or {}
    lists = {port: value if isinstance(value, list) else [value] for port, value in inputs.items()}
    leaves = [tensor for values in lists.values() for tensor in values] + list(weights.values())
    learned = [leaf.requires_grad_() for leaf in leaves if leaf.is_floating_point()]
    output = function(lists, weights)
    upstream = numbers(*output.shape)
    found = torch.autograd.grad((output * upstream).sum(), learned, allow_unused=True)
    gradients = {id(leaf): gradient for leaf, gradient in zip(learned, found)}

    def gradient(leaf):
        value = gradients.get(id(leaf))
        return None if value is None else stored(value)

    cases.append({
        'name': name,
        'layer': layer,
        'params': params or {},
        'training': training,
        **({'port': port} if port else {}),
        'inputs': {port: [stored(value) for value in values] for port, values in lists.items()},
        'weights': {key: stored(value) for key, value in weights.items()},
        'output': stored(output),
        'upstream': stored(upstream),
        'inputGradients': {port: [gradient(value) for value in values] for port, values in lists.items()},
        'weightGradients': {key: gradient(value) for key, value in weights.items()},
        'updates': {key: stored(value) for key, value in (updates or {}).items()},
    })


def unary(layer, function, params=None):
    case('values', layer, lambda i, w: function(i['input'][0]), {'input': numbers(3, 5)}, params=params)


def dense():
    case(
        'with bias', 'dense', lambda i, w: i['input'][0] @ w['kernel'] + w['bias'],
        {'input': numbers(3, 4)}, {'kernel': numbers(4, 5), 'bias': numbers(5)}, {'units': 5},
    )


def convolution(name, image, kernel, params, pad=(0, 0, 0, 0), bias=True, **options):
    """`pad`: left, right, top, bottom."""
    weights = {'kernel': numbers(*kernel)}
    if bias:
        weights['bias'] = numbers(kernel[3])
    params = {'filters': kernel[3], 'size': list(kernel[:2]), 'bias': bias, **params}

    def function(i, w):
        padded = F.pad(nchw(i['input'][0]), pad)
        return nhwc(F.conv2d(padded, oihw(w['kernel']), w.get('bias'), **options))

    case(name, 'conv2d', function, {'input': numbers(*image)}, weights, params)


def convolutions():
    convolution('valid', (2, 5, 4, 3), (3, 2, 3, 2), {})
    convolution('same', (1, 4, 5, 2), (3, 3, 2, 2), {'padding': 'same'}, padding='same')
    convolution('same, even window', (1, 4, 4, 1), (2, 4, 1, 2), {'padding': 'same'}, padding='same')
    convolution(
        'same, stride 2', (1, 5, 6, 2), (3, 3, 2, 2), {'padding': 'same', 'stride': [2, 2]}, pad=(0, 1, 1, 1), stride=2,
    )
    convolution(
        'stride and dilation, no bias', (1, 7, 6, 2), (2, 3, 2, 2), {'stride': [2, 1], 'dilation': [3, 2]}, bias=False,
        stride=(2, 1), dilation=(3, 2),
    )


def distinct(*shape):
    """No two values are equal, so that every maximum is one value."""
    count = torch.Size(shape).numel()
    return (torch.randperm(count, generator=generator).double() - count // 2).reshape(shape) / 32


def pooling():
    def pool(name, layer, function, image, params):
        case(name, layer, lambda i, w: nhwc(function(nchw(i['input'][0]))), {'input': distinct(*image)}, params=params)

    same = {'size': [3, 3], 'stride': [1, 1], 'padding': 'same'}
    pool('valid', 'max-pool2d', lambda x: F.max_pool2d(x, 2), (2, 4, 5, 2), {})
    pool('same', 'max-pool2d', lambda x: F.max_pool2d(x, 3, 1, 1), (1, 4, 3, 2), same)
    pool('valid', 'avg-pool2d', lambda x: F.avg_pool2d(x, 2), (2, 4, 5, 2), {})
    pool('same', 'avg-pool2d', lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False), (1, 4, 3, 2), same)


def batch_norm(training):
    mean, variance = numbers(2), probabilities(2) + 0.5
    moved = mean.clone(), variance.clone()

    def function(i, w):
        return nhwc(F.batch_norm(nchw(i['input'][0]), *moved, w['scale'], w['offset'], training, 0.25, 0.125))

    weights = {'scale': numbers(2), 'offset': numbers(2)}
    image = {'input': numbers(2, 3, 2, 2)}
    params = {'momentum': 0.75, 'epsilon': 0.125}
    case('training' if training else 'evaluation', 'batch-norm', function, image, weights, params, training)
    cases[-1]['weights'].update({'running-mean': stored(mean), 'running-variance': stored(variance)})
    if training:
        cases[-1]['updates'] = {'running-mean': stored(moved[0]), 'running-variance': stored(moved[1])}


def merges():
    several = [numbers(2, 3) for _ in range(3)]
    case('three inputs', 'add', lambda i, w: sum(i['inputs']), {'inputs': several})
    images = [numbers(1, 2, 2, channels) for channels in (1, 3)]
    case('channels', 'concat', lambda i, w: torch.cat(i['inputs'], -1), {'inputs': images})
    rows = [numbers(2, length, 2) for length in (2, 1)]
    case('another axis', 'concat', lambda i, w: torch.cat(i['inputs'], 1), {'inputs': rows}, params={'axis': 1})


def losses():
    def cross_entropy(i, w):
        return F.cross_entropy(i['prediction'][0], i['target'][0], reduction='none')

    def negative_log(i, w):
        return F.nll_loss(i['prediction'][0].log(), i['target'][0], reduction='none')

    def squared(i, w):
        return F.mse_loss(i['prediction'][0], i['target'][0], reduction='none').flatten(1).mean(1)

    classes = torch.tensor([2, 0, 1])
    case('class indices', 'cross-entropy', cross_entropy, {'prediction': numbers(3, 4), 'target': classes})
    case('probabilities', 'cross-entropy', cross_entropy, {'prediction': numbers(3, 4), 'target': probabilities(3, 4)})
    case(
        'after a softmax', 'cross-entropy', negative_log, {'prediction': probabilities(3, 4), 'target': classes},
        params={'from': 'probabilities'},
    )
    case('rows', 'mse', squared, {'prediction': numbers(3, 4), 'target': numbers(3, 4)})
    case('images', 'mse', squared, {'prediction': numbers(2, 2, 2, 1), 'target': numbers(2, 2, 2, 1)})


def norms():
    rows = {'input': numbers(3, 2, 4)}
    weights = {'scale': numbers(4), 'offset': numbers(4)}

    def layer_norm(i, w):
        return F.layer_norm(i['input'][0], (4,), w['scale'], w['offset'], 0.125)

    def rms_norm(i, w):
        x = i['input'][0]
        return x / (x.pow(2).mean(-1, keepdim=True) + 0.125).sqrt() * w['scale']

    case('rows', 'layer-norm', layer_norm, rows, weights, {'epsilon': 0.125})
    case('rows', 'rms-norm', rms_norm, {'input': numbers(3, 2, 4)}, {'scale': numbers(4)}, {'epsilon': 0.125})


def global_pooling():
    image = distinct(2, 3, 2, 4)
    case('images', 'global-avg-pool2d', lambda i, w: i['input'][0].mean((1, 2)), {'input': image})
    case('images', 'global-max-pool2d', lambda i, w: i['input'][0].amax((1, 2)), {'input': image.clone().detach()})
    several = [numbers(2, 3) for _ in range(3)]
    case('three inputs', 'multiply', lambda i, w: i['inputs'][0] * i['inputs'][1] * i['inputs'][2], {'inputs': several})


def more_losses():
    def absolute(i, w):
        return F.l1_loss(i['prediction'][0], i['target'][0], reduction='none').mean(1)

    def huber(i, w):
        return F.huber_loss(i['prediction'][0], i['target'][0], reduction='none', delta=0.5).mean(1)

    def smoothed(i, w):
        return F.cross_entropy(i['prediction'][0], i['target'][0], reduction='none', label_smoothing=0.25)

    rows = lambda: {'prediction': numbers(3, 4), 'target': numbers(3, 4)}
    case('rows', 'mean-absolute-error', absolute, rows())
    case('rows', 'huber', huber, rows(), params={'delta': 0.5})
    classes = torch.tensor([2, 0, 1])
    inputs = {'prediction': numbers(3, 4), 'target': classes}
    case('label smoothing', 'cross-entropy', smoothed, inputs, params={'smoothing': 0.25})


def embeddings():
    def look_up(padding=None):
        return lambda i, w: F.embedding(i['input'][0], w['table'], padding)

    words = {'input': torch.tensor([[3, 0, 3], [1, 1, 2]])}
    params = {'vocabulary': 5, 'dimensions': 3}
    case('a sequence', 'embedding', look_up(), words, {'table': numbers(5, 3)}, params)
    padded = numbers(5, 3)
    padded[1] = 0
    case('with padding', 'embedding', look_up(1), words, {'table': padded}, {**params, 'padding': 1})
    case('lone indices', 'embedding', look_up(), {'input': torch.tensor([4, 0])}, {'table': numbers(5, 3)}, params)


def attention():
    lengths = {'query': 3, 'key': 5, 'value': 5}

    def weights_of(channels, width, out, bias=True):
        sizes = {**{name: (size, width) for name, size in channels.items()}, 'output': (width, out)}
        kernels = {f'{name}-kernel': numbers(*size) / 2 for name, size in sizes.items()}
        return kernels if not bias else {**kernels, **{f'{name}-bias': numbers(size[1]) for name, size in sizes.items()}}

    def module(heads, causal=False, dropout=0, training=True, port='output'):
        def function(i, w):
            query = i['query'][0]
            key = (i['key'] or i['query'])[0]
            value = (i['value'] or i['key'] or i['query'])[0]
            layer = torch.nn.MultiheadAttention(
                query.shape[2], heads, dropout, batch_first=True, kdim=key.shape[2], vdim=value.shape[2],
            ).double().train(training)
            projections = [w[f'{name}-kernel'].T for name in ('query', 'key', 'value')]
            state = {'out_proj.weight': w['output-kernel'].T, 'out_proj.bias': w['output-bias']}
            state['in_proj_bias'] = torch.cat([w[f'{name}-bias'] for name in ('query', 'key', 'value')])
            if layer._qkv_same_embed_dim:
                state['in_proj_weight'] = torch.cat(projections)
            else:
                state.update(zip(('q_proj_weight', 'k_proj_weight', 'v_proj_weight'), projections))
            size = query.shape[1], key.shape[1]
            hidden = i['mask'][0] == 0 if i['mask'] else None
            future = torch.ones(size).triu(1).bool() if causal else None
            options = {'key_padding_mask': hidden, 'attn_mask': future, 'average_attn_weights': False}
            output, seen = torch.nn.utils.stateless.functional_call(layer, state, (query, key, value), options)
            return {'output': output, 'weights': seen}[port]

        return function

    def attend(name, ports, channels, heads, mask=None, training=True, port='output', **options):
        inputs = {p: numbers(2, lengths[p], channels[p]) if p in ports else [] for p in lengths}
        inputs['mask'] = [] if mask is None else torch.tensor(mask)
        source = {'query': 'query', 'key': 'key' if 'key' in ports else 'query'}
        source['value'] = 'value' if 'value' in ports else source['key']
        sizes = {name: channels[source[name]] for name in lengths}
        weights = weights_of(sizes, channels['query'], channels['query'])
        function = module(heads, training=training, port=port, **options)
        params = {'heads': heads, **options}
        case(name, 'multi-head-attention', function, inputs, weights, params, training, port=port)

    same = {'query': 4}
    masked = [[1, 1, 0], [1, 0, 0]]
    attend('self', ('query',), same, 2)
    attend('cross', ('query', 'key'), {'query': 4, 'key': 3}, 2)
    attend('cross with values of their own', ('query', 'key', 'value'), {'query': 6, 'key': 3, 'value': 2}, 3)
    attend('causal', ('query',), same, 2, causal=True)
    attend('masked', ('query',), same, 2, masked)
    attend('causal and masked', ('query',), same, 4, masked, causal=True)
    attend('masked keys', ('query', 'key'), {'query': 4, 'key': 3}, 2, [[1, 0, 1, 1, 0], [0, 0, 1, 0, 0]])
    attend('weights', ('query', 'key'), {'query': 4, 'key': 3}, 2, port='weights')
    attend('evaluation does without dropout', ('query',), same, 2, training=False, dropout=0.5)

    def rotary(i, w):
        x = i['query'][0]
        length, heads, size = x.shape[1], 2, 6
        waves = torch.polar(torch.ones(length, size // 2).double(), torch.outer(
            torch.arange(length).double(), 10000 ** (-torch.arange(size // 2).double() * 2 / size)))

        def split(name):
            return (x @ w[f'{name}-kernel']).unflatten(2, (heads, size)).transpose(1, 2)

        def turned(name):
            halves = split(name).unflatten(3, (2, size // 2)).transpose(3, 4).contiguous()
            return torch.view_as_real(torch.view_as_complex(halves) * waves).transpose(3, 4).flatten(3)

        seen = (turned('query') @ turned('key').transpose(2, 3) / size ** 0.5).softmax(3)
        return (seen @ split('value')).transpose(1, 2).flatten(2) @ w['output-kernel']

    weights = weights_of({'query': 4, 'key': 4, 'value': 4}, 12, 4, bias=False)
    angles = torch.outer(torch.arange(3).double(), 10000 ** (-torch.arange(3).double() / 3))
    inputs = {'query': numbers(2, 3, 4), 'key': [], 'value': [], 'mask': []}
    params = {'heads': 2, 'rotary': True, 'keyDimension': 6, 'bias': False}
    case('rotary', 'multi-head-attention', rotary, inputs, weights, params)
    cases[-1]['weights'].update({'rotation-sine': stored(angles.sin()), 'rotation-cosine': stored(angles.cos())})


def sequences():
    def mean(i, w):
        counts = i['mask'][0][..., None]
        return (i['input'][0] * counts).sum(1) / counts.sum(1)

    def positions(i, w):
        return i['input'][0] + w['table']

    x = numbers(2, 3, 4)
    case('with a mask', 'sequence-mean', mean, {'input': x, 'mask': torch.tensor([[1, 1, 0], [0, 1, 0]])})
    case('all positions', 'sequence-mean', lambda i, w: i['input'][0].mean(1), {'input': numbers(2, 3, 4), 'mask': []})
    case('last', 'take-step', lambda i, w: i['input'][0][:, -1], {'input': numbers(2, 3, 4), 'mask': []})
    learned = {'kind': 'learned'}
    case('learned', 'positional-encoding', positions, {'input': numbers(2, 3, 4)}, {'table': numbers(3, 4)}, learned)


dense()
convolutions()
pooling()
batch_norm(True)
batch_norm(False)
unary('relu', F.relu)
unary('leaky-relu', lambda x: F.leaky_relu(x, 0.25), {'slope': 0.25})
unary('gelu', F.gelu)
unary('silu', F.silu)
unary('sigmoid', torch.sigmoid)
unary('tanh', torch.tanh)
unary('softmax', lambda x: F.softmax(x, -1))
merges()
losses()
unary('elu', lambda x: F.elu(x, 0.5), {'alpha': 0.5})
norms()
global_pooling()
more_losses()
embeddings()
attention()
sequences()

lines = ',\n'.join(json.dumps(entry) for entry in cases)
pathlib.Path(__file__).with_name('layers.json').write_text(f'[\n{lines}\n]\n')
