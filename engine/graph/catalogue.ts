import type { LayerRecord } from '../layers/layer.ts';
import type { BlockRecord } from './block.ts';
import { records as blockRecords } from './blocks/registry.gen.ts';
import { records as lossRecords } from '../layers/losses/registry.gen.ts';
import { records as layerRecords } from '../layers/registry.gen.ts';

/** Every layer a person can drag, losses included. Their parameter types are checked in their own files. */
export const layers: readonly LayerRecord[] = [...layerRecords, ...lossRecords];

const byType = new Map(layers.map((layer) => [layer.type, layer]));

/** Undefined for a type that this version of Strata does not know. */
export function layerOf(type: string): LayerRecord | undefined {
  return byType.get(type);
}

/** Ready-made blocks, in the order of their titles. */
export const blocks: readonly BlockRecord[] = [...blockRecords].sort((a, b) =>
  a.title.localeCompare(b.title),
);
