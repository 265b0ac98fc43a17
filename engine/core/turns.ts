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

/** Says when others should have a turn, and gives them one. */
export class Turn {
  private began = performance.now();

  get over(): boolean {
    return performance.now() - this.began >= TURN;
  }

  async pass(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.began = performance.now();
  }
}

/** Does the work and lets others have a turn now and then. `between` is called after each such turn: what it throws ends the work. */
export async function inTurns<T>(work: Turns<T>, between: () => void = () => {}): Promise<T> {
  const turn = new Turn();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (!turn.over) continue;
    await turn.pass();
    between();
  }
}
