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
    """`inputs`: tensors by port, several in a list. `function` gets the same, and the weights by name; `port`: what it gives."""
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
        **({'port': port} if port else {}),
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


def decisions():
    def several(i, w):
        weights = torch.full((4,), 2.5, dtype=torch.float64)
        scores, target = i['prediction'][0], i['target'][0]
        return F.binary_cross_entropy_with_logits(scores, target, pos_weight=weights, reduction='none').mean(1)

    def two_classes(i, w):
        scores, target = i['prediction'][0][:, 0], i['target'][0].double()
        return F.binary_cross_entropy_with_logits(scores, target, reduction='none')

    rows = {'prediction': numbers(3, 4), 'target': probabilities(3, 4)}
    case('several labels', 'binary-cross-entropy', several, rows, params={'positiveWeight': 2.5})
    classes = {'prediction': numbers(3, 1), 'target': torch.tensor([1, 0, 1])}
    case('two classes', 'binary-cross-entropy', two_classes, classes)


def ncl(x):
    return x.transpose(1, 2)


def sequences():
    def convolution(name, sequence, kernel, params, **options):
        weights = {'kernel': numbers(*kernel), 'bias': numbers(kernel[2])}
        params = {'filters': kernel[2], 'size': [kernel[0]], **params}

        def function(i, w):
            return ncl(F.conv1d(ncl(i['input'][0]), w['kernel'].permute(2, 1, 0), w['bias'], **options))

        case(name, 'conv1d', function, {'input': numbers(*sequence)}, weights, params)

    def pool(name, layer, function, params=None):
        inputs = {'input': distinct(2, 7, 3)}
        case(name, layer, lambda i, w: function(ncl(i['input'][0])), inputs, params=params)

    convolution('same', (2, 5, 3), (4, 3, 2), {'padding': 'same'}, padding='same')
    convolution('stride and dilation', (2, 8, 2), (3, 2, 3), {'stride': [2], 'dilation': [2]}, stride=2, dilation=2)
    same = {'size': [3], 'stride': [1], 'padding': 'same'}
    pool('valid', 'max-pool1d', lambda x: ncl(F.max_pool1d(x, 2)))
    pool('same', 'max-pool1d', lambda x: ncl(F.max_pool1d(x, 3, 1, 1)), same)
    pool('valid', 'avg-pool1d', lambda x: ncl(F.avg_pool1d(x, 2)))
    pool('same', 'avg-pool1d', lambda x: ncl(F.avg_pool1d(x, 3, 1, 1, count_include_pad=False)), same)
    pool('sequences', 'global-avg-pool1d', lambda x: x.mean(2))
    pool('sequences', 'global-max-pool1d', lambda x: x.amax(2))


