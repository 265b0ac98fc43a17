import { protocol } from 'electron';
import { readAsset } from '../assets.ts';
import { SECURITY_HEADERS } from '../headers.ts';

export const SCHEME = 'app';
/** Each window has an origin of its own. */
export const STUDIO_URL = `${SCHEME}://studio/`;
export const EXECUTOR_URL = `${SCHEME}://executor/`;

/** Before the app is ready: makes `app:` a proper, secure scheme, as WebGPU and modules need. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built pages, by the host of the address, with the same headers as the serve host. */
export function handleScheme(folders: Readonly<Record<string, string>>): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const folder = folders[host];
    const asset = folder && method === 'GET' ? await readAsset(folder, pathname) : null;
    if (!asset) return new Response('There is nothing here.', { status: 404, headers: SECURITY_HEADERS });
    return new Response(new Uint8Array(asset.body), { headers: { ...SECURITY_HEADERS, ...asset.headers } });
  });
}
