import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { tanh } from '../ops/tanh.ts';
import { recurrentLayer } from './recurrent.ts';

export default recurrentLayer(
  {
    type: 'simple-rnn',
    title: 'SimpleRNN',
    summary: 'Reads a sequence step by step with a short memory.',
    doc:
      '$h_t = \\tanh(x_t W + h_{t-1} U + b)$. *batch × length × channels* becomes *batch × units*, or *batch × length × units* with every ' +
      'step. Elman, "Finding structure in time", Cognitive Science 1990.\n\n' +
      'It forgets within some ten steps, because gradients fade on the way back; LSTM and GRU are made against that. With a mask, ' +
      'steps that do not count leave the state as it is.',
    keywords: ['recurrent', 'rnn', 'elman', 'sequence', 'time series'],
  },
  {
    gates: 1,
    states: ['hidden'],
    cell: (b, input, [hidden], [kernel]) => [tanh(b, add(b, input, matmul(b, hidden, kernel)))],
  },
);
