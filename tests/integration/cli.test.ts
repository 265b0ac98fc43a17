import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { strata, temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const node = (id: string, type: string, params = {}) => ({ id, type, params, trainable: true });
const edge = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

function documentOf(parts: Partial<ModelDocument>): string {
  return serialiseDocument({ ...emptyDocument('Test'), ...parts });
}

describe('usage', () => {
  it('prints help with exit code 0', async () => {
    const { code, stdout } = await strata(home, '--help');
    expect(code).toBe(0);
    for (const command of [
      'train',
      'check',
      'compile',
      'import',
      'append',
      'predict',
      'generate',
      'runs',
      'serve',
    ])
      expect(stdout).toContain(`  ${command}`);
  });

  it.each([
    [['nonsense']],
    [['train']],
    [['train', 'iris-mlp', '--resume', 'abc']],
    [['train', 'iris-mlp', '--epochs', 'many']],
    [['train', 'iris-mlp', '--device', 'abacus']],
    [['import', 'x.csv', '--test', '1.5']],
    [['check']],
    [['compile', 'iris-mlp', '--emit', 'poetry']],
    [['runs', 'show']],
    [['serve', '--port', '-1']],
  ])('ends with exit code 2 for %j and says what is wrong on stderr', async (parameters) => {
    const { code, stdout, stderr } = await strata(home, ...parameters);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
  });
});

describe('a malformed document', () => {
  it.each([
    ['no JSON', '{ "format": "strata",', 'DOCUMENT_JSON'],
    ['something else', '{"hello": 1}', 'DOCUMENT_FORMAT'],
    ['a newer version', '{"format": "strata", "version": 99}', 'DOCUMENT_NEWER'],
    [
      'a wrong value',
      documentOf({}).replace('"nodes": []', '"nodes": [{ "id": 7, "type": "relu" }]'),
      'DOCUMENT_INVALID',
    ],
  ])('with %s: exit code 1, the problem on stderr with the place', async (_, text, expected) => {
    const path = write('broken.strata.json', text);
    const { code, stderr, stdout } = await strata(home, 'check', path);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`where: ${path}`);
    expect(stderr).toContain(`code: ${expected}`);
    const json = await strata(home, 'train', path, '--json');
    expect(json.code).toBe(1);
    expect(json.events.at(-1)).toMatchObject({ event: 'error', code: expected });
  });

  it('that does not exist', async () => {
    const { code, stderr } = await strata(home, 'check', join(folder, 'missing.strata.json'));
    expect(code).toBe(1);
    expect(stderr).toContain('code: FILE_UNREADABLE');
  });

  it('that is no template either', async () => {
    const { code, stderr } = await strata(home, 'train', 'iris-mpl');
    expect(code).toBe(1);
    expect(stderr).toContain('iris-mlp');
    expect(stderr).toContain('code: TEMPLATE_UNKNOWN');
  });
});

describe('check', () => {
  const sound = {
    nodes: [node('in', 'input', { shape: [4] }), node('dense', 'dense', { units: 3 }), node('out', 'output')],
    edges: [edge('in', 'dense'), edge('dense', 'out')],
  };

  it('shows shapes, parameters and costs', async () => {
    const path = write('sound.strata.json', documentOf(sound));
    const { code, stdout } = await strata(home, 'check', path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/dense +Dense +.*3 +15/);
    expect(stdout).toContain('15 parameters');
    const { events } = await strata(home, 'check', path, '--json');
    expect(events.find(({ id }) => id === 'dense')).toMatchObject({ event: 'node', parameters: 15 });
    expect(events.at(-1)).toMatchObject({ event: 'done', parameters: 15, errors: 0 });
  });

  it('shows groups with what is inside, and where a problem inside is', async () => {
    const block = (units: number) => ({
      id: 'block',
      name: 'My block',
      nodes: [node('from', 'group-input'), node('dense', 'dense', { units }), node('to', 'group-output')],
      edges: [edge('from', 'dense'), edge('dense', 'to')],
      layout: {},
    });
    const grouped = (units: number) =>
      documentOf({
        ...sound,
        nodes: sound.nodes.with(1, node('dense', 'group', { group: 'block', repeat: 2 })),
        edges: [edge('in', 'dense'), { from: { node: 'dense', port: 'output' }, to: sound.edges[1].to }],
        groups: [block(units)],
      });
    const path = write('grouped.strata.json', grouped(4));
    const { code, stdout } = await strata(home, 'check', path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/dense +My block × 2 +batch × 4 +40/);
    expect(stdout).toMatch(/dense\/2\/dense +Dense +batch × 4 +20/);
    expect(stdout).not.toContain('Group input');
    write('grouped.strata.json', grouped(0));
    const wrong = await strata(home, 'check', path);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('error at node dense/dense: ');
  });

  it.each([
    [
      'a cycle',
      { nodes: [node('a', 'relu'), node('b', 'relu')], edges: [edge('a', 'b'), edge('b', 'a')] },
      'GRAPH_CYCLE',
    ],
    ['a dangling edge', { ...sound, edges: [...sound.edges, edge('gone', 'out')] }, 'GRAPH_DANGLING_EDGE'],
    ['an unknown layer', { nodes: [node('a', 'teleport')] }, 'LAYER_UNKNOWN'],
  ])('ends with exit code 1 for %s', async (_, parts, expected) => {
    const path = write('wrong.strata.json', documentOf(parts));
    const { code, events } = await strata(home, 'check', path, '--json');
    expect(code).toBe(1);
    expect(events).toContainEqual(expect.objectContaining({ event: 'diagnostic', code: expected }));
  });
});