def more_convolutions():
    def grouped(x, kernel, **options):
        """`kernel`: [rows, columns, channels * multiplier], as Strata has it."""
        return F.conv2d(nchw(x), kernel.permute(2, 0, 1).unsqueeze(1), groups=x.shape[3], **options)

    def depthwise(i, w):
        return nhwc(grouped(i['input'][0], w['kernel'], padding='same')) + w['bias']

    def multiplied(i, w):
        return nhwc(grouped(i['input'][0], w['kernel'], stride=(2, 1), dilation=(1, 2)))

    def separable(i, w):
        filtered = grouped(i['input'][0], w['depthwise-kernel'], stride=2)
        return nhwc(F.conv2d(filtered, oihw(w['kernel']), w['bias']))

    def transposed(i, w, **options):
        return nhwc(F.conv_transpose2d(nchw(i['input'][0]), oihw(w['kernel']), w['bias'], **options))

    image = lambda: {'input': numbers(2, 5, 4, 2)}
    weights = {'kernel': numbers(3, 3, 2), 'bias': numbers(2)}
    case('same', 'depthwise-conv2d', depthwise, image(), weights, {'padding': 'same'})
    params = {'size': [2, 2], 'stride': [2, 1], 'dilation': [1, 2], 'multiplier': 3, 'bias': False}
    case('multiplier, stride and dilation', 'depthwise-conv2d', multiplied, image(), {'kernel': numbers(2, 2, 6)}, params)
    weights = {'depthwise-kernel': numbers(2, 3, 4), 'kernel': numbers(1, 1, 4, 3), 'bias': numbers(3)}
    params = {'filters': 3, 'size': [2, 3], 'stride': [2, 2], 'multiplier': 2}
    case('multiplier and stride', 'separable-conv2d', separable, image(), weights, params)

    kernel = lambda rows, columns: {'kernel': numbers(rows, columns, 3, 2), 'bias': numbers(3)}
    same = lambda i, w: transposed(i, w, stride=2, padding=1)
    case('same', 'conv-transpose2d', same, image(), kernel(4, 4), {'filters': 3})
    valid = lambda i, w: transposed(i, w, stride=(1, 3), dilation=(2, 1))
    params = {'filters': 3, 'size': [3, 2], 'stride': [1, 3], 'dilation': [2, 1], 'padding': 'valid'}
    case('valid, stride and dilation', 'conv-transpose2d', valid, image(), kernel(3, 2), params)
    # The odd row and column of the border are at the bottom and on the right, as in a convolution of the larger image.
    odd = lambda i, w: transposed(i, w, stride=2)[:, :-1, :-1]
    params = {'filters': 3, 'size': [3, 3]}
    case('same, window that the stride does not divide', 'conv-transpose2d', odd, image(), kernel(3, 3), params)


def image_shapes():
    def case_of(name, layer, function, params):
        case(name, layer, lambda i, w: nhwc(function(nchw(i['input'][0]))), {'input': numbers(2, 4, 3, 2)}, params=params)

    def bilinear(x):
        return F.interpolate(x, scale_factor=(3, 2), mode='bilinear', align_corners=False)

    case_of('nearest', 'upsample2d', lambda x: F.interpolate(x, scale_factor=(3, 2)), {'factor': [3, 2]})
    case_of('bilinear', 'upsample2d', bilinear, {'factor': [3, 2], 'method': 'linear'})
    case_of('borders', 'zero-pad2d', lambda x: F.pad(x, (3, 0, 1, 2)), {'border': [1, 2, 3, 0]})
    case_of('borders', 'crop2d', lambda x: F.pad(x, (-1, 0, -1, -2)), {'border': [1, 2, 1, 0]})


def more_norms():
    def grouped(i, w):
        return nhwc(F.group_norm(nchw(i['input'][0]), 3, w['scale'], w['offset'], 0.125))

    def instances(i, w):
        return nhwc(F.instance_norm(nchw(i['input'][0]), weight=w['scale'], bias=w['offset'], eps=0.125))

    image = lambda: {'input': numbers(2, 3, 2, 6)}
    weights = lambda: {'scale': numbers(6), 'offset': numbers(6)}
    case('images', 'group-norm', grouped, image(), weights(), {'groups': 3, 'epsilon': 0.125})
    case('images', 'instance-norm', instances, image(), weights(), {'epsilon': 0.125})


def more_activations():
    for layer, function in {
        'softsign': F.softsign,
        # F.hardsigmoid rounds 1/6 to float32 in its gradient.
        'hard-sigmoid': lambda x: F.relu6(x + 3) / 6,
        'hard-swish': F.hardswish,
        'relu6': F.relu6,
        'mish': F.mish,
        'selu': F.selu,
    }.items():
        case('values', layer, lambda i, w: function(i['input'][0]), {'input': numbers(3, 5) * 4})

    def prelu(i, w):
        return nhwc(F.prelu(nchw(i['input'][0]), w['slope']))

    case('images', 'prelu', prelu, {'input': numbers(2, 2, 3, 4)}, {'slope': numbers(4)})


