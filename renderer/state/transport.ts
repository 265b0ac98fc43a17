/** A two-way pipe to main. Messages are whatever the host's serialiser makes of them. */
export interface Channel {
  post(message: unknown): void;
  onmessage: (message: unknown) => void;
  onclose: () => void;
}

/** Opens the pipe of the host this page runs under; rejects where main cannot be reached. */
export function openChannel(): Promise<Channel> {
  return location.protocol.startsWith('http') ? openWebSocket() : openPort();
}

/** Host "serve": the page's own server; the session cookie says who we are. */
function openWebSocket(): Promise<Channel> {
  const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/rpc`);
  return new Promise((resolve, reject) => {
    const channel: Channel = {
      post: (message) => socket.send(JSON.stringify(message)),
      onmessage: () => {},
      onclose: () => {},
    };
    socket.onmessage = (event) => channel.onmessage(JSON.parse(String(event.data)));
    socket.onopen = () => resolve(channel);
    socket.onclose = () => {
      channel.onclose();
      reject(new Error('The connection was refused.'));
    };
  });
}

/** Host "desktop": the preload script answers with one end of a MessageChannel whose other end is in main. */
function openPort(): Promise<Channel> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      if (event.source !== window || event.data !== 'strata:port') return;
      window.removeEventListener('message', receive);
      const [port] = event.ports;
      const channel: Channel = {
        post: (message) => port.postMessage(message),
        onmessage: () => {},
        onclose: () => {},
      };
      port.onmessage = ({ data }) => channel.onmessage(data);
      resolve(channel);
    };
    window.addEventListener('message', receive);
    window.postMessage('strata:connect', '*');
  });
}
