import type { Fields } from '../../engine/core/fields.ts';
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
  augmentation: 'Augmentation',
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

/** Fields that a form shows: which definition a group places is not typed in, and a port is named where its group lists it. */
export function formFields({ fields, group }: LayerRecord): Fields {
  if (!group) return fields;
  const { group: _, name: __, ...shown } = fields;
  return shown;
}

/** The type of the layer that has this part in groups. */
export function typeFor(part: NonNullable<LayerRecord['group']>): string {
  return layers.find(({ group }) => group === part)!.type;
}