def more_merges():
    pair = lambda: {'x': numbers(2, 3, 4), 'y': numbers(2, 3, 4)}
    several = lambda: {'inputs': [distinct(2, 3) for _ in range(3)]}
    factors = {'inputs': [numbers(2, 3, 2, 4), numbers(2, 1, 1, 4)]}
    case('rows', 'subtract', lambda i, w: i['x'][0] - i['y'][0], pair())
    case('three inputs', 'average', lambda i, w: sum(i['inputs']) / 3, several())
    different = lambda: {'inputs': [distinct(2, 3), distinct(2, 3) + 1 / 64]}
    case('two inputs', 'maximum', lambda i, w: torch.maximum(*i['inputs']), different())
    case('two inputs', 'minimum', lambda i, w: torch.minimum(*i['inputs']), different())
    case('a factor per channel', 'multiply', lambda i, w: i['inputs'][0] * i['inputs'][1], factors)
    case('sequences', 'dot', lambda i, w: (i['x'][0] * i['y'][0]).sum(-1, keepdim=True), pair())
    cosine = lambda i, w: F.cosine_similarity(i['x'][0], i['y'][0], -1).unsqueeze(-1)
    case('sequences', 'cosine-similarity', cosine, pair())
    case('rows', 'stack', lambda i, w: torch.stack(i['inputs'], 1), several())


def tensor_shapes():
    def shaped(name, layer, function, params, port=None):
        case(name, layer, lambda i, w: function(i['input'][0]), {'input': distinct(2, 3, 4)}, params=params, port=port)

    shaped('sequences', 'unit-norm', lambda x: F.normalize(x, dim=-1), {})
    shaped('sequences', 'permute', lambda x: x.permute(0, 2, 1), {'order': [2, 1]})
    shaped('positions', 'slice', lambda x: x[:, -2:], {'axis': 1, 'start': -2, 'count': 2})
    shaped('channels', 'gather', lambda x: x[..., [3, 0, 3]], {'positions': [3, 0, 3]})
    shaped('first part', 'split', lambda x: x.split([1, 3], -1)[0], {'count': 1}, 'first')
    shaped('second part', 'split', lambda x: x.split([1, 3], -1)[1], {'count': 1}, 'rest')
    shaped('sequences', 'repeat', lambda x: x.unsqueeze(1).expand(-1, 3, -1, -1), {'count': 3})
    shaped('mean of positions', 'reduce', lambda x: x.mean(1), {'axis': 1})
    shaped('sum', 'reduce', lambda x: x.sum(-1), {'method': 'sum'})
    shaped('largest position', 'reduce', lambda x: x.amax(1, keepdim=True), {'axis': 1, 'method': 'max', 'keep': True})
    shaped('smallest', 'reduce', lambda x: x.amin(-1), {'method': 'min'})
    weights = {'scale': numbers(4), 'offset': numbers(4)}
    scale = lambda i, w: i['input'][0] * w['scale'] + w['offset']
    case('with an offset', 'scale', scale, {'input': numbers(2, 3, 4)}, weights, {'offset': True})


