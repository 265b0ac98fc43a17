// Writes the pages of docs/ that describe records from the records themselves: node build/generate-docs.ts
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { valuesOf } from '../engine/core/fields.ts';
import { layers } from '../engine/graph/catalogue.ts';
import { CATEGORIES, type LayerRecord } from '../engine/layers/layer.ts';
import { errorCodes } from './error-codes.ts';

const DOCS = join(import.meta.dirname, '..', 'docs');

/** The pages and what writes them. */
export const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  [join(DOCS, 'layers.md')]: layersPage,
  [join(DOCS, 'errors.md')]: errorsPage,
};

async function layersPage(): Promise<string> {
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
  return formatted(text);
}

async function errorsPage(): Promise<string> {
  const text = [
    '# Error codes',
    'Written by `node build/generate-docs.ts` from the source. Every error says what happened, where, what was found, what was expected and what to do; its code never changes. `…` stands for what differs from case to case.',
    table(
      ['Code', 'What it says', 'What to do', 'Where from'],
      errorCodes().map(({ code, message, fix, area }) => [`\`${code}\``, message, fix, `\`${area}\``]),
    ),
  ].join('\n\n');
  return formatted(text);
}

async function formatted(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(join(DOCS, 'page.md'))), parser: 'markdown' });
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
    ...(ports.length > 0 ? [table(['Port', '', 'What flows'], ports)] : []),
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
  for (const [path, write] of Object.entries(PAGES)) {
    const page = await write();
    if (page !== (await readFile(path, 'utf8').catch(() => ''))) await writeFile(path, page);
  }
}
