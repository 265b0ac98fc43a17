import { setTimeout } from 'node:timers/promises';
import type { Tiles } from '../core/device.ts';
import { StrataError, toProblem, type Problem } from '../core/errors.ts';
import type { RunEvent } from '../core/run.ts';
import { openSnapshot } from '../data/snapshots/snapshot.ts';
import { Control, Stopped } from '../train/control.ts';
import { Training } from '../train/loop.ts';
import { checkpointFiles } from './checkpoint-files.ts';
import type { Devices } from './devices.ts';
import type { TrainRequest } from './protocol.ts';
import { tileFile } from './tile-files.ts';

/**
 * How long to wait before a lost device is opened again, in milliseconds: the driver may have to start anew. So often in a row,
 * without a new checkpoint in between, a run may lose its device before it is given up.
 */
const REOPEN_AFTER = [100, 1000, 5000];

interface Run {
  readonly request: TrainRequest;
  readonly control: Control;
  /** Newest checkpoint, to go on from when the device is lost. */
  checkpoint: string | undefined;
  /** Its tiles, once it has begun: it goes on with the same ones. */
  tiles: Tiles | undefined;
  /** Losses of the device since the newest checkpoint. */
  losses: number;
  /** Resolves when the run is over, whatever way. */
  over: Promise<void>;
}

/** The runs that the engine works on. */
export class Runs {
  private readonly devices: Devices;
  private readonly emit: (event: RunEvent) => void;
  private readonly runs = new Map<string, Run>();

  constructor(devices: Devices, emit: (event: RunEvent) => void) {
    this.devices = devices;
    this.emit = emit;
  }

  /** Resolves when training has begun, or was stopped before it had; rejects where it cannot begin. */
  async start(request: TrainRequest): Promise<void> {
    const { runId, resumeFrom } = request;
    if (this.runs.has(runId)) {
      throw new StrataError({ code: 'RUN_GOING', message: 'This run is going on already.', where: runId });
    }
    const run: Run = {
      request,
      control: new Control(),
      checkpoint: resumeFrom,
      tiles: request.tiles,
      losses: 0,
      over: Promise.resolve(),
    };
    this.runs.set(runId, run);
    try {
      this.emit({ kind: 'phase', runId, phase: 'preparing' });
      const preparing = this.prepare(run);
      run.over = preparing.then(
        () => undefined,
        () => undefined,
      );
      run.over = this.follow(run, await preparing);
    } catch (error) {
      this.runs.delete(runId);
      if (!(error instanceof Stopped)) throw error;
      this.emit({ kind: 'phase', runId, phase: 'stopped' });
    }
  }

  /** What a person wants of a run. Throws `RUN_NOT_GOING`. */
  control(runId: string): Control {
    const run = this.runs.get(runId);
    if (run) return run.control;
    throw new StrataError({
      code: 'RUN_NOT_GOING',
      message: 'This run is not going on.',
      where: runId,
      fix: 'Start it again from its checkpoint.',
    });
  }

  /** Stops all runs, each with a checkpoint, and waits for them. */
  async stopAll(): Promise<void> {
    for (const { control } of this.runs.values()) control.stop();
    await Promise.all([...this.runs.values()].map(({ over }) => over));
  }

  /** Tells that every run has failed. */
  fail(error: unknown): void {
    for (const runId of this.runs.keys()) {
      this.emit({ kind: 'phase', runId, phase: 'failed', problem: toProblem(error) });
    }
    this.runs.clear();
  }

  private async prepare(run: Run): Promise<() => Promise<void>> {
    const { runId, document, dataset, checkpoints, initialiseFrom } = run.request;
    const { checkpointEverySeconds, memoryLimit, autotune, tileFile: file } = run.request;
    const executor = await run.control.unlessStopped(this.devices.get());
    const snapshot = await openSnapshot(dataset);
    const emit = (event: RunEvent): void => {
      if (event.kind === 'checkpoint') {
        run.checkpoint = event.path;
        run.losses = 0;
      }
      if (event.kind === 'device') run.tiles = event.device.tiles ?? {};
      this.emit(event);
    };
    try {
      const training = await Training.prepare({
        runId,
        document,
        snapshot,
        executor,
        store: checkpointFiles(checkpoints),
        emit,
        control: run.control,
        resumeFrom: run.checkpoint,
        initialiseFrom,
        checkpointEverySeconds,
        memoryLimit,
        autotune,
        tiles: run.tiles,
        ...(file !== undefined && { tileStore: tileFile(file) }),
      });
      return () => training.run().finally(() => snapshot.close());
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  /** Runs to the end. A lost device is opened again, and the run goes on from its newest checkpoint. */
  private async follow(run: Run, first: () => Promise<void>): Promise<void> {
    const { runId } = run.request;
    let train = first;
    try {
      for (;;) {
        const problem = await lossIn(train);
        if (!problem) return;
        if (run.losses >= REOPEN_AFTER.length) throw new StrataError(problem);
        this.emit({ kind: 'phase', runId, phase: 'preparing', message: recovering(run), problem });
        await setTimeout(REOPEN_AFTER[run.losses++]);
        train = async () => (await this.prepare(run))();
      }
    } catch (error) {
      if (error instanceof Stopped) this.emit({ kind: 'phase', runId, phase: 'stopped' });
      else this.emit({ kind: 'phase', runId, phase: 'failed', problem: toProblem(error) });
    } finally {
      this.runs.delete(runId);
    }
  }
}

/** What happened to the device while something ran, if that is why it ended. Any other error is thrown. */
async function lossIn(work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code !== 'DEVICE_LOST') throw error;
    return problem;
  }
}

function recovering({ checkpoint, losses }: Run): string {
  const from = checkpoint === undefined ? 'from the beginning' : 'from the last checkpoint';
  const attempt = losses === 0 ? '' : ` (attempt ${losses + 1} of ${REOPEN_AFTER.length})`;
  return `The device was lost. It is opened again, and the run goes on ${from}${attempt}.`;
}