def more_sequences():
    def transposed(name, params, **options):
        def function(i, w):
            return ncl(F.conv_transpose1d(ncl(i['input'][0]), w['kernel'].permute(2, 1, 0), w['bias'], **options))

        weights = {'kernel': numbers(4, 3, 2), 'bias': numbers(3)}
        case(name, 'conv-transpose1d', function, {'input': numbers(2, 5, 2)}, weights, {'filters': 3, **params})

    def shaped(name, layer, function, params):
        case(name, layer, lambda i, w: ncl(function(ncl(i['input'][0]))), {'input': numbers(2, 5, 2)}, params=params)

    def causal(i, w):
        padded = F.pad(ncl(i['input'][0]), (4, 0))
        return ncl(F.conv1d(padded, w['kernel'].permute(2, 1, 0), w['bias'], stride=2, dilation=2))

    transposed('same', {}, stride=2, padding=1)
    transposed('valid and dilated', {'stride': [3], 'dilation': [2], 'padding': 'valid'}, stride=3, dilation=2)
    linear = lambda x: F.interpolate(x, scale_factor=3, mode='linear', align_corners=False)
    shaped('nearest', 'upsample1d', lambda x: F.interpolate(x, scale_factor=3), {'factor': [3]})
    shaped('linear', 'upsample1d', linear, {'factor': [3], 'method': 'linear'})
    shaped('borders', 'zero-pad1d', lambda x: F.pad(x, (2, 1)), {'border': [2, 1]})
    shaped('borders', 'crop1d', lambda x: x[:, :, 2:-1], {'border': [2, 1]})
    weights = {'kernel': numbers(3, 2, 3), 'bias': numbers(3)}
    params = {'filters': 3, 'size': [3], 'stride': [2], 'dilation': [2], 'padding': 'causal'}
    case('causal', 'conv1d', causal, {'input': numbers(2, 6, 2)}, weights, params)


def volumes():
    def convolution(name, volume, kernel, params, **options):
        weights = {'kernel': numbers(*kernel), 'bias': numbers(kernel[4])}
        params = {'filters': kernel[4], 'size': list(kernel[:3]), **params}

        def function(i, w):
            x = i['input'][0].permute(0, 4, 1, 2, 3)
            return F.conv3d(x, w['kernel'].permute(4, 3, 0, 1, 2), w['bias'], **options).permute(0, 2, 3, 4, 1)

        case(name, 'conv3d', function, {'input': numbers(*volume)}, weights, params)

    def pool(name, layer, function, params=None):
        def pooled(i, w):
            return function(i['input'][0].permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1)

        case(name, layer, pooled, {'input': distinct(1, 4, 3, 4, 2)}, params=params)

    convolution('same', (1, 3, 4, 3, 2), (3, 3, 1, 2, 2), {'padding': 'same'}, padding='same')
    steps = {'stride': [2, 1, 2], 'dilation': [1, 2, 1]}
    convolution('stride and dilation', (2, 4, 4, 4, 1), (2, 2, 3, 1, 2), steps, stride=(2, 1, 2), dilation=(1, 2, 1))
    same = {'size': [3, 3, 3], 'stride': [1, 1, 1], 'padding': 'same'}
    pool('valid', 'max-pool3d', lambda x: F.max_pool3d(x, 2))
    pool('same', 'max-pool3d', lambda x: F.max_pool3d(x, 3, 1, 1), same)
    pool('valid', 'avg-pool3d', lambda x: F.avg_pool3d(x, 2))
    pool('same', 'avg-pool3d', lambda x: F.avg_pool3d(x, 3, 1, 1, count_include_pad=False), same)
    volume = lambda: {'input': distinct(2, 2, 3, 2, 3)}
    case('volumes', 'global-avg-pool3d', lambda i, w: i['input'][0].mean((1, 2, 3)), volume())
    case('volumes', 'global-max-pool3d', lambda i, w: i['input'][0].amax((1, 2, 3)), volume())
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


def token_sequences():
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


