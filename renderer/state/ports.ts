import type { ModelNode } from '../../engine/graph/document.ts';
import { portName } from '../../engine/graph/ports.ts';
import { freshId } from './edit.ts';
import { layerOf, typeFor } from './layers.ts';

/** The two sides of a group: where values go in, and where they come out. */
export type Side = 'input' | 'output';

/** Which side of the group around it a node is a port of; undefined for any other node. */
export function sideOf({ type }: ModelNode): Side | undefined {
  const part = layerOf(type)?.group;
  return part === 'placed' ? undefined : part;
}

/** `wanted`, or `wanted-2`, `wanted-3` …: the first that is not taken. */
export function freshName(taken: readonly string[], wanted: string, separator = '-'): string {
  let number = 1;
  let name = wanted;
  while (taken.includes(name)) name = `${wanted}${separator}${++number}`;
  return name;
}

/** A port beside others of its side, under a name that none of them has. */
export function newPort(
  side: Side,
  wanted: string,
  beside: readonly ModelNode[],
  ids: ReadonlySet<string>,
): ModelNode {
  const type = typeFor(side);
  const name = freshName(beside.map(portName), wanted);
  return { id: freshId(ids, type), type, params: { name }, trainable: true };
}
