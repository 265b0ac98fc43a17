// Writes the pages of docs/ that describe records from the records themselves: node build/generate-docs.ts
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { valuesOf } from '../engine/core/fields.ts';
import { layers } from '../engine/graph/catalogue.ts';
import { CATEGORIES, type LayerRecord } from '../engine/layers/layer.ts';

export const LAYERS_PAGE = join(import.meta.dirname, '..', 'docs', 'layers.md');

/** The text of docs/layers.md. */
export async function layersPage(): Promise<string> {
  const sections = CATEGORIES.map((category) => ({
    category,
    members: layers.filter((layer) => layer.category === category),
  })).filter(({ members }) => members.length > 0);
  const text = [
    '# Layers',
    'Written by `node build/generate-docs.ts` from the records in `engine/layers`. To add one, see [adding a layer](adding-a-layer.md).',
    table(
      ['Layer', 'Type', 'Section', 'What it does'],
      sections.flatMap(({ category, members }) =>
        members.map(({ title, type, summary }) => [
          `[${title}](#${anchor(title)})`,
          `\`${type}\``,
          category,
          summary,
        ]),
      ),
    ),
    ...sections.flatMap(({ members }) => members.map(describe)),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(LAYERS_PAGE)), filepath: LAYERS_PAGE });
}

function describe({ title, type, summary, doc, inputs, outputs, fields }: LayerRecord): string {
  const ports = [
    ...inputs.map(({ name, doc: text, optional, variadic }) => [
      `\`${name}\``,
      `in${variadic ? ', any number' : ''}${optional ? ', optional' : ''}`,
      text,
    ]),
    ...outputs.map(({ name, doc: text }) => [`\`${name}\``, 'out', text]),
  ];
  const settings = Object.entries(fields).map(([name, field]) => [
    `\`${name}\``,
    field.help,
    valuesOf(field),
    `\`${JSON.stringify(field.default)}\``,
  ]);
  return [
    `## ${title}`,
    `\`${type}\`: ${summary}`,
    doc,
    table(['Port', '', 'What flows'], ports),
    ...(settings.length > 0 ? [table(['Setting', 'What it does', 'Values', 'Default'], settings)] : []),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = await layersPage();
  if (page !== (await readFile(LAYERS_PAGE, 'utf8').catch(() => ''))) await writeFile(LAYERS_PAGE, page);
}
