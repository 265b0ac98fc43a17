import { Devices, openExecutor } from './devices.ts';
import { engineApi } from './engine.ts';
import { Inference } from './inference.ts';
import { Jobs } from './jobs.ts';
import { DEVICE_CHOICES, DEVICE_VARIABLE, type EngineEvents } from './protocol.ts';
import { connectToMain, parentChannel } from './rpc.ts';
import { Runs } from './runs.ts';

/** The engine process: started by main as a Node child process or an Electron utility process. */

/** Time for the last messages to leave before the process ends. */
const LAST_WORDS_MILLISECONDS = 100;

const chosen = DEVICE_CHOICES.find((choice) => choice === process.env[DEVICE_VARIABLE]) ?? 'auto';
const devices = new Devices(() => openExecutor(chosen));
const runs = new Runs(devices, (event) => events.run(event));
const inference = new Inference(devices, (event) => events.generated(event));
const jobs = new Jobs((progress) => events.progress(progress));
const channel = parentChannel(() => void end());
const events: EngineEvents = connectToMain(
  channel,
  engineApi(devices, runs, inference, jobs),
  (error, method) => console.error(method, error),
);

/** Main wants the engine to end, or is gone itself: runs are saved first, and what is half imported is removed. */
async function end(): Promise<void> {
  await Promise.all([runs.stopAll(), jobs.stopAll()]);
  process.exit();
}

/** A fault that no call can tell of: the runs say so, and main starts the engine again. */
function fault(error: unknown): void {
  console.error(error);
  runs.fail(error);
  setTimeout(() => process.exit(1), LAST_WORDS_MILLISECONDS);
}

process.on('SIGTERM', () => void end());
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);
