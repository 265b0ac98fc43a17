import { connectPeer, type Channel, type Peer } from '../core/rpc.ts';
import type { EngineApi, EngineEvents } from './protocol.ts';

const EVENTS = ['run', 'progress'] as const;

/** Main's end: calls go to the engine, its events come to `events`. */
export function connectToEngine(channel: Channel, events: EngineEvents): Peer<EngineApi> {
  return connectPeer<EngineApi>(channel, { ...events });
}

/**
 * The engine's end. `api` holds the functions that main may call as own properties. `onerror` is told what they threw.
 */
export function connectToMain(
  channel: Channel,
  api: EngineApi,
  onerror?: (error: unknown, method: string) => void,
): EngineEvents {
  const { remote } = connectPeer<EngineEvents>(channel, api, { events: EVENTS, onerror });
  return remote;
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The engine's pipe to the process that started it: Electron's `parentPort` or Node's IPC. Under Node the engine ends
 * when main is gone. Throws where nobody started it that way.
 */
export function parentChannel(): Channel {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      listen: (receive) => parentPort.on('message', ({ data }) => receive(data)),
    };
  }
  const send = process.send?.bind(process);
  if (!send) throw new Error('The engine is started by Strata and cannot run by itself.');
  process.on('disconnect', () => process.exit());
  return {
    post: (message) => void send(message),
    listen: (receive) => void process.on('message', receive),
  };
}
