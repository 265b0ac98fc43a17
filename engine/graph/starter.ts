import type { Column, DatasetSchema } from '../core/dataset.ts';
import type { Params } from '../core/fields.ts';
import { blockGraph, line, type BlockLayer } from './block.ts';
import { starterHead } from './starter-head.ts';
import { DEFAULT_TRAINING, emptyDocument, type ModelDocument, type TrainingSettings } from './document.ts';

/**
 * A model to begin with for a data set: small, plain, and trained long enough to be worth looking at. It is made of what the
 * columns look like to a model, their types and shapes, as people would draw it, and theirs to change.
 */
export function starterModel(schema: DatasetSchema, dataset: string): ModelDocument {
  const targets = schema.columns.filter(({ role }) => role === 'target');
  const branches = inputBranches(schema);
  const tagging =
    branches.length === 1 && isTokens(branches[0]) && targets.length === 1 && isTokens(targets[0]);
  const body = tagging ? taggingBody() : schema.windows ? windowsBody(schema) : joined(branches);
  const head = starterHead(schema, targets);
  return {
    ...emptyDocument(schema.name),
    ...blockGraph({ ...body.layers, ...head.layers }, [...body.wires, ...head.wires(body.end)]),
    training: trainingFor(schema),
    dataset,
  };
}

/** Layers in a row, by id; `end` is where their result leaves. */
interface Body {
  readonly layers: Readonly<Record<string, BlockLayer>>;
  readonly wires: readonly string[];
  readonly end: string;
}

const isTokens = ({ dtype, shape }: Pick<Column, 'dtype' | 'shape'>): boolean =>
  dtype === 'i32' && shape.length === 1;

/** Categories with more classes than this are looked up by an Embedding: one among so many zeros says little. */
const MOST_ONE_HOT = 50;
const manyClasses = ({ shape, classes }: Column): boolean =>
  shape.length === 0 && (classes?.length ?? 0) > MOST_ONE_HOT;

const isIndex = ({ dtype, shape }: Pick<Column, 'dtype' | 'shape'>): boolean =>
  dtype === 'i32' && shape.length === 0;

/** What the model looks at by itself: numbers and small categories as one row of features, each tensor and each large category alone. */
interface Branch extends Pick<Column, 'dtype' | 'shape'> {
  readonly name: string;
  /** Columns of its Input; none where it takes all of them. */
  readonly columns: readonly string[];
}

function inputBranches({ columns }: DatasetSchema): Branch[] {
  const inputs = columns.filter(({ role }) => role === 'input');
  const isAlone = (column: Column) => column.shape.length > 0 || manyClasses(column);
  const scalars = inputs.filter((column) => !isAlone(column));
  const tensors = inputs.filter(isAlone);
  const features: Branch[] =
    scalars.length > 0
      ? [{ name: 'features', dtype: 'f32', shape: [], columns: scalars.map(({ name }) => name) }]
      : [];
  const alone = tensors.map(({ name, dtype, shape }, at) => ({
    name: tensors.length > 1 ? `${nounOf({ dtype, shape })}-${at + 1}` : nounOf({ dtype, shape }),
    dtype,
    shape,
    columns: [name],
  }));
  const branches = [...features, ...alone];
  return branches.length === 1 ? [{ ...branches[0], columns: [] }] : branches;
}

function nounOf(column: Pick<Column, 'dtype' | 'shape'>): string {
  if (isTokens(column)) return 'text';
  if (isIndex(column)) return 'category';
  return { 3: 'image', 2: 'sequence' }[column.shape.length] ?? 'features';
}

/** All branches, each brought down to one row of features, side by side and mixed. */
function joined(branches: readonly Branch[]): Body {
  const bodies = branches.map((branch) => branchBody(branch));
  if (bodies.length === 1) return bodies[0];
  const layers: Body['layers'] = Object.assign({}, ...bodies.map(({ layers }) => layers));
  return {
    layers: { ...layers, together: 'concat', mixed: ['dense', { units: 64 }], relu: 'relu' },
    wires: [
      ...bodies.flatMap(({ wires }) => wires),
      ...bodies.map(({ end }) => `${end} → together.inputs`),
      ...line('together', 'mixed', 'relu'),
    ],
    end: 'relu',
  };
}

function branchBody(branch: Branch): Body {
  if (isTokens(branch)) return textBody(branch);
  if (isIndex(branch)) return categoryBody(branch);
  const rank = branch.shape.length;
  return rank === 3 ? imageBody(branch) : rank === 2 ? sequenceBody(branch) : featuresBody(branch);
}

const inputOf = ({ columns }: Branch, params: Params = {}): BlockLayer => [
  'input',
  { ...(columns.length > 0 && { columns }), ...params },
];

/** A row of layers behind an input; ids get the branch's name in front. */
function row(branch: Branch, layers: Readonly<Record<string, BlockLayer>>, params: Params = {}): Body {
  const named = Object.entries(layers).map(([id, layer]) => [`${branch.name}-${id}`, layer] as const);
  const ids = [branch.name, ...named.map(([id]) => id)];
  return {
    layers: { [branch.name]: inputOf(branch, params), ...Object.fromEntries(named) },
    wires: line(...ids),
    end: ids.at(-1)!,
  };
}

