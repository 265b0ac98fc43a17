import { chromium, type Browser } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackedArchives } from './software-vulkan.ts';

const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'];

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  // Without a locale in the environment it would be "en-US@posix", which Intl does not take.
  '--lang=en-US',
];

/** Flags that give pages WebGPU on the software driver. */
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];

/** Headless Chromium of the npm package `@sparticuz/chromium`, with the libraries and fonts it brings along. */
export async function launchChromium(options: { webgpu?: boolean } = {}): Promise<Browser> {
  const folder = await unpackedArchives(ARCHIVES);
  if (folder === null) throw new Error('The npm package @sparticuz/chromium is not installed.');
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: [...FLAGS, ...(options.webgpu ? WEBGPU : [])],
    env: {
      ...process.env,
      LC_ALL: 'en_US.UTF-8',
      LD_LIBRARY_PATH: `${join(folder, 'al2023', 'lib')}:${folder}`,
      FONTCONFIG_FILE: await fontSettings(folder),
    },
  });
}

/** The package's own settings look for fonts in /tmp; where Chromium finds none, it ends at the first list box. */
async function fontSettings(folder: string): Promise<string> {
  const file = join(folder, 'fonts.conf');
  const fonts = join(folder, 'fonts');
  await writeFile(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">` +
      `<fontconfig><dir>${fonts}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`,
  );
  return file;
}
