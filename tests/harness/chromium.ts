import { chromium, type Browser } from '@playwright/test';
import { join } from 'node:path';
import { unpackedArchives } from '../../main/software-vulkan.ts';

const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'];

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
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
      LD_LIBRARY_PATH: `${join(folder, 'al2023', 'lib')}:${folder}`,
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  });
}
