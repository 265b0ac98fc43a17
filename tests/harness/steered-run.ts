import type { RunEvent } from '../../engine/core/run.ts';
import { Control } from '../../engine/train/control.ts';
import { Training } from '../../engine/train/loop.ts';
import type { TrainingParts } from '../../engine/train/prepare.ts';

/** What a run told until its end. */
export interface SteeredRun {
  readonly events: readonly RunEvent[];
  readonly checkpoints: readonly Extract<RunEvent, { kind: 'checkpoint' }>[];
  readonly phases: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  /** SHA-256 of the last checkpoint: equal hashes are equal bits of every weight, moment and counter. */
  readonly fingerprint: string | undefined;
  readonly error: unknown;
}

/** What a person does at an event of a run. */
export type Steer = (event: RunEvent, control: Control) => void;

/** Trains to the end; rejects where training cannot begin, and tells the error of one that fails on the way. */
export async function steeredRun(
  parts: Omit<TrainingParts, 'runId' | 'emit' | 'control' | 'checkpointEverySeconds'> &
    Partial<TrainingParts>,
  steer: Steer,
): Promise<SteeredRun> {
  const events: RunEvent[] = [];
  const control = new Control();
  const training = await Training.prepare({
    runId: 'run',
    checkpointEverySeconds: 60,
    control,
    emit: (event) => {
      events.push(event);
      steer(event, control);
    },
    ...parts,
  });
  const error = await training.run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const checkpoints = events.filter((event) => event.kind === 'checkpoint');
  return {
    events,
    checkpoints,
    phases: events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : [])),
    metrics: events.find((event) => event.kind === 'result')?.metrics ?? {},
    fingerprint: checkpoints.at(-1)?.sha256,
    error,
  };
}
