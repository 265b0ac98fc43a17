import { connectPeer, type Channel } from '../engine/core/rpc.ts';
import type { Problem } from '../engine/core/errors.ts';
import type { StrataApp } from './app.ts';
import type { StudioEvents } from './contract.ts';

/** Carries the contract to one renderer, whatever the pipe. Returns what ends it; runs go on when it does. */
export function connectRenderer(channel: Channel, app: StrataApp): (problem: Problem) => void {
  const { remote, close } = connectPeer<StudioEvents>(channel, app.api, {
    events: ['engineChanged', 'runChanged', 'runEvent', 'progress', 'datasetsChanged', 'generated'],
    onerror: (error, method) => app.log.unexpected(error, `call of ${method}`),
  });
  const unsubscribe = app.subscribe(remote);
  return (problem) => {
    unsubscribe();
    close(problem);
  };
}
