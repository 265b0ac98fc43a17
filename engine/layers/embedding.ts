import { int } from '../core/fields.ts';
import { and } from '../ops/and.ts';
import { equal } from '../ops/equal.ts';
import { gather } from '../ops/gather.ts';
import { less } from '../ops/less.ts';
import { not } from '../ops/not.ts';
import { broadcast } from '../ops/broadcast.ts';
import { select } from '../ops/select.ts';
import { initialiser } from './initialisers.ts';
import { defineLayer, type LayerProblem, type PortType } from './layer.ts';
import { OUTPUT, requireIndices } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

export default defineLayer({
  type: 'embedding',
  title: 'Embedding',
  category: 'sequence',
  summary: 'A trained vector for each token or category.',
  doc:
    '$y = E_i$: the row of the table $E$, *vocabulary × dimensions*, that each index names. A sequence of indices, *batch × length*, ' +
    'becomes *batch × length × dimensions*; one index per example becomes *batch × dimensions*.\n\n' +
    'For words, and for categories with many classes. The padding index and indices outside the vocabulary give zeros and train ' +
    'nothing. The table starts as $N(0, 1/\\sqrt{d})$. Bengio et al., JMLR 3, 2003.',
  keywords: ['lookup', 'tokens', 'words', 'vocabulary', 'category', 'word vectors'],
  fields: {
    dimensions: int({
      label: 'Dimensions',
      help: 'How many numbers stand for one index.',
      default: 32,
      min: 1,
      max: 65_536,
    }),
    vocabulary: int({
      label: 'Vocabulary',
      help: 'How many different indices there are; 0: as many as the data set has.',
      default: 0,
      min: 0,
    }),
    padding: int({
      label: 'Padding index',
      help: 'Index that only fills up short sequences; −1: there is none.',
      default: -1,
      min: -1,
    }),
  },
  inputs: [{ name: 'input', doc: 'Indices, one per example or a sequence.' }],
  outputs: OUTPUT,
  width: 'dimensions',
  infer({ inputs, params, data }) {
    const [input] = inputs.input;
    const problem = requireIndices('input', input);
    if (problem) return { problems: [problem] };
    const size = checkVocabulary(params.vocabulary, input, data !== undefined);
    return {
      outputs: { output: { dtype: 'f32', shape: [...input.shape, params.dimensions] } },
      problems: size ? [size] : [],
    };
  },
  weights({ inputs, params: { vocabulary, dimensions } }) {
    const rows = vocabulary || inputs.input[0].vocabulary || 1;
    const init = initialiser('lecun-normal', { in: dimensions, out: rows });
    return [{ name: 'table', shape: [rows, dimensions], init, role: 'parameter', decay: false }];
  },
  stepwise: eachPosition,
  lower({ b, inputs, params: { padding }, weight }) {
    const [index] = inputs.input;
    const table = weight('table');
    const inside = and(b, not(b, less(b, index, 0)), less(b, index, table.type.shape[0]));
    const known = padding < 0 ? inside : and(b, inside, not(b, equal(b, index, padding)));
    const rows = gather(b, table, select(b, known, index, 0));
    const { shape } = rows.type;
    const axes = index.type.shape.map((_, axis) => axis);
    return { output: select(b, broadcast(b, known, shape, axes), rows, 0) };
  },
});

/** The table needs as many rows as there are indices: those that are set, or those that the data set has. */
function checkVocabulary(vocabulary: number, input: PortType, hasData: boolean): LayerProblem | null {
  const known = input.vocabulary;
  if (vocabulary === 0 && known === undefined) {
    return {
      code: 'EMBEDDING_VOCABULARY',
      severity: hasData ? 'error' : 'warning',
      port: 'input',
      field: 'vocabulary',
      message: 'It is not known how many different indices arrive.',
      expected: 'the size of the vocabulary',
      fix: hasData ? 'Set the vocabulary.' : 'Attach a data set, or set the vocabulary.',
    };
  }
  if (known === undefined || vocabulary === 0 || vocabulary >= known) return null;
  return {
    code: 'EMBEDDING_TOO_SMALL',
    severity: 'error',
    port: 'input',
    field: 'vocabulary',
    message: `The data have ${known} different indices, but the vocabulary has ${vocabulary}.`,
    got: `${vocabulary}`,
    expected: `at least ${known}`,
    fix: 'Make the vocabulary larger, or 0 for what the data set has.',
    repair: { kind: 'set', field: 'vocabulary', value: known },
  };
}