def recurrent():
    cells = {'lstm': (torch._VF.lstm, 4), 'gru': (torch._VF.gru, 3), 'simple-rnn': (torch._VF.rnn_tanh, 1)}
    states = {'lstm': ['hidden', 'cell'], 'gru': ['hidden'], 'simple-rnn': ['hidden']}

    def directions(tensor, count):
        """[batch, directions * units] as PyTorch has it: [directions, batch, units]."""
        return torch.stack(tensor.chunk(count, 1))

    def run(layer, i, w, bidirectional):
        function, gates = cells[layer]
        names = ['', 'backward-'] if bidirectional else ['']
        flat = []
        for name in names:
            recurrent_bias = w.get(f'{name}recurrent-bias', torch.zeros_like(w[f'{name}bias']))
            flat += [w[f'{name}kernel'].T, w[f'{name}recurrent-kernel'].T, w[f'{name}bias'], recurrent_bias]
        x = i['input'][0]
        units = w['recurrent-kernel'].shape[0]
        zeros = x.new_zeros(x.shape[0], units * len(names))
        first = [directions(i[state][0] if i[state] else zeros, len(names)) for state in states[layer]]
        carried = first if layer == 'lstm' else first[0]
        output, *last = function(x, carried, flat, True, 1, 0.0, False, bidirectional, True)
        return output, [torch.cat(list(state), 1) for state in last]

    for layer, (_, gates) in cells.items():
        def weights(channels, units, names=('',)):
            made = {}
            for name in names:
                made[f'{name}kernel'] = numbers(channels, gates * units)
                made[f'{name}recurrent-kernel'] = numbers(units, gates * units)
                made[f'{name}bias'] = numbers(gates * units)
                if layer == 'gru':
                    made[f'{name}recurrent-bias'] = numbers(gates * units)
            return made

        def inputs(**given):
            unconnected = {'mask': [], **{state: [] for state in states[layer]}}
            return {'input': numbers(2, 4, 3), **unconnected, **given}

        every = {'units': 2, 'sequences': True}
        both = {**every, 'bidirectional': True}
        last = lambda i, w: run(layer, i, w, False)[1][0]
        case('last state', layer, last, inputs(), weights(3, 2), {'units': 2})
        first = {state: numbers(2, 2) for state in states[layer]}
        case('every step', layer, lambda i, w: run(layer, i, w, False)[0], inputs(**first), weights(3, 2), every)
        pair = weights(3, 2, ('', 'backward-'))
        case('both directions', layer, lambda i, w: run(layer, i, w, True)[0], inputs(), pair, both)
        hidden = lambda i, w: run(layer, i, w, True)[1][-1]
        case('what is handed on', layer, hidden, inputs(), pair, both, port=states[layer][-1])

    def masked(i, w):
        """Steps at the end do not count: each sequence by itself, only as far as it goes."""
        rows = zip(i['input'][0], i['mask'][0].sum(1))
        alone = [{'input': [x[None, :length]], 'hidden': [], 'cell': []} for x, length in rows]
        return torch.cat([run('lstm', row, w, False)[1][0] for row in alone])

    weights = {'kernel': numbers(3, 8), 'recurrent-kernel': numbers(2, 8), 'bias': numbers(8)}
    mask = torch.tensor([[1, 1, 1, 0], [1, 0, 0, 0]])
    inputs = {'input': numbers(2, 4, 3), 'mask': mask, 'hidden': [], 'cell': []}
    case('with a mask', 'lstm', masked, inputs, weights, {'units': 2})


def over_positions(penalties, counts):
    """Mean over the positions of each example that count; 0 where none does."""
    axes = tuple(range(1, penalties.dim()))
    return (penalties * counts).sum(axes) / counts.sum(axes).clamp(min=1)


