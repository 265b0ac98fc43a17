// Runs a program of node_modules/.bin with the software Vulkan driver in its environment:
//   node build/with-software-vulkan.ts vitest run engine/ops
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { softwareVulkanEnvironment } from '../tests/harness/software-vulkan.ts';

const [program, ...parameters] = process.argv.slice(2);
const environment = await softwareVulkanEnvironment();
const child = spawn(process.execPath, [join('node_modules', '.bin', program), ...parameters], {
  stdio: 'inherit',
  env: { ...process.env, ...environment },
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
