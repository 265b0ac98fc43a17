/**
 * Long work that can be broken off: it yields wherever others may have a turn. A process that does nothing else meanwhile would hear no
 * message, not even that the work is not wanted any more.
 */
export type Turns<T> = Generator<undefined, T, undefined>;

/** Milliseconds of work after which others have a turn. */
const TURN = 20;

/** Does the work without a break. */
export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work and lets others have a turn now and then. `between` is called after each such turn: what it throws ends the work. */
export async function inTurns<T>(work: Turns<T>, between: () => void = () => {}): Promise<T> {
  let began = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - began < TURN) continue;
    await new Promise((resolve) => setTimeout(resolve));
    between();
    began = performance.now();
  }
}