def positions():
    mask = torch.tensor([[1, 1, 0], [0, 1, 1]])
    indices = torch.tensor([[2, 0, 1], [0, 3, 3]])

    def tokens(target, counts, **options):
        options = {'reduction': 'none', **options}
        return lambda i, w: over_positions(
            F.cross_entropy(i['prediction'][0].movedim(-1, 1), target, **options), counts)

    scores = lambda *shape: {'prediction': numbers(*shape), 'target': indices}
    every, known = torch.ones(2, 3), (indices != 3).double()
    case('sequences', 'cross-entropy', tokens(indices, every), scores(2, 3, 4))
    weights = torch.tensor([0.5, 2, 1, 4]).double()
    ignored = tokens(indices, known, weight=weights, ignore_index=3, label_smoothing=0.25)
    params = {'smoothing': 0.25, 'ignore': 3, 'weighting': 'given', 'classWeights': weights.tolist()}
    case('weights, ignored index and smoothing', 'cross-entropy', ignored, scores(2, 3, 4), params=params)
    cases[-1]['weights'] = {'class-weights': stored(weights)}
    masked = tokens(indices, known * mask, ignore_index=3)
    case('mask and ignored index', 'cross-entropy', masked, {**scores(2, 3, 4), 'mask': mask}, params={'ignore': 3})
    pixels = torch.tensor([[[1, 0, 2], [2, 2, 0]]])
    inputs = {'prediction': numbers(1, 2, 3, 3), 'target': pixels}
    case('images', 'cross-entropy', tokens(pixels, torch.ones(1, 2, 3)), inputs)
    # Where every position counts and no class has a weight, the batch's mean is PyTorch's own.
    plain = F.cross_entropy(torch.tensor(cases[-4]['inputs']['prediction'][0]['values']).view(6, 4), indices.flatten())
    assert abs(plain - sum(cases[-4]['output']['values']) / 2) < 1e-6

    def decisions(i, w):
        penalties = F.binary_cross_entropy_with_logits(i['prediction'][0], i['target'][0], reduction='none')
        return over_positions(penalties, mask[..., None].expand_as(penalties))

    def squared(i, w):
        penalties = F.mse_loss(i['prediction'][0], i['target'][0], reduction='none')
        return over_positions(penalties, mask[..., None].expand_as(penalties))

    labels = {'prediction': numbers(2, 3, 2), 'target': probabilities(2, 3, 2), 'mask': mask}
    case('positions that count', 'binary-cross-entropy', decisions, labels)
    case('positions that count', 'mse', squared, {'prediction': numbers(2, 3, 2), 'target': numbers(2, 3, 2), 'mask': mask})


def margins():
    def several(power):
        return lambda i, w: F.multi_margin_loss(i['prediction'][0], i['target'][0], power, 0.75, reduction='none')

    def decisions(i, w):
        return (0.75 - i['target'][0] * i['prediction'][0]).clamp(min=0).mean(1)

    classes = torch.tensor([2, 0, 1])
    inputs = lambda: {'prediction': distinct(3, 4), 'target': classes}
    case('classes', 'multi-class-hinge', several(1), inputs(), params={'margin': 0.75})
    case('squared', 'multi-class-hinge', several(2), inputs(), params={'margin': 0.75, 'squared': True})
    signs = torch.tensor([[1, -1, 1, -1], [-1, -1, 1, 1], [1, 1, 1, -1]]).double()
    case('signs', 'hinge', decisions, {'prediction': distinct(3, 4), 'target': signs}, params={'margin': 0.75})
    cases[-1]['inputGradients']['target'] = [None]


