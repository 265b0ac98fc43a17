import { describe, expect, test } from 'vitest';
import { StrataError, type Problem } from '../core/errors.ts';
import { emptyDocument, type GroupDefinition, type ModelDocument, type ModelNode } from './document.ts';
import { migrate, parseDocument } from './parse.ts';
import { serialiseDocument } from './serialise.ts';

const document: ModelDocument = {
  ...emptyDocument('Tiny'),
  dataset: 'sample:iris',
  nodes: [
    { id: 'input-1', type: 'input', params: {}, trainable: true },
    { id: 'dense-1', type: 'dense', params: { units: 3 }, name: 'Head', trainable: false },
  ],
  edges: [{ from: { node: 'input-1', port: 'output' }, to: { node: 'dense-1', port: 'input' } }],
  layout: { 'input-1': [0, 0], 'dense-1': [0, 120.5] },
};

function problemOf(source: unknown): Problem {
  try {
    parseDocument(source);
  } catch (error) {
    if (error instanceof StrataError) return error.problem;
    throw error;
  }
  throw new Error('The document was accepted.');
}

describe('parseDocument', () => {
  test('reads what serialiseDocument writes', () => {
    expect(parseDocument(serialiseDocument(document))).toEqual(document);
    expect(parseDocument(serialiseDocument(emptyDocument('Empty')))).toEqual(emptyDocument('Empty'));
  });

  test('accepts a parsed value, fills in defaults and ignores a byte order mark', () => {
    const { layout: _, ...rest } = emptyDocument('Bare');
    expect(parseDocument(rest).layout).toEqual({});
    expect(parseDocument(`\uFEFF${JSON.stringify(rest)}`).name).toBe('Bare');
  });

  test('names line and column of malformed JSON', () => {
    expect(problemOf('{\n  "format": "strata",\n  "version": ,\n}')).toMatchObject({
      code: 'DOCUMENT_JSON',
      where: 'line 3, column 14',
    });
    expect(problemOf('{\n  "format": "strata"')).toMatchObject({
      code: 'DOCUMENT_JSON',
      where: 'line 2, column 21',
    });
    expect(problemOf('')).toMatchObject({ code: 'DOCUMENT_JSON', where: 'line 1, column 1' });
  });

  test.each([
    ['another format', { format: 'onnx', version: 1 }, 'DOCUMENT_FORMAT', '"onnx"'],
    ['a list', [], 'DOCUMENT_FORMAT', '[]'],
    ['null', null, 'DOCUMENT_FORMAT', 'null'],
    ['no version', { format: 'strata' }, 'DOCUMENT_VERSION', 'nothing'],
    ['version zero', { format: 'strata', version: 0 }, 'DOCUMENT_VERSION', '0'],
    ['a newer version', { format: 'strata', version: 99 }, 'DOCUMENT_NEWER', 'document version 99'],
  ])('refuses %s', (_, source, code, got) => {
    expect(problemOf(source)).toMatchObject({ code, got });
  });

  test('names path, found value and expectation of a wrong field', () => {
    const training = { ...document.training, epochs: 0 };
    expect(problemOf({ ...document, training })).toMatchObject({
      code: 'DOCUMENT_INVALID',
      where: 'training.epochs',
      got: '0',
      expected: '>=1',
    });
    expect(problemOf({ ...document, nodes: [{ id: 'a b', type: 'dense' }] })).toMatchObject({
      where: 'nodes[0].id',
      got: '"a b"',
      expected: 'an id of letters, digits, "-" and "_"',
    });
    expect(problemOf({ ...document, colour: 'red' })).toMatchObject({
      where: 'colour',
      expected: 'nothing by that name',
      fix: 'Remove colour.',
    });
    expect(problemOf({ ...document, edges: [{ from: { node: 'a' }, to: 3 }] }).message).toContain('1 more');
  });
});

test('migrations run in order, from the version the document has', () => {
  const steps = ['b', 'c'].map((key) => (value: Readonly<Record<string, unknown>>) => ({
    ...value,
    [key]: 1,
  }));
  expect(migrate({ version: 1 }, steps, 3)).toEqual({ version: 3, b: 1, c: 1 });
  expect(migrate({ version: 2 }, steps, 3)).toEqual({ version: 3, c: 1 });
});

test('a document of version 1 has no groups', () => {
  const { groups: _, ...first } = { ...document, version: 1 };
  expect(parseDocument(first)).toEqual(document);
});

test('a definition is written like a graph of its own', () => {
  const block: GroupDefinition = {
    id: 'block',
    name: 'Block',
    nodes: [
      { id: 'in', type: 'group-input', params: {}, trainable: true },
      { id: 'out', type: 'group-output', params: { name: 'result' }, trainable: true },
    ],
    edges: [{ from: { node: 'in', port: 'output' }, to: { node: 'out', port: 'input' } }],
    layout: { in: [0, 0] },
  };
  const placed: ModelNode = { id: 'block-1', type: 'group', params: { group: 'block' }, trainable: true };
  const twin: ModelNode = { ...placed, id: 'block-2', weightsOf: 'block-1' };
  const grouped = { ...emptyDocument('Grouped'), nodes: [placed, twin], groups: [block] };
  const text = serialiseDocument(grouped);
  expect(parseDocument(text)).toEqual(grouped);
  expect(text.slice(text.indexOf('  "nodes"'), text.indexOf('  "training"'))).toMatchInlineSnapshot(`
    "  "nodes": [
        { "id": "block-1", "type": "group", "params": { "group": "block" } },
        { "id": "block-2", "type": "group", "params": { "group": "block" }, "weightsOf": "block-1" }
      ],
      "edges": [],
      "groups": [
        {
          "id": "block",
          "name": "Block",
          "nodes": [
            { "id": "in", "type": "group-input" },
            { "id": "out", "type": "group-output", "params": { "name": "result" } }
          ],
          "edges": [
            { "from": { "node": "in", "port": "output" }, "to": { "node": "out", "port": "input" } }
          ],
          "layout": {
            "in": [0, 0]
          }
        }
      ],
    "
  `);
});

test('a serialised document has one line per node, edge and position, in a fixed order', () => {
  expect(serialiseDocument(document)).toMatchInlineSnapshot(`
    "{
      "format": "strata",
      "version": 2,
      "name": "Tiny",
      "dataset": "sample:iris",
      "nodes": [
        { "id": "input-1", "type": "input" },
        { "id": "dense-1", "type": "dense", "name": "Head", "params": { "units": 3 }, "trainable": false }
      ],
      "edges": [
        { "from": { "node": "input-1", "port": "output" }, "to": { "node": "dense-1", "port": "input" } }
      ],
      "training": { "optimizer": { "type": "adam", "params": {} }, "epochs": 20, "batchSize": 32, "seed": 42, "l2": 0 },
      "layout": {
        "dense-1": [0, 120.5],
        "input-1": [0, 0]
      }
    }
    "
  `);
  const shuffled = { ...document, layout: { 'dense-1': [0, 120.5], 'input-1': [0, 0] } } as ModelDocument;
  expect(serialiseDocument(shuffled)).toBe(serialiseDocument(document));
});
