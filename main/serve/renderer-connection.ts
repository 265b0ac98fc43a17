import type { WebSocket } from 'ws';
import type { StrataApp } from '../app.ts';
import { connectRenderer } from '../renderer-peer.ts';

/** A page that nobody reads from is let go before its unsent events fill the memory. */
const MAX_UNSENT_BYTES = 256 * 1024 * 1024;

/** Carries the contract over a WebSocket, as JSON, until it closes. Runs go on when it does. */
export function attachRenderer(socket: WebSocket, app: StrataApp): void {
  const close = connectRenderer(
    {
      post: (message) => {
        if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
        socket.send(JSON.stringify(message));
      },
      listen: (receive) =>
        socket.on('message', (data) => {
          const message = parseMessage(String(data));
          if (message === undefined) socket.close(1007, 'Messages are JSON.');
          else receive(message);
        }),
    },
    app,
  );
  socket.on('error', (error) => app.log.unexpected(error, 'connection of a page'));
  socket.on('close', () => close({ code: 'CONNECTION_LOST', message: 'The page was closed.' }));
}

/** undefined for anything but a JSON object. */
function parseMessage(text: string): object | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
