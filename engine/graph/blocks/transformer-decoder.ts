import { blockGraph, defineBlock, port } from '../block.ts';
import { feedForward, residual } from './residual.ts';
import { transformerFields } from './transformer-fields.ts';

export default defineBlock({
  type: 'transformer-decoder',
  title: 'Transformer decoder block',
  summary: 'Causal self-attention, attention to the memory of an encoder, and a feed-forward network.',
  doc:
    'Every position gathers from those before it, then from the memory, then is worked on by itself. Repeated, every round sees the ' +
    'same memory. Vaswani et al., NeurIPS 2017; with the norm before each part, Xiong et al., ICML 2020.',
  keywords: ['seq2seq', 'cross-attention', 'attention', 'translation', 'causal'],
  fields: transformerFields,
  build(params) {
    const { heads, dropout } = params;
    const looking = (id: string, wires: readonly string[], causal: boolean) => ({
      layers: { [id]: ['multi-head-attention', { heads, dropout, causal }] as const },
      wires,
      from: `${id}.query`,
      to: id,
    });
    const self = looking('self-attention', ['mask → self-attention.mask'], true);
    const cross = looking(
      'cross-attention',
      ['memory → cross-attention.key', 'memory-mask → cross-attention.mask'],
      false,
    );
    const attended = residual('attended', 'input', self, params);
    const crossed = residual('crossed', attended.leaves, cross, params);
    const fed = residual('fed', crossed.leaves, feedForward(params), params);
    return blockGraph(
      {
        input: port('input', 'input'),
        // Without it the second attention would look at its own sequence, and ahead.
        memory: ['group-input', { name: 'memory', required: true }],
        mask: port('input', 'mask'),
        'memory-mask': port('input', 'memory-mask'),
        ...attended.layers,
        ...crossed.layers,
        ...fed.layers,
        output: port('output', 'output'),
      },
      [...attended.wires, ...crossed.wires, ...fed.wires, `${fed.leaves} → output`],
    );
  },
});
