import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { tanh } from '../ops/tanh.ts';
import { gate, recurrentLayer } from './recurrent.ts';

export default recurrentLayer(
  {
    type: 'lstm',
    title: 'LSTM',
    summary: 'Reads a sequence step by step and remembers over long stretches.',
    doc:
      '$c_t = \\sigma(f) c_{t-1} + \\sigma(i) \\tanh(g)$, $h_t = \\sigma(o) \\tanh(c_t)$ with the gates $(i, f, g, o) = x_t W + h_{t-1} U + b$: ' +
      'long short-term memory. *batch × length × channels* becomes *batch × units*, or *batch × length × units* with every step. ' +
      'Hochreiter & Schmidhuber, Neural Computation 1997; with forget gates: Gers et al., 2000.\n\n' +
      'The gates stand in the order of PyTorch; the forget gate begins with an offset of 1. With a mask, steps that do not count leave ' +
      'the state as it is. States can be handed from one layer to another, as from an encoder to a decoder.',
    keywords: ['recurrent', 'rnn', 'memory', 'sequence', 'time series'],
  },
  {
    gates: 4,
    states: ['hidden', 'cell'],
    // A cell that forgets nothing at first learns over long stretches: Jozefowicz et al., ICML 2015.
    offsets: [0, 1, 0, 0],
    cell(b, input, [hidden, memory], [kernel]) {
      const gates = add(b, input, matmul(b, hidden, kernel));
      const [, units] = hidden.type.shape;
      const [open, keep, news, show] = [0, 1, 2, 3].map((at) => gate(b, gates, at, units));
      const next = add(b, mul(b, sigmoid(b, keep), memory), mul(b, sigmoid(b, open), tanh(b, news)));
      return [mul(b, sigmoid(b, show), tanh(b, next)), next];
    },
  },
);
