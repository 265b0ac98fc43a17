import { layerOf, layers } from '../../engine/graph/catalogue.ts';
import { CATEGORIES, type Category, type LayerRecord, type Port } from '../../engine/layers/layer.ts';

export { layerOf };

/** Every layer a person can drag, in the palette's order. */
export const LAYERS: readonly LayerRecord[] = layers
  .filter(({ group }) => group === undefined)
  .sort(
    (a, b) =>
      CATEGORIES.indexOf(a.category) - CATEGORIES.indexOf(b.category) || a.title.localeCompare(b.title),
  );

export function inputPort(type: string, port: string): Port | undefined {
  return layerOf(type)?.inputs.find((input) => input.name === port);
}

export const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
  data: 'Data',
  dense: 'Dense',
  convolution: 'Convolution',
  pooling: 'Pooling',
  normalisation: 'Normalisation',
  activation: 'Activation',
  regularisation: 'Regularisation',
  shape: 'Shape',
  merge: 'Merge',
  sequence: 'Sequence',
  group: 'Groups',
  loss: 'Loss',
};
