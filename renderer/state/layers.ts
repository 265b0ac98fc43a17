import type { Port } from '../../engine/layers/layer.ts';
import { CATEGORIES, type Category, type LayerRecord } from '../../engine/layers/layer.ts';
import { records as losses } from '../../engine/layers/losses/registry.gen.ts';
import { records as layers } from '../../engine/layers/registry.gen.ts';

/** Every layer a person can drag, in the palette's order. */
export const LAYERS: readonly LayerRecord[] = [...layers, ...losses].sort(
  (a, b) => CATEGORIES.indexOf(a.category) - CATEGORIES.indexOf(b.category) || a.title.localeCompare(b.title),
);

const BY_TYPE = new Map(LAYERS.map((layer) => [layer.type, layer]));

/** Undefined for a type that this version of Strata does not know; the document opens all the same. */
export function layerOf(type: string): LayerRecord | undefined {
  return BY_TYPE.get(type);
}

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
  loss: 'Loss',
};
