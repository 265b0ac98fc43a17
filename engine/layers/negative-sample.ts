import { int } from '../core/fields.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { floor } from '../ops/floor.ts';
import { less } from '../ops/less.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer, type LayerProblem, type PortType } from './layer.ts';
import { OUTPUT, requireIndices } from './shapes.ts';

export default defineLayer({
  type: 'negative-sample',
  title: 'NegativeSample',
  category: 'sequence',
  summary: 'Draws wrong answers beside the right one.',
  doc:
    'For each index other ones of the same vocabulary, *batch* becomes *batch × count*, every one as likely as every other, and never the given ' +
    'one. While the model is evaluated it draws anew, too.\n\n' +
    'For triples and ratings, of which only the true ones are known: score the right tail and the drawn ones with the same layers (shared ' +
    'weights), and let “Pairwise ranking” tell them apart. Bordes et al., NeurIPS 2013; Rendle et al., UAI 2009.',
  keywords: [
    'negative sampling',
    'corrupt',
    'knowledge graph',
    'link prediction',
    'recommender',
    'word2vec',
    'triples',
  ],
  fields: {
    count: int({
      label: 'Count',
      help: 'How many are drawn for each example.',
      default: 8,
      min: 1,
      max: 4096,
    }),
    vocabulary: int({
      label: 'Vocabulary',
      help: 'How many different indices there are; 0: as many as the data set has.',
      default: 0,
      min: 0,
    }),
  },
  inputs: [{ name: 'input', doc: 'Right answers: indices.' }],
  outputs: OUTPUT,
  infer({ inputs, params: { count, vocabulary } }) {
    const [input] = inputs.input;
    const problem = requireIndices('input', input) ?? requireChoice(input, vocabulary);
    if (problem) return { problems: [problem] };
    const size = vocabulary || input.vocabulary;
    return {
      outputs: { output: { ...input, shape: [...input.shape, count], ...(size && { vocabulary: size }) } },
    };
  },
  // Kept with the weights, as the normalisation of an Input is: only the data set knows it otherwise.
  weights({ inputs, params: { vocabulary } }) {
    const size = vocabulary || inputs.input[0].vocabulary || 2;
    const init = { kind: 'values', values: [size] } as const;
    return [{ name: 'vocabulary', shape: [1], init, role: 'statistic', decay: false }];
  },
  lower({ b, inputs, params: { count }, weight, random }) {
    const [input] = inputs.input;
    const shape = [...input.type.shape, count];
    const others = sub(b, weight('vocabulary'), 1);
    // One of the others, as they stand in a row without the given one.
    const drawn = cast(b, minimum(b, floor(b, mul(b, random(shape), others)), sub(b, others, 1)), 'i32');
    const given = reshape(b, input, [...input.type.shape, 1]);
    return { output: select(b, less(b, drawn, given), drawn, add(b, drawn, 1)) };
  },
});

/** A problem where the vocabulary is known to hold nothing to draw from. */
function requireChoice(input: PortType, vocabulary: number): LayerProblem | null {
  const size = vocabulary || input.vocabulary;
  if (size === undefined || size >= 2) return null;
  return {
    code: 'SAMPLE_VOCABULARY',
    severity: 'error',
    port: 'input',
    field: 'vocabulary',
    message: 'There is nothing to draw from.',
    got: `${size} index`,
    expected: 'at least 2',
    fix: 'Set the vocabulary.',
  };
}