function featuresBody(branch: Branch): Body {
  return row(branch, {
    'hidden-1': ['dense', { units: 128 }],
    'relu-1': 'relu',
    'hidden-2': ['dense', { units: 64 }],
    'relu-2': 'relu',
  });
}

function categoryBody(branch: Branch): Body {
  return row(branch, { vector: ['embedding', { dimensions: 32 }] }, { encoding: 'indices' });
}

/** Convolutions that double in width as the image halves, until little of it is left. */
function imageBody(branch: Branch): Body {
  const layers: Record<string, BlockLayer> = {};
  let [height, width] = branch.shape;
  let filters = 16;
  for (let stage = 1; stage <= 5 && Math.min(height, width) >= 6; stage++) {
    layers[`conv-${stage}`] = ['conv2d', { filters, size: [3, 3], padding: 'same' }];
    layers[`norm-${stage}`] = 'batch-norm';
    layers[`relu-${stage}`] = 'relu';
    layers[`pool-${stage}`] = 'max-pool2d';
    [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
    filters = Math.min(128, filters * 2);
  }
  return row(branch, {
    ...layers,
    flat: 'flatten',
    drop: ['dropout', { rate: 0.3 }],
    hidden: ['dense', { units: 64 }],
    relu: 'relu',
  });
}

function sequenceBody(branch: Branch): Body {
  return row(branch, {
    'conv-1': ['conv1d', { filters: 32, size: [5], padding: 'same' }],
    'relu-1': 'relu',
    'conv-2': ['conv1d', { filters: 64, size: [5], padding: 'same' }],
    'relu-2': 'relu',
    mean: 'sequence-mean',
  });
}

/** The mean of a text's word vectors: padding does not count. */
function textBody(branch: Branch): Body {
  const { name } = branch;
  const body = row(branch, {
    words: ['embedding', { dimensions: 32, padding: 0 }],
    mean: 'sequence-mean',
    drop: ['dropout', { rate: 0.3 }],
  });
  return {
    ...body,
    layers: { ...body.layers, [`${name}-mask`]: 'padding-mask' },
    wires: [...body.wires, `${name} → ${name}-mask`, `${name}-mask → ${name}-mean.mask`],
  };
}

/** All series of a window at once, and what is known ahead beside them. */
function windowsBody({ columns }: DatasetSchema): Body {
  const inputs = columns.filter(({ role }) => role === 'input');
  const ahead = inputs.filter(({ follows }) => follows !== undefined).map(({ name }) => name);
  const past = inputs.filter(({ follows }) => follows === undefined).map(({ name }) => name);
  const window: Branch = { name: 'window', dtype: 'f32', shape: [], columns: ahead.length > 0 ? past : [] };
  const hidden: Readonly<Record<string, BlockLayer>> = {
    hidden: ['dense', { units: 64 }],
    relu: 'relu',
    drop: ['dropout', { rate: 0.3 }],
  };
  if (ahead.length === 0) return row(window, { flat: 'flatten', ...hidden });
  const bodies = [window, { ...window, name: 'known', columns: ahead }].map((branch) =>
    row(branch, { flat: 'flatten' }),
  );
  return {
    layers: { ...bodies[0].layers, ...bodies[1].layers, together: 'concat', ...hidden },
    wires: [
      ...bodies.flatMap(({ wires }) => wires),
      ...bodies.map(({ end }) => `${end} → together.inputs`),
      ...line('together', 'hidden', 'relu', 'drop'),
    ],
    end: 'drop',
  };
}

/** A class for each token, with what stands before and after it in view. */
function taggingBody(): Body {
  return {
    layers: {
      text: 'input',
      words: ['embedding', { dimensions: 64, padding: 0 }],
      context: ['lstm', { units: 64, bidirectional: true, sequences: true }],
      drop: ['dropout', { rate: 0.3 }],
      mask: 'padding-mask',
    },
    wires: [
      ...line('text', 'words', 'context', 'drop'),
      'text → mask',
      'mask → context.mask',
      'mask → loss.mask',
    ],
    end: 'drop',
  };
}

/** Steps after which a small model has usually learned what it can; rows of features are cheap, and are gone through more often. */
const STEPS = { features: 20_000, tensors: 4000 };

/** Small data sets are gone through more often; the best weights on the validation part are kept. */
function trainingFor({ rows, columns }: DatasetSchema): TrainingSettings {
  const perEpoch = Math.max(1, Math.ceil(rows.train / DEFAULT_TRAINING.batchSize));
  const tensors = columns.some(({ role, shape }) => role === 'input' && shape.length > 0);
  const epochs = Math.ceil(STEPS[tensors ? 'tensors' : 'features'] / perEpoch);
  const within = Math.min(200, Math.max(10, epochs));
  return {
    ...DEFAULT_TRAINING,
    epochs: within,
    patience: rows.validation > 0 ? Math.max(5, Math.ceil(within / 5)) : 0,
  };
}