describe('runs', () => {
  it('says that there are none, and which one is not there', async () => {
    expect((await strata(home, 'runs')).stdout).toContain('There are no runs yet');
    const { code, stderr } = await strata(home, 'runs', 'show', 'abc');
    expect(code).toBe(1);
    expect(stderr).toContain('code: RUN_MISSING');
  });
});

describe('compile', () => {
  it.each([
    ['ir', /^program train$/m, /= matmul\(%\d+, %\d+\) # hidden-1$/m],
    [
      'kernels',
      /^train: contract i0<\d+ i1<\d+ {2}# .*hidden-1/m,
      /over r0<4 of the product; axes row, column$/m,
    ],
    ['code', /^;; kernel 0: /m, /f32x4/],
    ['wgsl', /^\/\/ kernel 0: /m, /@compute/],
    [
      'plan',
      /^plan: \d+ bytes in \d+ buffers, \d+ kernels$/m,
      /^parameter hidden-1\.kernel: f32\[4 × 16\] in buffer \d+$/m,
    ],
  ])('prints %s', async (form, ...patterns) => {
    const { code, stdout, stderr } = await strata(
      home,
      'compile',
      'iris-mlp',
      '--emit',
      form,
      '--device',
      'cpu',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const pattern of patterns) expect(stdout).toMatch(pattern);
  });

  it('needs the data set that gives the shapes', async () => {
    const model = write('no-data.strata.json', documentOf({ nodes: [node('input', 'input')] }));
    const { code, stderr } = await strata(home, 'compile', model);
    expect(code).toBe(1);
    expect(stderr).toContain('DATASET_MISSING');
  });
});

describe('import', () => {
  const rows = ['a small red cat', 'a big blue dog', 'one red bird', 'a cat and a dog'];
  const table = ['kind,words,count', ...rows.map((row, at) => `${at % 2 ? 'x' : 'y'},${row},${at}`)].join(
    '\n',
  );

  it('takes kinds of columns and their settings', async () => {
    const path = write('rows.csv', table);
    const choices = ['--type', 'words=text', '--column', 'words.length=3', 'words.tokenizer=characters'];
    const { code, events } = await strata(home, 'import', path, '--target', 'kind', ...choices, '--json');
    expect(code).toBe(0);
    const { columns } = events.at(-1) as unknown as { columns: readonly Record<string, unknown>[] };
    expect(columns.find(({ name }) => name === 'words')).toMatchObject({
      kind: 'text',
      role: 'input',
      shape: [3],
    });
  });

  it.each([
    [['--type', 'words=poem'], 'KIND_UNKNOWN'],
    [['--type', 'verses=text'], 'COLUMN_UNKNOWN'],
    [['--column', 'verses.length=3'], 'COLUMN_UNKNOWN'],
    [['--type', 'words=text', '--column', 'words.length=short'], 'PARAM_INVALID'],
    [['--column', 'words'], 'OPTION_INVALID'],
  ])('refuses %j', async (choices, expected) => {
    const { code, events } = await strata(home, 'import', write('rows.csv', table), ...choices, '--json');
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: expected });
  });

  const days = Array.from(
    { length: 60 },
    (_, at) => `2024-${at < 31 ? '01' : '02'}-${(at % 31) + 1},${at / 2}`,
  );
  const series = ['when,sold', ...days.slice(0, 59)].join('\n');

  it('cuts windows from a series, as its dates suggest or as one says', async () => {
    const path = write('series.csv', series);
    const { events } = await strata(home, 'import', path, '--window', 'horizon=2', '--json');
    expect(events.at(-1)).toMatchObject({
      rows: { train: 35, validation: 3, test: 3 },
      columns: [
        { name: 'when', role: 'time' },
        { name: 'sold', role: 'input', shape: [5, 1] },
        { name: 'next sold', role: 'target', shape: [2] },
      ],
    });
    const wrong = await strata(home, 'import', path, '--window', 'size=3', '--json');
    expect(wrong.events.at(-1)).toMatchObject({ code: 'OPTION_INVALID', got: 'size' });
  });
});
