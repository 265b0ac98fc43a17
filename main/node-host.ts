import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineProcess, Host } from './host.ts';

const ENGINE = fileURLToPath(new URL('../engine/process/entry.ts', import.meta.url));

/** The host of the serve command and of all others: the engine is a forked Node process, and there are no dialogs. */
export function nodeHost(logFile: string): Host {
  return {
    kind: 'serve',
    dialogs: false,
    spawnEngine: (environment) => forkEngine(environment, logFile),
    chooseSource: async () => null,
  };
}

function forkEngine(environment: Readonly<Record<string, string>>, logFile: string): EngineProcess {
  // What the engine prints is nothing for a person's terminal, where it would stand between the lines of a command.
  const log = openSync(logFile, 'a');
  const child = fork(ENGINE, [], {
    env: { ...process.env, ...environment },
    serialization: 'advanced',
    stdio: ['ignore', log, log, 'ipc'],
    // A process group of its own: Ctrl-C is for us, and we stop the engine after its checkpoint.
    detached: true,
  });
  closeSync(log);
  const engine: EngineProcess = {
    pid: child.pid,
    channel: {
      // A message to an engine that has just died is lost either way; `onexit` tells everyone who waits.
      post: (message) => void child.send(message as object, () => {}),
      listen: (receive) => void child.on('message', receive),
    },
    onexit: () => {},
    kill: () => void child.kill(),
  };
  let over = false;
  const end = (reason: string) => {
    if (!over) engine.onexit(reason);
    over = true;
  };
  child.once('error', (error) => end(error.message));
  // What it had told before it ended is still on its way: only when the channel is empty is it over.
  child.once('exit', (code, signal) => {
    const reason = signal ? `signal ${signal}` : `exit code ${code}`;
    if (child.connected) child.once('disconnect', () => end(reason));
    else end(reason);
  });
  return engine;
}