def embedding_losses():
    def triplet(i, w):
        return F.triplet_margin_loss(i['anchor'][0], i['positive'][0], i['negative'][0], margin=2, reduction='none')

    def cosine_triplet(i, w):
        return F.triplet_margin_with_distance_loss(
            i['anchor'][0], i['positive'][0], i['negative'][0], margin=0.5, reduction='none',
            distance_function=lambda x, y: 1 - F.cosine_similarity(x, y))

    def pairs(i, w):
        signs = i['target'][0] * 2 - 1
        return F.cosine_embedding_loss(i['x'][0], i['y'][0], signs, margin=0.25, reduction='none')

    def clip(i, w):
        x, y = F.normalize(i['x'][0]), F.normalize(i['y'][0])
        right = torch.arange(len(x))
        return (F.cross_entropy(x @ y.T / 0.25, right, reduction='none')
                + F.cross_entropy(y @ x.T / 0.25, right, reduction='none')) / 2

    def simclr(i, w):
        z = F.normalize(torch.cat([i['x'][0], i['y'][0]]))
        count = len(z) // 2
        scores = (z @ z.T / 0.25).masked_fill(torch.eye(2 * count).bool(), -torch.inf)
        loss = F.cross_entropy(scores, torch.arange(2 * count).roll(count), reduction='none')
        return (loss[:count] + loss[count:]) / 2

    rows = lambda *ports: {port: distinct(4, 5) for port in ports}
    triplets = lambda: rows('anchor', 'positive', 'negative')
    case('euclidean', 'triplet-margin', triplet, triplets(), params={'margin': 2})
    case('cosine', 'triplet-margin', cosine_triplet, triplets(), params={'margin': 0.5, 'distance': 'cosine'})
    # Long vectors: PyTorch adds 1e-12 to their squared lengths.
    inputs = {'x': distinct(4, 5) * 32, 'y': distinct(4, 5) * 32, 'target': torch.tensor([1, 0, 0, 1])}
    case('pairs', 'cosine-embedding', pairs, inputs, params={'margin': 0.25})
    case('the other view', 'info-nce', clip, rows('x', 'y'), params={'temperature': 0.25})
    case('both views', 'info-nce', simclr, rows('x', 'y'), params={'temperature': 0.25, 'others': 'both views'})


def distributions():
    def divergence(i, w):
        return F.kl_div(i['prediction'][0].log_softmax(-1), i['target'][0], reduction='none').sum(-1)

    def latent(i, w):
        found = torch.distributions.Normal(i['mean'][0], (i['log-variance'][0] / 2).exp())
        return torch.distributions.kl_divergence(found, torch.distributions.Normal(0, 1)).sum(-1)

    def alignments(blank, padding):
        def function(i, w):
            scores = i['prediction'][0].log_softmax(-1).transpose(0, 1)
            target = i['target'][0]
            steps = i['mask'][0].sum(1) if i['mask'] else torch.full((2,), 7)
            lengths = (target != padding).sum(1)
            loss = F.ctc_loss(scores, target, steps, lengths, blank, 'none', zero_infinity=True)
            return loss / lengths.clamp(min=1)

        return function

    case('rows', 'kl-divergence', divergence, {'prediction': numbers(3, 4), 'target': probabilities(3, 4)})
    case('rows', 'gaussian-kl', latent, {'mean': numbers(3, 4), 'log-variance': numbers(3, 4)})
    target = torch.tensor([[1, 1, 3], [2, 0, 0]])
    case('padded', 'ctc', alignments(0, 0), {'prediction': numbers(2, 7, 4), 'target': target, 'mask': []})
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1, 1]])
    inputs = {'prediction': numbers(2, 7, 4), 'target': torch.tensor([[1, 0, 1], [0, 0, -1]]), 'mask': mask}
    case('another blank, with a mask', 'ctc', alignments(3, -1), inputs, params={'blank': 3, 'padding': -1})

    def later(i, w):
        return F.pad(i['input'][0], (0, 0, 1, -1), value=3)

    def earlier(i, w):
        return F.pad(i['input'][0], (0, 0, -2, 2))

    case('later', 'shift', later, {'input': numbers(2, 4, 3)}, params={'value': 3})
    case('earlier', 'shift', earlier, {'input': numbers(2, 4, 3)}, params={'by': -2})


