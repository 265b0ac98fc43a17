import type { GroupDefinition } from '../../engine/graph/document.ts';
import { portNodes } from '../../engine/graph/ports.ts';
import { addNode, nodeIds } from './edit.ts';
import { boundsOf, GAP_ACROSS, GAP_ALONG, NODE_WIDTH, PITCH, type Position } from './geometry.ts';
import { editGroup, type Edit } from './groups.ts';
import { newPort, sideOf, type Side } from './ports.ts';

/** Gives a definition one more port, beside the others of its side. */
export function addPort(group: string, side: Side): Edit {
  return (document) => {
    const definition = document.groups.find(({ id }) => id === group);
    if (!definition) return document;
    const node = newPort(side, side, portNodes(definition, side), nodeIds(definition));
    return editGroup(group, addNode(node, spotFor(definition, side)))(document);
  };
}

function spotFor(definition: GroupDefinition, side: Side): Position {
  const at = (id: string): Position => definition.layout[id] ?? [0, 0];
  const last = portNodes(definition, side).at(-1);
  if (last) return [at(last.id)[0] + NODE_WIDTH + GAP_ACROSS, at(last.id)[1]];
  if (definition.nodes.length === 0) return [0, side === 'input' ? 0 : PITCH];
  const { left, top, bottom } = boundsOf(definition.nodes.map(({ id }) => at(id)));
  return [left, side === 'input' ? top - PITCH : bottom + GAP_ALONG];
}

/** Moves a port before (-1) or behind (1) its neighbour, on the group and in the order in which rounds feed each other. */
export function movePort(group: string, port: string, by: -1 | 1): Edit {
  return editGroup(group, (graph) => {
    const node = graph.nodes.find(({ id }) => id === port);
    const beside = graph.nodes.filter((other) => node && sideOf(other) === sideOf(node));
    const neighbour = beside[beside.findIndex(({ id }) => id === port) + by];
    if (!node || !neighbour) return graph;
    const swapped = new Map([
      [node, neighbour],
      [neighbour, node],
    ]);
    return { ...graph, nodes: graph.nodes.map((other) => swapped.get(other) ?? other) };
  });
}
