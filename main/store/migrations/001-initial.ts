/**
 * Times are ISO 8601 in UTC; JSON stands in TEXT columns. A run keeps its data set's hash and name by value, so that it
 * stays readable after the data set is deleted.
 */
export default `
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- What the command line trained, e.g. template:iris-mlp, so that training it again adds to the same project.
  origin TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE revisions (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  nodes INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (project_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  source TEXT NOT NULL,
  -- The sample:<id> reference that this snapshot stands for.
  sample TEXT UNIQUE,
  bytes INTEGER NOT NULL,
  schema TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  dataset_name TEXT NOT NULL,
  status TEXT NOT NULL CHECK
    (status IN ('preparing', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted')),
  -- Process that trains it, while one does.
  owner INTEGER,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  device TEXT,
  parameters INTEGER,
  peak_bytes INTEGER,
  step INTEGER NOT NULL DEFAULT 0,
  epoch REAL NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0,
  metrics TEXT NOT NULL DEFAULT '{}',
  problem TEXT,
  UNIQUE (project_id, number),
  FOREIGN KEY (project_id, revision) REFERENCES revisions (project_id, revision) ON DELETE CASCADE
) STRICT;

CREATE TABLE metrics (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  split TEXT NOT NULL,
  step INTEGER NOT NULL,
  epoch REAL NOT NULL,
  "values" TEXT NOT NULL,
  PRIMARY KEY (run_id, step, split)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  -- Relative to the store's folder, so that the folder can be moved.
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('checkpoint')),
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  step INTEGER NOT NULL,
  epoch REAL NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
