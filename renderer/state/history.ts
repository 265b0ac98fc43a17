/** One value with everything that it was before and, after an undo, was to be. Immutable. */
export interface History<T, A> {
  readonly past: readonly Step<T, A>[];
  readonly present: T;
  readonly future: readonly Step<T, A>[];
  /** What the newest step would be merged with, and until when. */
  readonly merge: { readonly key: string; readonly until: number } | null;
}

interface Step<T, A> {
  /** What the person did. */
  readonly act: A;
  readonly value: T;
}

const LIMIT = 500;
/** Edits of the same thing within this many milliseconds of each other are one step, as typing in a field is. */
const MERGE_MS = 1200;

export function beginHistory<T, A>(present: T): History<T, A> {
  return { past: [], present, future: [], merge: null };
}

/** `key` names what is edited (a field, say); two edits in a row with the same key are undone together. */
export function record<T, A>(
  history: History<T, A>,
  act: A,
  value: T,
  key: string | null,
  now: number,
): History<T, A> {
  if (value === history.present) return history;
  const joins = key !== null && history.merge?.key === key && now <= history.merge.until;
  return {
    past: joins ? history.past : [...history.past, { act, value: history.present }].slice(-LIMIT),
    present: value,
    future: [],
    merge: key === null ? null : { key, until: now + MERGE_MS },
  };
}

export function undo<T, A>(history: History<T, A>): History<T, A> {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.value,
    future: [{ act: step.act, value: history.present }, ...history.future],
    merge: null,
  };
}

export function redo<T, A>(history: History<T, A>): History<T, A> {
  const [step, ...future] = history.future;
  if (!step) return history;
  return {
    past: [...history.past, { act: step.act, value: history.present }],
    present: step.value,
    future,
    merge: null,
  };
}
