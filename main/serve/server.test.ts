import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectPeer } from '../../engine/core/rpc.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { StrataApp } from '../app.ts';
import type { StudioApi } from '../contract.ts';
import { homeOf } from '../home.ts';
import { nodeHost } from '../node-host.ts';
import { StudioServer } from './server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let folder: string;
let app: StrataApp;
let server: StudioServer;
let port: number;
let token: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-serve-'));
  mkdirSync(join(folder, 'assets', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'assets', 'index.html'), '<!doctype html><title>Strata</title>');
  writeFileSync(join(folder, 'assets', 'assets', 'index-abc123.js'), 'export {}');
  writeFileSync(join(folder, 'secret.txt'), 'not for anyone');
  const home = homeOf({ STRATA_HOME: join(folder, 'home') });
  app = new StrataApp(nodeHost(home.log), { home });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await StudioServer.listen(app, { port: 0, assets: join(folder, 'assets') });
  const url = new URL(server.url);
  port = Number(url.port);
  token = url.searchParams.get('token')!;
  return () => server.close();
});

/** A raw request: `fetch` would not send the headers and paths that attackers do. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { Connection: 'close', ...headers } };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function signIn(): Promise<Record<string, string>> {
  const { headers } = await ask(`/?token=${token}`);
  return { Cookie: String(headers['set-cookie']).split(';')[0] };
}

/** Status of a refused upgrade, or 101. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    socket.on('error', () => {});
  });
}

describe('token and cookie', () => {
  it('exchanges the token for a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await ask(`/?token=${token}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(String(answer.headers['set-cookie'])).toMatch(
      new RegExp(`^strata-${port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
  });

  it('takes the token once', async () => {
    await signIn();
    const second = await ask(`/?token=${token}`);
    expect(second.status).toBe(401);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('serves nothing without the cookie', async () => {
    for (const cookie of ['', `strata-${port}=wrong`, `strata-${port}=`, `strata-${port}`]) {
      const headers = { Cookie: cookie };
      expect((await ask('/', headers)).status).toBe(401);
      expect((await ask('/assets/index-abc123.js', headers)).status).toBe(401);
    }
    expect((await ask('/?token=guess')).status).toBe(401);
  });

  it('serves the studio with it, and forgives a reload of the address with the token', async () => {
    const cookie = await signIn();
    const page = await ask('/', cookie);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>Strata</title>');
    expect((await ask(`/?token=${token}`, cookie)).status).toBe(303);
  });
});

describe('where requests may come from', () => {
  it('refuses other names than its own, as after DNS rebinding', async () => {
    const cookie = await signIn();
    for (const host of [`evil.example:${port}`, 'evil.example', `127.0.0.1.evil.example:${port}`, '[::1]']) {
      expect((await ask('/', { ...cookie, Host: host })).status, host).toBe(421);
    }
    expect((await ask('/', { ...cookie, Host: `localhost:${port}` })).status).toBe(200);
    expect((await ask('/', { ...cookie, Host: 'localhost:9999' })).status, 'SSH tunnel').toBe(200);
  });

  it('opens a WebSocket only for its own page, with the cookie, at the right path', async () => {
    const cookie = await signIn();
    const Origin = `http://127.0.0.1:${port}`;
    expect(await upgrade({ ...cookie, Origin })).toBe(101);
    expect(await upgrade({ Origin }), 'no cookie').toBe(403);
    expect(await upgrade(cookie), 'no origin').toBe(403);
    expect(await upgrade({ ...cookie, Origin: 'http://evil.example' }), 'other site').toBe(403);
    expect(await upgrade({ ...cookie, Origin: `http://127.0.0.1:${port + 1}` }), 'other port').toBe(403);
    expect(await upgrade({ ...cookie, Origin: 'null' }), 'sandboxed frame').toBe(403);
    const rebound = { Host: 'evil.example', Origin: 'http://evil.example' };
    expect(await upgrade({ ...cookie, ...rebound }), 'rebound name').toBe(403);
    expect(await upgrade({ ...cookie, Origin }, '/other'), 'other path').toBe(403);
  });

  it('answers only GET and HEAD', async () => {
    const cookie = await signIn();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/', cookie, method)).status, method).toBe(405);
    }
    expect((await ask('/', cookie, 'HEAD')).status).toBe(200);
    expect((await ask('http://evil.example/', cookie)).status, 'as a proxy').toBe(400);
  });

  it('listens on 127.0.0.1 alone', async () => {
    const { networkInterfaces } = await import('node:os');
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const other = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
    const refused = new Promise((resolve) => {
      const sent = request({ host: other?.address ?? '127.0.0.2', port }, () => resolve('answered'));
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      sent.end();
    });
    expect(await refused).toBe('ECONNREFUSED');
  });
});

describe('answers', () => {
  it('carry a strict content security policy and isolation headers, refusals too', async () => {
    const cookie = await signIn();
    for (const answer of [await ask('/', cookie), await ask('/none', cookie), await ask('/')]) {
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|data:|blob:|\*)/);
      expect(answer.headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('stay inside the folder of the pages', async () => {
    const cookie = await signIn();
    const attempts = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      `/${encodeURIComponent(join(folder, 'secret.txt'))}`,
      '//secret.txt',
      '/secret.txt%00.html',
      '/%E0%A4%A',
      '/assets',
    ];
    for (const path of attempts) {
      const { status, body } = await ask(path, cookie);
      expect(status, path).toBe(404);
      expect(body).not.toContain('not for anyone');
    }
  });

  it('name the right type, and are cached only where the name has a hash', async () => {
    const cookie = await signIn();
    const page = await ask('/', cookie);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    const script = await ask('/assets/index-abc123.js', cookie);
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });
});

describe('starting', () => {
  it('says so where the pages are not built or the port is taken', async () => {
    const listen = (options: { port: number; assets: string }) => StudioServer.listen(app, options);
    await expect(listen({ port: 0, assets: join(folder, 'none') })).rejects.toMatchObject({
      code: 'RENDERER_NOT_BUILT',
    });
    await expect(listen({ port, assets: join(folder, 'assets') })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
  });
});

describe('the contract over a WebSocket', () => {
  async function connect(): Promise<{ api: StudioApi; socket: WebSocket }> {
    const headers = { ...(await signIn()), Origin: `http://127.0.0.1:${port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers });
    await new Promise((resolve) => socket.once('open', resolve));
    const channel = {
      post: (message: unknown) => socket.send(JSON.stringify(message)),
      listen: (receive: (message: unknown) => void) =>
        void socket.on('message', (data) => receive(JSON.parse(String(data)))),
    };
    return { api: connectPeer<StudioApi>(channel, {}).remote, socket };
  }

  it('keeps projects and their revisions', async () => {
    const { api } = await connect();
    expect(await api.host()).toMatchObject({ kind: 'serve', dialogs: false });
    const project = await api.createProject(emptyDocument('Mine'));
    const changed = { ...project.document, name: 'Renamed' };
    expect(await api.saveRevision(project.id, changed, 1)).toEqual({ revision: 2 });
    expect(await api.saveRevision(project.id, changed, 2), 'identical').toEqual({ revision: 2 });
    await expect(api.saveRevision(project.id, project.document, 1)).rejects.toMatchObject({
      code: 'REVISION_CONFLICT',
    });
    expect(await api.listProjects()).toMatchObject([{ name: 'Renamed', revision: 2 }]);
    expect(await api.openRevision(project.id, 1)).toMatchObject({ name: 'Mine' });
    await api.deleteProject(project.id);
    expect(await api.listProjects()).toEqual([]);
  });

  it('tells every page what is wrong with a document, and goes on', async () => {
    const { api } = await connect();
    await expect(api.parseDocument('{ "format": "strata", ')).rejects.toMatchObject({
      code: 'DOCUMENT_JSON',
    });
    const broken = { ...emptyDocument('x'), nodes: [{ id: 'a b' }] } as never;
    await expect(api.createProject(broken)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    await expect(api.openProject('nope')).rejects.toMatchObject({ code: 'PROJECT_MISSING' });
    expect(await api.listProjects()).toEqual([]);
  });

  it('closes the connection of a page that sends no JSON, and no other', async () => {
    const { api } = await connect();
    const second = await StudioServer.listen(app, { port: 0, assets: join(folder, 'assets') });
    const { socket } = await connectTo(second);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('hello');
    expect(await closed).toBe(1007);
    await second.close();
    expect(await api.getSettings()).toEqual({});
  });

  async function connectTo(other: StudioServer): Promise<{ socket: WebSocket }> {
    const url = new URL(other.url);
    const answer = await fetch(url, { redirect: 'manual' });
    const Cookie = String(answer.headers.get('set-cookie')).split(';')[0];
    const socket = new WebSocket(`ws://${url.host}/rpc`, { headers: { Cookie, Origin: url.origin } });
    await new Promise((resolve) => socket.once('open', resolve));
    return { socket };
  }
});

describe('an upload', () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const put = (path: string, body: string | ReadableStream, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/upload/${path}`, {
      method: 'PUT',
      body,
      headers,
      duplex: 'half',
    } as RequestInit);
  const own = async () => ({ ...(await signIn()), Origin: `http://127.0.0.1:${port}` });

  it('lies on disk as it was sent, until it is discarded', async () => {
    const headers = await own();
    const answer = await put(`${id}/folder/a%20table.csv`, 'a,b\n1,2\n', headers);
    expect(answer.status).toBe(201);
    const path = await answer.text();
    expect(path.endsWith(join('folder', 'a table.csv'))).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('a,b\n1,2\n');
    await fetch(`http://127.0.0.1:${port}/upload/${id}`, { method: 'DELETE', headers });
    expect(existsSync(path)).toBe(false);
  });

  it('is taken from pages of this server alone, and only below its own folder', async () => {
    const headers = await own();
    expect((await put(`${id}/x`, 'x', { Origin: headers.Origin })).status).toBe(403);
    expect((await put(`${id}/x`, 'x', { ...headers, Origin: 'http://evil.example' })).status).toBe(403);
    for (const path of [`${id}/..%2F..%2Fx`, `${id}/`, 'x/y', `${id}/%00`, `${id}/%`])
      expect((await put(path, 'x', headers)).status, path).toBe(400);
  });

  it('that cannot be written is answered, and the rest of it is not waited for', async () => {
    const endless = new ReadableStream({
      async pull(stream) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        stream.enqueue(new Uint8Array(1024));
      },
    });
    // No system takes such a name, and it is found out when the file is opened.
    expect((await put(`${id}/${'x'.repeat(300)}`, endless, await own())).status).toBe(500);
  });

  it('that is broken off leaves nothing behind', async () => {
    const headers = await own();
    const path = await (await put(`${id}/first`, 'x', headers)).text();
    const abort = new AbortController();
    const endless = new ReadableStream({
      async pull(stream) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        stream.enqueue(new Uint8Array(1024));
      },
    });
    const broken = fetch(`http://127.0.0.1:${port}/upload/${id}/second`, {
      method: 'PUT',
      body: endless,
      headers,
      duplex: 'half',
      signal: abort.signal,
    } as RequestInit);
    const second = join(dirname(path), 'second');
    await expect.poll(() => existsSync(second)).toBe(true);
    abort.abort();
    await expect(broken).rejects.toThrow();
    await expect.poll(() => existsSync(second)).toBe(false);
  });
});
