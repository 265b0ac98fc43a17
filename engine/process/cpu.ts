import { availableParallelism, cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CpuExecutor, type Thread } from '../backends/cpu/executor.ts';
import type { ThreadReply } from '../backends/cpu/thread.ts';
import type { DeviceInfo } from '../core/device.ts';

/** More threads than this wait for each other more than they compute. */
const MOST_THREADS = 16;
/** Largest buffer: half of what WebAssembly addresses. */
const LARGEST_BUFFER = 2 ** 31;
/** What WebAssembly addresses with 32 bits, less what the threads need for themselves. */
const MEMORY = 2 ** 32 - 2 ** 26;
/** No limit of the processor's; kernels that do too much at once run out of registers. */
const BUFFERS_PER_KERNEL = 16;

/** The executor that computes on the processor, with a thread for each of its cores. */
export function createCpuExecutor(threads = Math.min(MOST_THREADS, availableParallelism())): CpuExecutor {
  const device: DeviceInfo = {
    name: cpus()[0]?.model.trim() || 'Processor',
    vendor: '',
    architecture: process.arch,
    backend: 'wasm',
    software: true,
    features: ['simd128'],
    maxBufferBytes: LARGEST_BUFFER,
    memoryBytes: MEMORY,
    maxBuffersPerKernel: BUFFERS_PER_KERNEL,
    threads,
  };
  return new CpuExecutor(device, Array.from({ length: threads }, startThread));
}

/** Beside this file: as source, or bundled. */
const THREAD = import.meta.url.endsWith('.ts') ? './cpu-thread.ts' : './cpu-thread.js';

function startThread(): Thread {
  const worker = new Worker(new URL(THREAD, import.meta.url));
  const thread: Thread = {
    // A thread that waits for work is no reason for the process to stay; one that works is.
    post: (command) => {
      worker.ref();
      worker.postMessage(command);
    },
    onreply: () => {},
    onexit: () => {},
    terminate: async () => void (await worker.terminate()),
  };
  worker.on('message', (reply: ThreadReply) => {
    worker.unref();
    thread.onreply(reply);
  });
  worker.on('error', (error) => thread.onexit(error.message));
  worker.on('exit', (code) => thread.onexit(`A computing thread ended with code ${code}.`));
  worker.unref();
  return thread;
}
