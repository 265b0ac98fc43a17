import { createBirpc } from 'birpc';
import { StrataError, toProblem, type Problem } from './errors.ts';

/** A two-way pipe to another process. Messages are structured-cloneable. */
export interface Channel {
  post(message: unknown): void;
  listen(receive: (message: unknown) => void): void;
}

export interface Peer<Remote> {
  /** The other side's functions. A call that fails there rejects with a `StrataError` here. */
  readonly remote: Remote;
  /** Rejects the calls that are under way, and all later ones, with this problem. */
  close(problem: Problem): void;
}

export interface PeerOptions<Remote> {
  /** Functions of the other side that are told something and not asked: nobody waits for an answer, and they never reject. */
  readonly events?: readonly (keyof Remote & string)[];
  /** Told what a function of this side threw, before the other side learns of it, and what an event could not be sent for. */
  readonly onerror?: (error: unknown, method: string) => void;
}

/**
 * Typed calls in both directions over a channel. Only own properties of `local` can be called. Errors cross as plain
 * `Problem`s, which every serialiser carries, and become `StrataError`s again on the other side.
 */
export function connectPeer<Remote extends object>(
  channel: Channel,
  local: object,
  options: PeerOptions<Remote> = {},
): Peer<Remote> {
  const functions = local as Record<string, (...args: unknown[]) => unknown>;
  const events = new Set<string | symbol>(options.events);
  let closed: Problem | null = null;
  const rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, object, false>(functions, {
    post: (message) => channel.post(message),
    on: (receive) => channel.listen(receive),
    resolver: (method) => guarded(functions, method, options.onerror),
    timeout: -1,
    proxify: false,
  });
  const call = async (method: string, args: unknown[]): Promise<unknown> => {
    if (closed) throw new StrataError(closed);
    try {
      return await rpc.$call(method, ...args);
    } catch (error) {
      throw asStrataError(error);
    }
  };
  const tell = async (method: string, args: unknown[]): Promise<void> => {
    if (closed) return; // Nobody is there to be told.
    try {
      await rpc.$callEvent(method, ...args);
    } catch (error) {
      options.onerror?.(error, method);
    }
  };
  return {
    remote: new Proxy({} as Remote, {
      // `then` must not look like a function, or awaiting the proxy would call the other side.
      get: (_, method) =>
        typeof method === 'symbol' || method === 'then'
          ? undefined
          : (...args: unknown[]) => (events.has(method) ? tell : call)(method, args),
    }),
    close(problem) {
      closed = problem;
      rpc.$close(new StrataError(problem));
    },
  };
}

function guarded(
  functions: Record<string, (...args: unknown[]) => unknown>,
  method: string,
  onerror?: (error: unknown, method: string) => void,
) {
  if (!Object.hasOwn(functions, method)) return undefined;
  return async (...args: unknown[]) => {
    try {
      return await functions[method](...args);
    } catch (error) {
      onerror?.(error, method);
      throw toProblem(error);
    }
  };
}

function asStrataError(error: unknown): StrataError {
  if (error instanceof StrataError) return error;
  return new StrataError(isProblem(error) ? error : toProblem(error), { cause: error });
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string' &&
    !(value instanceof Error)
  );
}
