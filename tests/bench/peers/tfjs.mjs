// TensorFlow.js: node tfjs.mjs webgpu|wasm
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { serve } from '../serve.ts';
import { offerGraphics } from './graphics.mjs';

// Through `require`, so that all packages share one build of the core.
const require = createRequire(import.meta.url);
const [, , backend] = process.argv;
const device =
  backend === 'webgpu' ? await offerGraphics() : 'processor, SIMD, 1 thread (all that it has under Node)';
const tf = require('@tensorflow/tfjs');
const extension = require(`@tensorflow/tfjs-backend-${backend}`);
if (backend === 'wasm') {
  extension.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
}
if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here.`);
tf.env().set('DEBUG', false);

const { dense, conv2d, maxPooling2d, flatten, lstm, inputLayer } = tf.layers;
const pool = () => maxPooling2d({ poolSize: 2 });
const conv = (filters) => conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
const cell = () => lstm({ units: 128, returnSequences: true, recurrentActivation: 'sigmoid' });

const image = (batch) => tf.randomUniform([batch, 28, 28, 1]);
const tokens = (batch, length) => tf.randomUniform([batch, length], 0, 64, 'int32');
/** Rows of a table, as a product: the WebAssembly backend has no gradient of a look-up. */
const embedding = (table, x) =>
  tf
    .oneHot(x.flatten(), 64)
    .matMul(table)
    .reshape([...x.shape, 64]);
const classes = (rows, count) => tf.oneHot(tf.randomUniform([rows], 0, count, 'int32'), count).toFloat();

/** Scores of a batch, with the data of the batch. */
const MODELS = {
  mlp: () => ({
    scores: sequential([
      flatten({ inputShape: [28, 28, 1] }),
      dense({ units: 64, activation: 'relu' }),
      dense({ units: 10 }),
    ]),
    x: image(32),
    y: classes(32, 10),
  }),
  cnn: () => ({
    scores: sequential([
      inputLayer({ inputShape: [28, 28, 1] }),
      conv(32),
      pool(),
      conv(64),
      pool(),
      flatten(),
      dense({ units: 64, activation: 'relu' }),
      dense({ units: 10 }),
    ]),
    x: image(32),
    y: classes(32, 10),
  }),
  char: () => {
    const table = tf.variable(tf.randomNormal([64, 64], 0, 1 / 8));
    const rest = sequential([inputLayer({ inputShape: [40, 64] }), cell(), cell(), dense({ units: 64 })]);
    return {
      scores: (x) => rest(embedding(table, x)).reshape([-1, 64]),
      x: tokens(32, 40),
      y: classes(32 * 40, 64),
    };
  },
  transformer: () => ({ scores: transformer(), x: tokens(16, 64), y: classes(16 * 64, 64) }),
};

function sequential(layers) {
  const model = tf.sequential({ layers });
  return (x) => model.apply(x, { training: true });
}

/** The library has no attention layer: this is written with its operations. */
function transformer() {
  const weight = (...shape) => tf.variable(tf.randomNormal(shape, 0, 1 / Math.sqrt(shape[0])));
  const vector = (size, value) => tf.variable(tf.fill([size], value));
  const linear = (inputs, units) => {
    const [kernel, bias] = [weight(inputs, units), vector(units, 0)];
    return (x) =>
      x
        .reshape([-1, inputs])
        .matMul(kernel)
        .add(bias)
        .reshape([...x.shape.slice(0, -1), units]);
  };
  const norm = () => {
    const [scale, offset] = [vector(64, 1), vector(64, 0)];
    return (x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x
        .sub(mean)
        .mul(tf.rsqrt(variance.add(1e-5)))
        .mul(scale)
        .add(offset);
    };
  };
  const heads = (x) => x.reshape([16, 64, 4, 16]).transpose([0, 2, 1, 3]);
  const future = tf.linalg
    .bandPart(tf.ones([64, 64]), -1, 0)
    .sub(1)
    .mul(1e9);
  const block = () => {
    const [query, key, value, joined] = [0, 0, 0, 0].map(() => linear(64, 64));
    const [widen, narrow, first, second] = [linear(64, 256), linear(256, 64), norm(), norm()];
    return (x) => {
      const weights = tf
        .matMul(heads(query(x)), heads(key(x)), false, true)
        .div(4)
        .add(future)
        .softmax();
      const seen = weights
        .matMul(heads(value(x)))
        .transpose([0, 2, 1, 3])
        .reshape([16, 64, 64]);
      const attended = first(x.add(joined(seen)));
      return second(attended.add(narrow(widen(attended).relu())));
    };
  };
  const [table, positions, scores] = [weight(64, 64), weight(64, 64), linear(64, 64)];
  const blocks = [block(), block()];
  return (x) =>
    scores(blocks.reduce((y, next) => next(y), embedding(table, x).add(positions)).reshape([-1, 64]));
}

async function prepare(workload) {
  const { scores, x, y } = MODELS[workload]();
  const optimizer = tf.train.adam(0.001);
  const step = () => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, scores(x)).asScalar(), true);
  let last;
  return {
    async train(steps) {
      for (let at = 0; at < steps; at++) {
        last?.dispose();
        last = step();
      }
      await last.data();
    },
    loss: async () => (await last.data())[0],
    dispose: () => tf.disposeVariables(),
  };
}

await serve(`${device}, TensorFlow.js ${tf.version.tfjs}`, prepare);
