import * as v from 'valibot';
import { TrainingSchema, type ModelDocument, type ModelNode, type TrainingSettings } from './document.ts';

/**
 * Text of a document. The order of keys is fixed and every node, edge and position has a line of its own, so
 * that two revisions compare line by line.
 */
export function serialiseDocument(document: ModelDocument): string {
  const layout = Object.entries(document.layout).sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = [
    entry('format', document.format),
    entry('version', document.version),
    entry('name', document.name),
    ...(document.dataset === undefined ? [] : [entry('dataset', document.dataset)]),
    list('nodes', '[]', document.nodes.map(serialiseNode)),
    list(
      'edges',
      '[]',
      document.edges.map(({ from, to }) => inline({ from: pick(from), to: pick(to) })),
    ),
    entry('training', serialiseTraining(document.training)),
    list(
      'layout',
      '{}',
      layout.map(([id, position]) => `${JSON.stringify(id)}: ${inline(position)}`),
    ),
  ];
  return `{\n${sections.map((section) => `  ${section}`).join(',\n')}\n}\n`;
}

/** Defaults of the schema are left out; parsing puts them back. */
function serialiseNode(node: ModelNode): string {
  return inline({
    id: node.id,
    type: node.type,
    ...(node.name === undefined ? {} : { name: node.name }),
    ...(Object.keys(node.params).length === 0 ? {} : { params: node.params }),
    ...(node.trainable ? {} : { trainable: false }),
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

function list(key: string, [open, close]: '[]' | '{}', lines: readonly string[]): string {
  const body = lines.length === 0 ? '' : `\n${lines.map((line) => `    ${line}`).join(',\n')}\n  `;
  return `${JSON.stringify(key)}: ${open}${body}${close}`;
}

/** JSON on one line, with spaces after the separators. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, part]) => entry(key, part)).join(', ')} }`;
}
