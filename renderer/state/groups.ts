import { StrataError } from '../../engine/core/errors.ts';
import { Definitions, isPlaced } from '../../engine/graph/definitions.ts';
import type { GroupDefinition, ModelDocument, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import { definitionIdOf, portName, portNodes } from '../../engine/graph/ports.ts';
import { freshId, nodeIds, type Graph, type GraphEdit } from './edit.ts';
import { typeFor } from './layers.ts';
import { definitionAt, definitionIn, graphAt, type Level } from './levels.ts';
import { freshName, type Side } from './ports.ts';

/** An edit of a whole document: of one of its levels, or of its groups. */
export type Edit = (document: ModelDocument) => ModelDocument;

/** An edit, and the nodes that it makes. */
export interface Made {
  readonly edit: Edit;
  readonly ids: readonly string[];
}

/** An edit of what stands at a level. Inside a group, every use of the group changes with it. */
export function editAt(level: Level, edit: GraphEdit): Edit {
  return (document) => {
    const definition = definitionAt(document, level);
    return definition ? editGroup(definition.id, edit)(document) : edit(document);
  };
}

/** An edit of a definition. Connections to its uses follow its ports: renamed with them, and gone with them. */
export function editGroup(id: string, edit: GraphEdit): Edit {
  return (document) => {
    const before = document.groups.find((group) => group.id === id);
    const after = before && edit(before);
    if (!before || !after || after === before) return document;
    const groups = document.groups.map((group) => (group === before ? after : group));
    return followPorts(before, after)({ ...document, groups });
  };
}

function followPorts(before: GroupDefinition, after: GroupDefinition): Edit {
  const inputs = portChanges(before, after, 'input');
  const outputs = portChanges(before, after, 'output');
  if (inputs.size === 0 && outputs.size === 0) return (document) => document;
  return editAll((graph) => {
    const uses = new Set(graph.nodes.filter((node) => places(node, before.id)).map(({ id }) => id));
    return uses.size === 0 ? graph : { ...graph, edges: graph.edges.flatMap(follow(uses, inputs, outputs)) };
  });
}

type PortChanges = ReadonlyMap<string, string | null>;

/** New names of ports by their old ones; null for a port that is gone. */
function portChanges(before: GroupDefinition, after: GroupDefinition, side: Side): PortChanges {
  const now = new Map(portNodes(after, side).map((node) => [node.id, portName(node)]));
  const all = portNodes(before, side).map((node) => [portName(node), now.get(node.id) ?? null] as const);
  return new Map(all.filter(([old, name]) => old !== name));
}

function follow(uses: ReadonlySet<string>, inputs: PortChanges, outputs: PortChanges) {
  const moved = (end: ModelEdge['to'], changes: PortChanges) => {
    const name = uses.has(end.node) ? changes.get(end.port) : undefined;
    return name === undefined ? end : name === null ? null : { ...end, port: name };
  };
  return (edge: ModelEdge): ModelEdge[] => {
    const [from, to] = [moved(edge.from, outputs), moved(edge.to, inputs)];
    if (from === edge.from && to === edge.to) return [edge];
    return from && to ? [{ from, to }] : [];
  };
}

/** The same edit of the model and of all definitions. */
export function editAll(edit: GraphEdit): Edit {
  return (document) => {
    const model = edit(document);
    const groups = model.groups.map((group) => edit(group));
    return groups.every((group, at) => group === model.groups[at]) ? model : { ...model, groups };
  };
}

function places(node: ModelNode, group: string): boolean {
  return isPlaced(node) && definitionIdOf(node) === group;
}

/** How many nodes of the document place this definition. */
export function usesOf({ nodes, groups }: ModelDocument, group: string): number {
  return [nodes, ...groups.map((definition) => definition.nodes)].flat().filter((node) => places(node, group))
    .length;
}

/** True where `inner` is `outer` or stands somewhere inside it: then `outer` cannot be placed inside `inner`. */
export function contains({ groups }: ModelDocument, outer: string, inner: string): boolean {
  return outer === inner || new Definitions(groups).within(outer).has(inner);
}

/** Throws `GROUP_IN_ITSELF` where one of these definitions, placed at a level, would come to stand inside itself. */
export function requireOutside(document: ModelDocument, level: Level, groups: readonly string[]): void {
  const inside = definitionAt(document, level);
  if (!inside || !groups.some((id) => contains(document, id, inside.id))) return;
  throw new StrataError({
    code: 'GROUP_IN_ITSELF',
    message: 'A group cannot stand inside itself.',
    got: `a group that is “${inside.name}”, or contains it`,
    fix: `Place it outside of “${inside.name}”.`,
  });
}

export function freshGroupId({ groups }: ModelDocument, stem = 'group'): string {
  return freshId(new Set(groups.map(({ id }) => id)), stem);
}

export function freshGroupName({ groups }: ModelDocument, wanted: string): string {
  return freshName(
    groups.map(({ name }) => name),
    wanted,
    ' ',
  );
}

/** A node that places a definition, with an id that is fresh at the level. */
export function placedGroup(graph: Graph, group: string): ModelNode {
  const type = typeFor('placed');
  return { id: freshId(nodeIds(graph), type), type, params: { group, repeat: 1 }, trainable: true };
}

export function renameGroup(group: string, name: string): Edit {
  return (document) => ({
    ...document,
    groups: document.groups.map((definition) =>
      definition.id === group ? { ...definition, name } : definition,
    ),
  });
}

/** Takes a definition out of the document that nothing places any more. */
export function removeGroup(group: string): Edit {
  return (document) =>
    usesOf(document, group) > 0
      ? document
      : { ...document, groups: document.groups.filter(({ id }) => id !== group) };
}

/** Gives one placed group a definition of its own, equal to the one that it shared with others. */
export function makeIndependent(level: Level, node: string): Edit {
  return (document) => {
    const placed = graphAt(document, level).nodes.find(({ id }) => id === node);
    const shared = placed && definitionIn(document.groups, placed);
    if (!shared) return document;
    const id = freshGroupId(document);
    const copy = { ...shared, id, name: freshGroupName(document, shared.name) };
    const refer: GraphEdit = (graph) => ({
      ...graph,
      nodes: graph.nodes.map((other) =>
        other.id === node ? { ...other, params: { ...other.params, group: id } } : other,
      ),
    });
    return editAt(level, refer)({ ...document, groups: [...document.groups, copy] });
  };
}
