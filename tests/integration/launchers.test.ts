import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startFile, temporaryFolder } from './strata.ts';

/** The files behind `npm start`, `npm run serve` and `npx strata`, which the README tells people to use. */

const { folder, remove } = temporaryFolder();
afterAll(remove);

// A folder without Electron stands for a machine that has none, whether this one does or not.
const WITHOUT_ELECTRON = { ELECTRON_OVERRIDE_DIST_PATH: folder };
const UNSEEN = ['--port', '0', '--no-open'];

it.each([
  ['npm start, without Electron', 'build/start.mjs', UNSEEN],
  ['npm run serve', 'build/strata.mjs', ['serve', ...UNSEEN]],
])('%s opens the studio, and ends at Ctrl-C', { timeout: 180_000 }, async (name, file, parameters) => {
  const started = startFile(file, join(folder, 'home'), parameters, WITHOUT_ELECTRON);
  const url = (await started.printed('Strata is running at')).split(' ').at(-1)!;
  try {
    // The address lets the browser in once and gives it a cookie for the rest.
    const entry = await fetch(url, { redirect: 'manual' });
    const cookie = entry.headers.getSetCookie()[0].split(';')[0];
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Strata</title>');
  } finally {
    started.process.kill('SIGINT');
  }
  const { code, stderr } = await started.outcome;
  expect(code).toBe(0);
  expect(stderr.includes('Electron is not on this machine')).toBe(name.startsWith('npm start'));
});

it('npx strata runs a command and passes its exit code on', { timeout: 60_000 }, async () => {
  const none = startFile('build/strata.mjs', join(folder, 'home'), ['runs']);
  expect(await none.outcome).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('There are no runs yet'),
  });
  const wrong = startFile('build/strata.mjs', join(folder, 'home'), ['frobnicate']);
  expect((await wrong.outcome).code).toBe(2);
});
