import { blockGraph, defineBlock, port } from '../block.ts';
import { feedForward, residual } from './residual.ts';
import { transformerFields } from './transformer-fields.ts';

const { heads: _, ...fields } = transformerFields;

export default defineBlock({
  type: 'feed-forward',
  title: 'Feed-forward block',
  summary: 'Two dense layers with a way around them, at each position by itself.',
  doc:
    '$y = x + W_2\\, f(W_1 \\operatorname{norm}(x))$, or with the norm after the sum: the part of a Transformer between two ' +
    'attentions. Vaswani et al., NeurIPS 2017.',
  keywords: ['ffn', 'mlp', 'transformer', 'residual'],
  fields,
  build(params) {
    const fed = residual('fed', 'input', feedForward(params), params);
    return blockGraph({ input: port('input', 'input'), ...fed.layers, output: port('output', 'output') }, [
      ...fed.wires,
      `${fed.leaves} → output`,
    ]);
  },
});
