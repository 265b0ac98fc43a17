import type { Diagnostic } from '../../engine/graph/check.ts';
import { insertOnEdge, newNode, setParam, type GraphEdit } from './edit.ts';
import { editGroup, type Edit } from './groups.ts';
import { layerOf } from './layers.ts';

/** What the button says that repairs a diagnostic, or null where only the person can. */
export function repairLabel({ repair }: Diagnostic): string | null {
  if (!repair) return null;
  if (repair.kind === 'insert') return `Insert ${layerOf(repair.layer)?.title ?? repair.layer}`;
  return `Set ${repair.field} to ${String(repair.value)}`;
}

export function applyRepair({ repair }: Diagnostic): Edit {
  const edit: GraphEdit = (graph) => {
    if (!repair) return graph;
    if (repair.kind === 'set') return setParam([repair.node], repair.field, repair.value)(graph);
    return insertOnEdge(repair.edge, newNode(graph, repair.layer, repair.params))(graph);
  };
  return repair?.group === undefined ? edit : editGroup(repair.group, edit);
}
