import type { Channel } from '../../engine/core/rpc.ts';

export interface ClosableChannel extends Channel {
  /** Called once, when the other side is gone. */
  onclose: () => void;
}

/** Opens the pipe of the host this page runs under; rejects where main cannot be reached. */
export function openChannel(): Promise<ClosableChannel> {
  return location.protocol.startsWith('http') ? openWebSocket() : openPort();
}

/** Host "serve": the page's own server; the session cookie says who we are. */
function openWebSocket(): Promise<ClosableChannel> {
  const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/rpc`);
  const channel: ClosableChannel = {
    post: (message) => socket.send(JSON.stringify(message)),
    listen: (receive) =>
      socket.addEventListener('message', (event) => receive(JSON.parse(String(event.data)))),
    onclose: () => {},
  };
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(channel);
    socket.onclose = () => {
      channel.onclose();
      reject(new Error('The connection was refused.'));
    };
  });
}

/** Host "desktop": the preload script answers with one end of a MessageChannel whose other end is in main. */
function openPort(): Promise<ClosableChannel> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      if (event.source !== window || event.data !== 'strata:port') return;
      window.removeEventListener('message', receive);
      const [port] = event.ports;
      resolve({
        post: (message) => port.postMessage(message),
        listen: (tell) => {
          port.onmessage = ({ data }) => tell(data);
        },
        onclose: () => {},
      });
    };
    window.addEventListener('message', receive);
    window.postMessage('strata:connect', '*');
  });
}
