import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { StrataError } from '../../engine/core/errors.ts';
import type { StrataApp } from '../app.ts';
import { readAsset } from '../assets.ts';
import { SECURITY_HEADERS } from '../headers.ts';
import { attachRenderer } from './renderer-connection.ts';
import { isLocal, isSameOrigin, Session } from './session.ts';
import { Uploads } from './uploads.ts';

const ADDRESS = '127.0.0.1';
const RPC_PATH = '/rpc';
const UPLOAD_PATH = '/upload/';
/** What is told of a body that a page does not send to its end; nobody waits for an answer then. */
const GIVEN_UP = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the built renderer. */
  readonly assets: string;
}

/** The studio for a browser on this machine, over HTTP and a WebSocket on 127.0.0.1. */
export class StudioServer {
  readonly url: string;
  private readonly app: StrataApp;
  private readonly assets: string;
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  private readonly session: Session;
  private readonly uploads: Uploads;

  private constructor(app: StrataApp, assets: string, server: Server) {
    const { port } = server.address() as AddressInfo;
    this.app = app;
    this.assets = assets;
    this.server = server;
    this.session = new Session(port);
    this.uploads = new Uploads(app.home.folder);
    this.url = `http://${ADDRESS}:${port}/?token=${this.session.unusedToken}`;
    server.on('request', (request, response) => void this.answer(request, response));
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Throws `PORT_IN_USE` or `RENDERER_NOT_BUILT`. */
  static async listen(app: StrataApp, { port, assets }: ServeOptions): Promise<StudioServer> {
    if ((await readAsset(assets, '/')) === null) throw notBuilt(assets);
    // A file of any size may be on its way for as long as it takes.
    const server = createServer({ requestTimeout: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(listenError(error, port)));
      server.listen(port, ADDRESS, resolve);
    });
    return new StudioServer(app, assets, server);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.uploads.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(request, response);
    } catch (error) {
      this.app.log.unexpected(error, `answering ${request.url}`);
      send(response, 500, 'Something went wrong inside Strata.');
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocal(request)) return send(response, 421, 'Strata answers under this machine’s own name only.');
    if (request.url?.startsWith(UPLOAD_PATH)) return this.takeUpload(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, 'Only GET.', { Allow: 'GET, HEAD' });
    }
    if (!request.url?.startsWith('/')) return send(response, 400, 'Only paths of this server.');
    const { pathname, searchParams } = new URL(`http://${ADDRESS}${request.url}`);
    const token = searchParams.get('token');
    if (this.session.isMember(request)) {
      return token === null ? this.sendAsset(response, pathname) : redirectHome(response);
    }
    const cookie = token === null ? null : this.session.exchange(token);
    if (cookie !== null) return redirectHome(response, cookie);
    const advice = 'Open the address that Strata printed when it started. It works for one browser.';
    send(response, 401, advice);
  }

  /** PUT brings a file, DELETE takes all files of an upload away again. Only pages of this server may. */
  private async takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isSameOrigin(request) || !this.session.isMember(request))
      return send(response, 403, 'Not from here.');
    const place = decoded(request.url!.slice(UPLOAD_PATH.length));
    if (request.method === 'DELETE') {
      await this.uploads.discard(place);
      return send(response, 204, '');
    }
    if (request.method !== 'PUT')
      return send(response, 405, 'Only PUT and DELETE.', { Allow: 'PUT, DELETE' });
    try {
      const path = await this.uploads.receive(place, request);
      return path === null ? send(response, 400, 'There is no such place.') : send(response, 201, path);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (GIVEN_UP.includes(code)) return;
      // The rest of the body is not read: the page must not wait for that.
      response.setHeader('Connection', 'close');
      if (code === 'ENOSPC' || code === 'EDQUOT') return send(response, 507, 'The disk is full.');
      throw error;
    }
  }

  private async sendAsset(response: ServerResponse, pathname: string): Promise<void> {
    const asset = await readAsset(this.assets, pathname);
    if (asset === null) return send(response, 404, 'There is nothing here.');
    send(response, 200, asset.body, asset.headers);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const allowed = isLocal(request) && isSameOrigin(request) && this.session.isMember(request);
    if (!allowed || request.url !== RPC_PATH) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => attachRenderer(client, this.app));
  }
}

/** The text that percent signs stand for; empty where they make no sense. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function redirectHome(response: ServerResponse, cookie?: string): void {
  send(response, 303, '', { Location: '/', ...(cookie !== undefined && { 'Set-Cookie': cookie }) });
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  const plain = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  response.writeHead(status, { ...plain, ...SECURITY_HEADERS, ...headers }).end(body);
}

function notBuilt(folder: string): StrataError {
  return new StrataError({
    code: 'RENDERER_NOT_BUILT',
    message: 'The studio’s pages have not been built yet.',
    where: folder,
    fix: 'Start Strata with "npm start" or "npm run serve", which build them.',
  });
}

function listenError(cause: NodeJS.ErrnoException, port: number): Error {
  if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return cause;
  return new StrataError(
    {
      code: 'PORT_IN_USE',
      message: `Port ${port} cannot be used.`,
      got: cause.message,
      fix: 'Choose another one with --port, or leave it out to take any that is free.',
    },
    { cause },
  );
}
