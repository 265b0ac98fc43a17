import { parentPort } from 'node:worker_threads';
import { serveThread, type ThreadCommand } from '../backends/cpu/thread.ts';

/** Entry point of a thread that computes. */

const port = parentPort!;
const obey = serveThread((reply) => port.postMessage(reply));
port.on('message', (command: ThreadCommand) => obey(command));
