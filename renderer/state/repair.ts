import type { Diagnostic } from '../../engine/graph/check.ts';
import { insertOnEdge, newNode, setParam, type Edit } from './edit.ts';
import { layerOf } from './layers.ts';

/** What the button says that repairs a diagnostic, or null where only the person can. */
export function repairLabel({ repair }: Diagnostic): string | null {
  if (!repair) return null;
  if (repair.kind === 'insert') return `Insert ${layerOf(repair.layer)?.title ?? repair.layer}`;
  return `Set ${repair.field} to ${String(repair.value)}`;
}

export function applyRepair({ repair }: Diagnostic): Edit {
  return (document) => {
    if (!repair) return document;
    if (repair.kind === 'set') return setParam([repair.node], repair.field, repair.value)(document);
    return insertOnEdge(repair.edge, newNode(document, repair.layer, repair.params))(document);
  };
}
