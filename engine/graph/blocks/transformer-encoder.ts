import { blockGraph, defineBlock, port } from '../block.ts';
import { feedForward, residual } from './residual.ts';
import { transformerFields } from './transformer-fields.ts';

export default defineBlock({
  type: 'transformer-encoder',
  title: 'Transformer encoder block',
  summary: 'Self-attention and a feed-forward network, each with a way around it.',
  doc:
    'Every position gathers from all that the mask lets through, then is worked on by itself. Repeat it for depth. ' +
    'Vaswani et al., NeurIPS 2017; with the norm before each part, Xiong et al., ICML 2020.',
  keywords: ['bert', 'vit', 'self-attention', 'attention', 'mha'],
  fields: transformerFields,
  build(params) {
    const { heads, dropout } = params;
    const attention = {
      layers: { attention: ['multi-head-attention', { heads, dropout }] as const },
      wires: ['mask → attention.mask'],
      from: 'attention.query',
      to: 'attention',
    };
    const attended = residual('attended', 'input', attention, params);
    const fed = residual('fed', attended.leaves, feedForward(params), params);
    return blockGraph(
      {
        input: port('input', 'input'),
        mask: port('input', 'mask'),
        ...attended.layers,
        ...fed.layers,
        output: port('output', 'output'),
      },
      [...attended.wires, ...fed.wires, `${fed.leaves} → output`],
    );
  },
});
