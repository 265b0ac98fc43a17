import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { Builder } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import { add } from '../ops/add.ts';
import { compileModule } from '../passes/compile.ts';
import { connectExecutor, serveExecutor } from './port.ts';
import { createDawnExecutor } from './webgpu/dawn.ts';
import { webgpuTarget } from './webgpu/target.ts';

const x: State = {
  name: 'x',
  type: { dtype: 'f32', shape: [4] },
  role: 'parameter',
  init: { kind: 'upload' },
};

/** Both ends are Node's ports, which have what is used of the web's. */
function channel(): { near: MessagePort; far: MessagePort; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const web = (port: NodePort): MessagePort => port as unknown as MessagePort;
  return { near: web(port1), far: web(port2), close: () => port1.close() };
}

it('runs a plan on an executor at the other end of a port, and reports its errors and its loss', async () => {
  const local = await createDawnExecutor({ software: true });
  const { near, far, close } = channel();
  serveExecutor(far, local);
  const remote = await connectExecutor(near);
  expect(remote.device).toEqual(local.device);

  const b = new Builder('step');
  b.write(x, add(b, b.read(x), 1));
  const plan = compileModule(
    { states: [x], programs: [b.finish()] },
    { target: webgpuTarget(remote.device) },
  );
  const progress: number[] = [];
  const session = await remote.load(plan, (done) => progress.push(done));
  expect(progress).toEqual([0, 1]);

  const values = Float32Array.of(1, 2, 3, 4);
  await session.upload('x', values);
  await session.run('step', 3);
  await session.idle();
  expect((await session.read(['x'])).x).toEqual(Float32Array.of(4, 5, 6, 7));
  expect(values).toHaveLength(4);
  await expect(session.read(['y'])).rejects.toMatchObject({ code: 'PLAN_NAME' });

  await session.dispose();
  await remote.close();
  await expect(local.lost).resolves.toBeTypeOf('string');
  await expect(session.dispose()).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  close();
});

it('rejects what is pending when the other end goes away', async () => {
  const local = await createDawnExecutor({ software: true });
  const { near, far } = channel();
  serveExecutor(far, local);
  const remote = await connectExecutor(near);
  far.onmessage = null;
  const pending = remote.load({
    version: 1,
    buffers: [],
    states: [],
    kernels: [],
    programs: [],
    peakBytes: 0,
  });
  far.close();
  await expect(pending).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  await local.close();
});
