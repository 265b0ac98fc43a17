import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DatasetSchema } from '../engine/core/dataset.ts';
import { importDataset } from '../engine/data/import.ts';
import { checkGraph } from '../engine/graph/check.ts';
import { serialiseDocument } from '../engine/graph/serialise.ts';
import { DEFAULT_IMPORT } from '../main/services/datasets.ts';
import { TemplatesService } from '../main/services/templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'strata-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const templates = await new TemplatesService(import.meta.dirname).list();
const schemas = new Map<string, Promise<DatasetSchema>>();

function schemaOf(reference: string): Promise<DatasetSchema> {
  const request = { ...DEFAULT_IMPORT, jobId: 'test', source: { path: reference }, name: reference, folder };
  const context = { onProgress: () => {}, signal: new AbortController().signal };
  const schema = schemas.get(reference) ?? importDataset(request, context).then((result) => result.schema);
  schemas.set(reference, schema);
  return schema;
}

it('finds all templates', () => {
  expect(templates.map(({ slug }) => slug)).toEqual(['digits-cnn', 'digits-mlp', 'iris-mlp']);
});

describe.each(templates)('$slug', (template) => {
  const { document } = template;

  it('is checked without a single remark on its data set', async () => {
    expect(checkGraph(document, await schemaOf(template.dataset)).diagnostics).toEqual([]);
  });

  it('lacks nothing but the data while there is no data set', () => {
    expect(checkGraph(document).diagnostics.map(({ code }) => code)).toEqual(['GRAPH_NO_DATASET']);
  });

  it('places every node, from top to bottom along the edges, none over another', () => {
    const { layout, nodes, edges } = document;
    expect(Object.keys(layout).sort()).toEqual(nodes.map(({ id }) => id).sort());
    for (const { from, to } of edges) {
      expect(layout[to.node][1] - layout[from.node][1]).toBeGreaterThanOrEqual(100);
    }
    expect(new Set(Object.values(layout).map(String)).size).toBe(nodes.length);
  });

  it('says what it is, in the title and in the README', () => {
    expect(template.readme).toMatch(new RegExp(`^# ${template.title}\n`));
    expect(template.summary).not.toBe('');
  });

  it('is written the way Strata writes documents', async () => {
    const { readFile } = await import('node:fs/promises');
    const text = await readFile(join(import.meta.dirname, template.slug, 'graph.strata.json'), 'utf8');
    expect(text).toBe(serialiseDocument(document));
  });
});

it('digits-mlp is the classic 784-64-10 network', () => {
  const { document } = templates.find(({ slug }) => slug === 'digits-mlp')!;
  expect(checkGraph(document).parameters).toBe(784 * 64 + 64 + 64 * 10 + 10);
});

it('digits-cnn has two convolutions, two poolings and a dense layer', () => {
  const { document } = templates.find(({ slug }) => slug === 'digits-cnn')!;
  const parameters = 9 * 32 + 32 + (9 * 32 * 64 + 64) + (1600 * 10 + 10);
  expect(checkGraph(document).parameters).toBe(parameters);
});
