/** Turns a document of one version into the next; `version` itself is set by the caller. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Entry i turns version i + 1 into version i + 2. A released migration is never changed. */
export const MIGRATIONS: readonly Migration[] = [
  // Groups.
  (document) => ({ ...document, groups: [] }),
];