def more_volumes():
    ncdhw = lambda x: x.permute(0, 4, 1, 2, 3)
    ndhwc = lambda x: x.permute(0, 2, 3, 4, 1)

    def shaped(name, layer, function, params):
        case(name, layer, lambda i, w: ndhwc(function(ncdhw(i['input'][0]))), {'input': numbers(1, 2, 3, 2, 2)}, params=params)

    def transposed(name, params, **options):
        def function(i, w):
            kernel = w['kernel'].permute(4, 3, 0, 1, 2)
            return ndhwc(F.conv_transpose3d(ncdhw(i['input'][0]), kernel, w['bias'], **options))

        weights = {'kernel': numbers(*params['size'], 3, 2), 'bias': numbers(3)}
        case(name, 'conv-transpose3d', function, {'input': numbers(1, 2, 3, 2, 2)}, weights, {'filters': 3, **params})

    transposed('same', {'size': [4, 4, 2]}, stride=2, padding=(1, 1, 0))
    steps = {'size': [2, 3, 2], 'stride': [3, 1, 2], 'dilation': [2, 1, 1], 'padding': 'valid'}
    transposed('valid, stride and dilation', steps, stride=(3, 1, 2), dilation=(2, 1, 1))
    trilinear = lambda x: F.interpolate(x, scale_factor=(2, 3, 2), mode='trilinear', align_corners=False)
    shaped('nearest', 'upsample3d', lambda x: F.interpolate(x, scale_factor=(2, 1, 3)), {'factor': [2, 1, 3]})
    shaped('trilinear', 'upsample3d', trilinear, {'factor': [2, 3, 2], 'method': 'linear'})
    shaped('borders', 'zero-pad3d', lambda x: F.pad(x, (1, 0, 2, 1, 0, 1)), {'border': [0, 1, 2, 1, 1, 0]})
    shaped('borders', 'crop3d', lambda x: x[:, :, 1:, 1:-1, :-1], {'border': [1, 0, 1, 1, 0, 1]})


def filtered_sequences():
    def filters(x, kernel, **options):
        return F.conv1d(ncl(x), kernel.permute(1, 0).unsqueeze(1), groups=x.shape[2], **options)

    def depthwise(i, w):
        return ncl(filters(i['input'][0], w['kernel'], stride=2, dilation=2))

    def separable(i, w):
        own = filters(F.pad(i['input'][0], (0, 0, 2, 0)), w['depthwise-kernel'])
        return ncl(F.conv1d(own, w['kernel'].permute(2, 1, 0), w['bias']))

    params = {'size': [2], 'stride': [2], 'dilation': [2], 'multiplier': 2, 'bias': False}
    inputs = lambda: {'input': numbers(2, 6, 3)}
    case('multiplier, stride and dilation', 'depthwise-conv1d', depthwise, inputs(), {'kernel': numbers(2, 6)}, params)
    weights = {'depthwise-kernel': numbers(3, 3), 'kernel': numbers(1, 3, 4), 'bias': numbers(4)}
    case('causal', 'separable-conv1d', separable, inputs(), weights, {'filters': 4, 'padding': 'causal'})


def feed_forward():
    def plain(i, w):
        return F.gelu(i['input'][0] @ w['kernel'] + w['bias']) @ w['output-kernel'] + w['output-bias']

    def gated(i, w):
        wide, gate = (i['input'][0] @ w['kernel']).chunk(2, -1)
        return (F.silu(wide) * gate) @ w['output-kernel']

    inputs = lambda: {'input': numbers(2, 3, 4)}
    weights = {'kernel': numbers(4, 6), 'bias': numbers(6), 'output-kernel': numbers(6, 4), 'output-bias': numbers(4)}
    case('sequences', 'feed-forward', plain, inputs(), weights, {'width': 6})
    weights = {'kernel': numbers(4, 10), 'output-kernel': numbers(5, 4)}
    params = {'width': 5, 'activation': 'silu', 'gate': True, 'bias': False}
    case('SwiGLU', 'feed-forward', gated, inputs(), weights, params)


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
sequences()
more_convolutions()
image_shapes()
more_norms()
more_activations()
more_merges()
tensor_shapes()
more_sequences()
volumes()
embeddings()
attention()
token_sequences()
recurrent()
decisions()
positions()
margins()
embedding_losses()
distributions()
more_volumes()
filtered_sequences()
feed_forward()

lines = ',\n'.join(json.dumps(entry) for entry in cases)
pathlib.Path(__file__).with_name('layers.json').write_text(f'[\n{lines}\n]\n')
