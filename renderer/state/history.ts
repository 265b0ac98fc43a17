/** One value with everything that it was before and, after an undo, was to be. Immutable. */
export interface History<T> {
  readonly past: readonly Step<T>[];
  readonly present: T;
  readonly future: readonly Step<T>[];
  /** What the newest step would be merged with, and until when. */
  readonly merge: { readonly key: string; readonly until: number } | null;
}

interface Step<T> {
  /** What the person did, as the menu shows it: "Undo move". */
  readonly label: string;
  readonly value: T;
}

const LIMIT = 500;
/** Edits of the same thing within this many milliseconds of each other are one step, as typing in a field is. */
const MERGE_MS = 1200;

export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], merge: null };
}

/** `key` names what is edited (a field, say); two edits in a row with the same key are undone together. */
export function record<T>(
  history: History<T>,
  label: string,
  value: T,
  key: string | null,
  now: number,
): History<T> {
  if (value === history.present) return history;
  const joins = key !== null && history.merge?.key === key && now <= history.merge.until;
  return {
    past: joins ? history.past : [...history.past, { label, value: history.present }].slice(-LIMIT),
    present: value,
    future: [],
    merge: key === null ? null : { key, until: now + MERGE_MS },
  };
}

export function undo<T>(history: History<T>): History<T> {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.value,
    future: [{ label: step.label, value: history.present }, ...history.future],
    merge: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [step, ...future] = history.future;
  if (!step) return history;
  return {
    past: [...history.past, { label: step.label, value: history.present }],
    present: step.value,
    future,
    merge: null,
  };
}
