import type { ImportContext } from './context.ts';

type Tell = ImportContext['onProgress'];

/** Progress is told so often: many times a second would only keep the listeners busy. */
const EVERY_MS = 100;
/** Before this, how long the rest will take is a guess. */
const KNOWN_AFTER_MS = 1000;

/** Hands the progress of reading `bytes` on, now and then, with how fast it goes and how long it will take. */
export function paced(tell: Tell, bytes: number, now: () => number = () => performance.now()): Tell {
  const start = now();
  let told = -Infinity;
  return (progress) => {
    const time = now();
    if (time - told < EVERY_MS) return;
    told = time;
    const seconds = (time - start) / 1000;
    const share = progress.total ? progress.done / progress.total : 0;
    const known = share > 0 && time - start >= KNOWN_AFTER_MS;
    tell({
      ...progress,
      ...(known && { secondsLeft: (seconds * Math.max(0, 1 - share)) / share }),
      ...(known && bytes > 0 && { bytesPerSecond: (share * bytes) / seconds }),
    });
  };
}
