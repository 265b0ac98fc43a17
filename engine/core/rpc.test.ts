import { describe, expect, it } from 'vitest';
import { StrataError } from './errors.ts';
import { connectPeer, type Channel, type PeerOptions } from './rpc.ts';

interface Api {
  add(a: number, b: number): Promise<number>;
  fail(): Promise<void>;
  crash(): Promise<void>;
  wait(): Promise<void>;
  note(text: string): void;
}

/** Two ends that carry JSON text, the least a serialiser may do. */
function pipe(): readonly [Channel, Channel] {
  const receivers: ((message: unknown) => void)[] = [];
  const end = (index: number): Channel => ({
    post: (message) => {
      const text = JSON.stringify(message);
      queueMicrotask(() => receivers[1 - index](JSON.parse(text)));
    },
    listen: (receive) => (receivers[index] = receive),
  });
  return [end(0), end(1)];
}

function connected(options: PeerOptions<Api> = {}, onerror?: (error: unknown, method: string) => void) {
  const [ours, theirs] = pipe();
  const notes: string[] = [];
  const local = {
    add: (a: number, b: number) => a + b,
    fail: () => {
      throw new StrataError({
        code: 'NO_WAY',
        message: 'There is no way.',
        where: 'here',
        fix: 'Turn back.',
      });
    },
    crash: () => Promise.reject(new TypeError('x is not a function')),
    wait: () => new Promise(() => {}),
    note: (text: string) => notes.push(text),
  };
  connectPeer(theirs, local, { onerror });
  return { peer: connectPeer<Api>(ours, {}, options), notes };
}

describe('connectPeer', () => {
  it('carries arguments and results', async () => {
    expect(await connected().peer.remote.add(2, 3)).toBe(5);
  });

  it('rebuilds a StrataError with its whole problem', async () => {
    const error = await connected()
      .peer.remote.fail()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StrataError);
    expect((error as StrataError).problem).toEqual({
      code: 'NO_WAY',
      message: 'There is no way.',
      where: 'here',
      fix: 'Turn back.',
    });
  });

  it('turns an unexpected error into INTERNAL and reports the original where it was thrown', async () => {
    const seen: unknown[] = [];
    const { peer } = connected({}, (error, method) => seen.push([method, (error as Error).message]));
    await expect(peer.remote.crash()).rejects.toMatchObject({
      problem: { code: 'INTERNAL', got: 'x is not a function' },
    });
    expect(seen).toEqual([['crash', 'x is not a function']]);
  });

  it('answers nothing that the other side does not own', async () => {
    const { peer } = connected();
    const remote = peer.remote as unknown as Record<string, () => Promise<unknown>>;
    for (const name of ['toString', 'constructor', 'hasOwnProperty', 'missing']) {
      await expect(remote[name]()).rejects.toBeInstanceOf(StrataError);
    }
  });

  it('sends events without waiting for an answer', async () => {
    const { peer, notes } = connected({ events: ['note'] });
    peer.remote.note('hello');
    await expect.poll(() => notes).toEqual(['hello']);
  });

  it('rejects pending and later calls once it is closed', async () => {
    const { peer } = connected();
    const pending = peer.remote.wait();
    await peer.remote.add(1, 1);
    peer.close({ code: 'GONE', message: 'The other side is gone.' });
    await expect(pending).rejects.toMatchObject({ code: 'GONE' });
    await expect(peer.remote.add(1, 1)).rejects.toMatchObject({ code: 'GONE' });
  });
});
