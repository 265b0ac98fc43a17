import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { device } from '../../tests/conformance/device.ts';
import { ImportFolder } from '../../tests/harness/import.ts';
import { streamOf, uniform } from '../core/random.ts';
import { openSnapshot, type Snapshot } from '../data/snapshots/snapshot.ts';
import { blockGraph, line, type BlockGraph } from '../graph/block.ts';
import { emptyDocument } from '../graph/document.ts';
import { parseDocument } from '../graph/parse.ts';
import { modelInputs, type ModelInputs } from './model-inputs.ts';

const [COUNT, HEIGHT, WIDTH] = [10, 2, 3];
const PIXELS = HEIGHT * WIDTH;

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], value: (at: number) => number): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((extent, axis) => header.writeUInt32BE(extent, 4 + 4 * axis));
  const length = shape.reduce((product, extent) => product * extent);
  return Buffer.concat([header, Buffer.from(Array.from({ length }, (_, at) => value(at)))]);
}

let folder: ImportFolder;
let snapshot: Snapshot;
beforeAll(async () => {
  folder = await ImportFolder.create();
  await folder.write(
    'images/train-images-idx3-ubyte',
    idx([COUNT, HEIGHT, WIDTH], (at) => 4 * at),
  );
  const labels = await folder.write(
    'images/train-labels-idx1-ubyte',
    idx([COUNT], (at) => at % 2),
  );
  const split = { validation: 0, test: 0, seed: 1, stratify: false };
  snapshot = await openSnapshot(
    (await folder.import(labels.replace(/train-labels.*/, ''), { split })).folder,
  );
});
afterAll(async () => {
  await snapshot.close();
  await folder.remove();
});

async function seen(graph: BlockGraph, draw?: number, groups: object[] = []): Promise<ModelInputs> {
  const document = parseDocument({ ...emptyDocument('Test'), ...graph, groups });
  const drawing = draw === undefined ? undefined : { draw, executor: await device('the processor') };
  const result = await modelInputs(document, snapshot, 'train', 3, drawing);
  expect(result.problem).toBeUndefined();
  return result;
}

const HEAD = { flat: 'flatten', scores: ['dense', { units: 2 }], loss: 'cross-entropy' } as const;
const headOf = (from: string) => [...line(from, 'flat', 'scores'), 'scores → loss.prediction'];
const UPSIDE_DOWN = ['random-flip', { horizontal: 0, vertical: 1 }] as const;

describe('what augmentation makes of a row', () => {
  it('is what the layers behind an Input do, in a group as well, by the number of the draw', async () => {
    const turn = blockGraph(
      {
        into: ['group-input', { name: 'input' }],
        turn: UPSIDE_DOWN,
        out: ['group-output', { name: 'output' }],
      },
      line('into', 'turn', 'out'),
    );
    const graph = blockGraph(
      { in: 'input', flip: 'random-flip', turned: ['group', { group: 'g' }], ...HEAD },
      [...line('in', 'flip', 'turned'), ...headOf('turned')],
    );
    const groups = [{ id: 'g', name: 'Turn', ...turn }];
    const before = await seen(graph, undefined, groups);
    expect(before.augmentation).toEqual({ layers: ['flip', 'turned/turn'], mixing: [] });
    const [image, target] = before.inputs;
    const mirrored = new Set<boolean>();
    for (let draw = 1; draw <= 6; draw++) {
      const flips = uniform(draw, streamOf('flip/0'), 0, 0) < 0.5;
      const expected = Array.from({ length: PIXELS }, (_, at) => {
        const [row, column] = [HEIGHT - 1 - Math.floor(at / WIDTH), at % WIDTH];
        return image.values[row * WIDTH + (flips ? WIDTH - 1 - column : column)];
      });
      mirrored.add(flips);
      const after = await seen(graph, draw, groups);
      expect(after.inputs).toEqual([
        { ...image, values: expect.any(Array), augmentedBy: ['flip', 'turned/turn'] },
        target,
      ]);
      after.inputs[0].values.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4));
    }
    expect(mirrored.size).toBe(2);
  });

  it('ends where the rows of a batch are mixed, and has an end for each way out', async () => {
    const graph = blockGraph(
      {
        in: 'input',
        classes: ['input', { columns: ['label'] }],
        turn: UPSIDE_DOWN,
        mixed: 'mixup',
        erased: 'random-erasing',
        raw: 'flatten',
        ...HEAD,
      },
      [
        ...line('in', 'turn', 'mixed'),
        'classes → mixed.target',
        ...line('turn', 'erased'),
        ...line('in', 'raw'),
        ...headOf('mixed'),
        'mixed.target → loss.target',
      ],
    );
    const { inputs, augmentation } = await seen(graph, 1);
    expect(augmentation).toEqual({ layers: ['turn', 'erased'], mixing: ['mixed'] });
    const images = inputs.filter(({ node }) => node === 'in');
    expect(images.map(({ augmentedBy }) => augmentedBy)).toEqual([undefined, ['turn'], ['turn', 'erased']]);
  });

  it('is nothing where no layer augments', async () => {
    const plain = blockGraph({ in: 'input', ...HEAD }, headOf('in'));
    expect((await seen(plain, 1)).augmentation).toBeUndefined();
    expect(await seen(plain, 1)).toEqual(await seen(plain));
  });
});
