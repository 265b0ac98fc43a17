// jax-js: node jax.mjs webgpu|wasm. A call takes over what it is given; `.ref` keeps a value for one more use.
import { readFileSync } from 'node:fs';
import * as jax from '@jax-js/jax';
import { serve } from '../serve.ts';
import { offerGraphics } from './graphics.mjs';

const [, , backend] = process.argv;
const where = backend === 'webgpu' ? await offerGraphics() : 'processor, WebAssembly';
const { version } = JSON.parse(
  readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
);
if (!(await jax.init(backend)).includes(backend)) throw new Error(`jax-js has no backend ${backend} here.`);
jax.defaultDevice(backend);
const { numpy: np, lax, nn, random, jit, valueAndGrad } = jax;

let seed = 0;
const key = () => random.key(++seed);
const weight = (...shape) =>
  random.normal(key(), shape).mul(1 / Math.sqrt(shape.slice(0, -1).reduce((a, b) => a * b)));
const filter = (to, from) => random.normal(key(), [to, from, 3, 3]).mul(1 / Math.sqrt(9 * from));
const zeros = (size) => np.zeros([size]);

const image = () => random.uniform(key(), [32, 1, 28, 28]);
const oneHot = (shape, count) => nn.oneHot(random.randint(key(), { minval: 0, maxval: count, shape }), count);

const linear = (x, kernel, bias) => np.matmul(x, kernel).add(bias);
const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const conv = (x, kernel, bias) => {
  const y = lax.conv(x, kernel, [1, 1], 'SAME');
  return nn.relu(y.add(bias.reshape([1, y.shape[1], 1, 1])));
};

/** Every state of a recurrent layer: the gates of all steps' inputs come from one product. */
function lstm(x, [kernel, recurrent, bias]) {
  const [batch, length] = x.shape;
  const gates = np.split(linear(x, kernel, bias), length, 1);
  let [hidden, memory] = [np.zeros([batch, 128]), np.zeros([batch, 128])];
  const states = gates.map((gate, at) => {
    const kernel = at + 1 < length ? recurrent.ref : recurrent;
    const all = gate.reshape([batch, 512]).add(np.matmul(hidden, kernel));
    const [open, keep, news, show] = np.split(all, 4, 1);
    memory = nn
      .sigmoid(keep)
      .mul(memory)
      .add(nn.sigmoid(open).mul(np.tanh(news)));
    hidden = nn.sigmoid(show).mul(np.tanh(memory.ref));
    return hidden.ref;
  });
  hidden.dispose();
  memory.dispose();
  return states;
}

const norm = (x, scale, offset) => {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(offset);
};
const heads = (x) => x.reshape([16, 64, 4, 16]);
const block = (x, w) => {
  const [query, key, value] = [0, 2, 4].map((at) => heads(linear(x.ref, w[at], w[at + 1])));
  const seen = nn.dotProductAttention(query, key, value, { isCausal: true }).reshape([16, 64, 64]);
  const attended = norm(x.add(linear(seen, w[6], w[7])), w[8], w[9]);
  const fed = linear(nn.relu(linear(attended.ref, w[10], w[11])), w[12], w[13]);
  return norm(attended.add(fed), w[14], w[15]);
};
const blockWeights = () => [
  ...[0, 0, 0, 0].flatMap(() => [weight(64, 64), zeros(64)]),
  ...[
    np.ones([64]),
    zeros(64),
    weight(64, 256),
    zeros(256),
    weight(256, 64),
    zeros(64),
    np.ones([64]),
    zeros(64),
  ],
];

/** Weights, scores of a batch by them, and the data of the batch. */
const MODELS = {
  mlp: () => ({
    weights: [weight(784, 64), zeros(64), weight(64, 10), zeros(10)],
    scores: (x, w) => linear(nn.relu(linear(x.reshape([32, 784]), w[0], w[1])), w[2], w[3]),
    x: image(),
    y: oneHot([32], 10),
  }),
  cnn: () => ({
    weights: [
      filter(32, 1),
      zeros(32),
      filter(64, 32),
      zeros(64),
      weight(3136, 64),
      zeros(64),
      weight(64, 10),
      zeros(10),
    ],
    scores(x, w) {
      const seen = pool(conv(pool(conv(x, w[0], w[1])), w[2], w[3])).reshape([32, 3136]);
      return linear(nn.relu(linear(seen, w[4], w[5])), w[6], w[7]);
    },
    x: image(),
    y: oneHot([32], 10),
  }),
  char: () => ({
    weights: [
      weight(64, 64),
      ...[weight(64, 512), weight(128, 512), zeros(512)],
      ...[weight(128, 512), weight(128, 512), zeros(512)],
      ...[weight(128, 64), zeros(64)],
    ],
    scores(x, w) {
      const first = lstm(np.matmul(x, w[0]), w.slice(1, 4));
      const second = lstm(np.stack(first, 1), w.slice(4, 7));
      return linear(np.stack(second, 1), w[7], w[8]);
    },
    x: oneHot([32, 40], 64),
    y: oneHot([32, 40], 64),
  }),
  transformer: () => ({
    weights: [
      weight(64, 64),
      weight(64, 64),
      ...blockWeights(),
      ...blockWeights(),
      weight(64, 64),
      zeros(64),
    ],
    scores(x, w) {
      const first = block(np.matmul(x, w[0]).add(w[1]), w.slice(2, 18));
      return linear(block(first, w.slice(18, 34)), w[34], w[35]);
    },
    x: oneHot([16, 64], 64),
    y: oneHot([16, 64], 64),
  }),
};

/** Adam (Kingma & Ba, 2015): the next weights and moments, and the loss before. */
const trainingStep = (scores) => {
  const loss = (w, x, y) => np.mean(np.sum(nn.logSoftmax(scores(x, w)).mul(y), -1)).neg();
  return jit(({ w, m, v, first, second }, x, y) => {
    const [value, gradient] = valueAndGrad(loss)(
      w.map((each) => each.ref),
      x,
      y,
    );
    const next = { w: [], m: [], v: [], first: first.mul(0.9), second: second.mul(0.999) };
    gradient.forEach((g, at) => {
      const mean = m[at].mul(0.9).add(g.ref.mul(0.1));
      const square = v[at].mul(0.999).add(np.square(g).mul(0.001));
      const unbiased = mean.ref.div(np.subtract(1, next.first.ref));
      const scale = np.sqrt(square.ref.div(np.subtract(1, next.second.ref))).add(1e-8);
      next.w.push(w[at].sub(unbiased.div(scale).mul(0.001)));
      next.m.push(mean);
      next.v.push(square);
    });
    return [next, value];
  });
};

async function prepare(workload) {
  const { weights, scores, x, y } = MODELS[workload]();
  const step = trainingStep(scores);
  const none = () => weights.map((each) => np.zeros(each.shape));
  let state = { w: weights, m: none(), v: none(), first: np.array(1), second: np.array(1) };
  let last;
  return {
    async train(steps) {
      for (let at = 0; at < steps; at++) {
        last?.dispose();
        [state, last] = step(state, x.ref, y.ref);
      }
      await jax.blockUntilReady([state, last]);
    },
    loss: async () => (await last.ref.data())[0],
  };
}

await serve(`${where}, jax-js ${version}`, prepare);
