import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { sub } from '../ops/sub.ts';
import { tanh } from '../ops/tanh.ts';
import { gate, recurrentLayer } from './recurrent.ts';

export default recurrentLayer(
  {
    type: 'gru',
    title: 'GRU',
    summary: 'Reads a sequence step by step; as good a memory as LSTM’s with fewer weights.',
    doc:
      '$h_t = (1 - z) n + z h_{t-1}$ with $r = \\sigma(x_t W_r + h_{t-1} U_r + b_r)$, $z = \\sigma(x_t W_z + h_{t-1} U_z + b_z)$ and ' +
      '$n = \\tanh(x_t W_n + b_n + r (h_{t-1} U_n + d))$: gated recurrent unit. *batch × length × channels* becomes *batch × units*, or ' +
      '*batch × length × units* with every step. Cho et al., EMNLP 2014; the reset gate acts after the product, as in PyTorch and cuDNN.\n\n' +
      'The gates stand in the order r, z, n. With a mask, steps that do not count leave the state as it is.',
    keywords: ['recurrent', 'rnn', 'memory', 'sequence', 'time series'],
  },
  {
    gates: 3,
    states: ['hidden'],
    extra: ['recurrent-bias'],
    cell(b, input, [hidden], [kernel, offset]) {
      const [, units] = hidden.type.shape;
      const own = add(b, matmul(b, hidden, kernel), offset);
      const both = (at: number) => add(b, gate(b, input, at, units), gate(b, own, at, units));
      const reset = sigmoid(b, both(0));
      const update = sigmoid(b, both(1));
      const news = tanh(b, add(b, gate(b, input, 2, units), mul(b, reset, gate(b, own, 2, units))));
      return [add(b, news, mul(b, update, sub(b, hidden, news)))];
    },
  },
);
