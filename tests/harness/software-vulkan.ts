import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * SwiftShader, a Vulkan driver in software, comes inside the npm package `@sparticuz/chromium`: the tests' WebGPU runs
 * on it.
 */

/** Environment that makes a child process find the software driver, or null where there is none to be had. */
export async function softwareVulkanEnvironment(): Promise<Record<string, string> | null> {
  const folder = await unpackedArchives(['swiftshader.tar.br']);
  if (folder === null) return null;
  return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') };
}

/**
 * Folder under node_modules/.cache that holds the package's archives, unpacked once per version. Several
 * processes may ask at the same time: each unpacks into a folder of its own and the first rename wins.
 */
export async function unpackedArchives(archives: readonly string[]): Promise<string | null> {
  const home = packageFolder();
  if (home === null) return null;
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const cache = join(home, '..', '..', '.cache', 'strata');
  const target = join(cache, `${version}-${archives.map((name) => name.split('.')[0]).join('-')}`);
  if (existsSync(target)) return target;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(`${target}.`);
  try {
    await unpack(
      archives.map((name) => join(home, 'bin', name)),
      folder,
    );
    await rename(folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

function packageFolder(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
  } catch {
    return null; // Not installed.
  }
}

/** The package unpacks into `os.tmpdir()`, which it reads at call time, so that is where the folder must stand. */
async function unpack(files: readonly string[], folder: string): Promise<void> {
  const { inflate } = (await import('@sparticuz/chromium')) as typeof import('@sparticuz/chromium');
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    for (const file of files) await inflate(file);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
