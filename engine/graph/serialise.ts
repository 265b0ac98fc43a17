import * as v from 'valibot';
import {
  TrainingSchema,
  type GroupDefinition,
  type ModelDocument,
  type ModelNode,
  type TrainingSettings,
} from './document.ts';

/**
 * Text of a document. The order of keys is fixed and every node, edge and position has a line of its own, so
 * that two revisions compare line by line.
 */
export function serialiseDocument(document: ModelDocument): string {
  return `${object('', [
    entry('format', document.format),
    entry('version', document.version),
    entry('name', document.name),
    ...(document.dataset === undefined ? [] : [entry('dataset', document.dataset)]),
    ...serialiseGraph('  ', document),
    ...(document.groups.length === 0
      ? []
      : [list('  ', 'groups', '[]', document.groups.map(serialiseGroup))]),
    entry('training', serialiseTraining(document.training)),
    serialiseLayout('  ', document),
  ])}\n`;
}

function serialiseGroup(group: GroupDefinition): string {
  const indent = '      ';
  return object('    ', [
    entry('id', group.id),
    entry('name', group.name),
    ...serialiseGraph(indent, group),
    serialiseLayout(indent, group),
  ]);
}

function serialiseGraph(indent: string, { nodes, edges }: Pick<ModelDocument, 'nodes' | 'edges'>): string[] {
  return [
    list(indent, 'nodes', '[]', nodes.map(serialiseNode)),
    list(
      indent,
      'edges',
      '[]',
      edges.map(({ from, to }) => inline({ from: pick(from), to: pick(to) })),
    ),
  ];
}

function serialiseLayout(indent: string, { layout }: Pick<ModelDocument, 'layout'>): string {
  const places = Object.entries(layout).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = places.map(([id, position]) => `${JSON.stringify(id)}: ${inline(position)}`);
  return list(indent, 'layout', '{}', lines);
}

/** Defaults of the schema are left out; parsing puts them back. */
function serialiseNode(node: ModelNode): string {
  return inline({
    id: node.id,
    type: node.type,
    ...(node.name === undefined ? {} : { name: node.name }),
    ...(Object.keys(node.params).length === 0 ? {} : { params: node.params }),
    ...(node.trainable ? {} : { trainable: false }),
    ...(node.weightsOf === undefined ? {} : { weightsOf: node.weightsOf }),
  });
}

/** As for nodes: a setting that is left alone is not written, so a document shows what was decided. */
function serialiseTraining(training: TrainingSettings): Partial<TrainingSettings> {
  const defaults: Readonly<Record<string, unknown>> = v.getDefaults(TrainingSchema);
  return Object.fromEntries(
    Object.entries(training).filter(([key, value]) => inline(value) !== inline(defaults[key])),
  );
}

const pick = ({ node, port }: { readonly node: string; readonly port: string }) => ({ node, port });
const entry = (key: string, value: unknown): string => `${JSON.stringify(key)}: ${inline(value)}`;

/** An object with a line for each of its sections. */
function object(indent: string, sections: readonly string[]): string {
  return `{\n${sections.map((section) => `${indent}  ${section}`).join(',\n')}\n${indent}}`;
}

function list(indent: string, key: string, [open, close]: '[]' | '{}', lines: readonly string[]): string {
  const body =
    lines.length === 0 ? '' : `\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}`;
  return `${JSON.stringify(key)}: ${open}${body}${close}`;
}

/** JSON on one line, with spaces after the separators. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, part]) => entry(key, part)).join(', ')} }`;
}
