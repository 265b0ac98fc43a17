import { connectPeer, type Channel, type Peer } from '../core/rpc.ts';
import { parentPort } from './electron.ts';
import type { EngineApi, EngineEvents } from './protocol.ts';

const EVENTS = ['run', 'progress', 'generated'] as const;

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

/**
 * The engine's pipe to the process that started it: Electron's `parentPort` or Node's IPC. `onend` is called when that
 * process is gone. Throws where nobody started it that way.
 */
export function parentChannel(onend: () => void): Channel {
  const port = parentPort();
  if (port) {
    return {
      post: (message) => port.postMessage(message),
      listen: (receive) => port.on('message', ({ data, ports }) => ports.length === 0 && receive(data)),
    };
  }
  const send = process.send?.bind(process);
  if (!send) throw new Error('The engine is started by Strata and cannot run by itself.');
  process.on('disconnect', onend);
  return {
    // A message that cannot be delivered any more is followed by `disconnect`.
    post: (message) => void send(message, () => {}),
    listen: (receive) => void process.on('message', receive),
  };
}
