import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOCAL_NAMES = new Set(['127.0.0.1', 'localhost']);

/**
 * Who may talk to the server. The address that is printed carries a token that works once; the browser that brings it gets a
 * cookie, which scripts cannot read and other sites cannot send.
 */
export class Session {
  private token: string | null = randomBytes(32).toString('base64url');
  private readonly secret = randomBytes(32).toString('base64url');
  private readonly cookie: string;

  /** Cookies are shared by all ports of an address, so the port is in the name. */
  constructor(port: number) {
    this.cookie = `strata-${port}`;
  }

  /** The token, for the address that is printed. */
  get unusedToken(): string {
    if (this.token === null) throw new Error('The token has been used.');
    return this.token;
  }

  /** The `Set-Cookie` header in exchange for the token, once; null for any other text. */
  exchange(token: string): string | null {
    if (this.token === null || !equal(token, this.token)) return null;
    this.token = null;
    return `${this.cookie}=${this.secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  isMember(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
    const [, value] = cookies.find(([name]) => name === this.cookie) ?? [];
    return value !== undefined && equal(value, this.secret);
  }
}

/**
 * False where the request was made under another name than this machine's own, as a page does that rebinds its domain to
 * 127.0.0.1. Any port will do: an SSH tunnel may have another one at its far end.
 */
export function isLocal(request: IncomingMessage): boolean {
  const match = /^([^:]+)(?::\d+)?$/.exec(request.headers.host ?? '');
  return match !== null && LOCAL_NAMES.has(match[1]);
}

/** True where the request comes from a page of this very server. Browsers always send it with a WebSocket. */
export function isSameOrigin(request: IncomingMessage): boolean {
  return request.headers.origin === `http://${request.headers.host}`;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
