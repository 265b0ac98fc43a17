import { toProblem, type Problem } from '../../engine/core/errors.ts';
import { discard, pathOf, type Dropped } from '../state/dropped.ts';

/** A file or folder that the person picks or drops. What is not on the host yet is brought there first. */
export class SourcePicker {
  /** Bytes that were brought to the host, while they are. */
  sent = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  /** What is being looked at. */
  looking = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  private sending: AbortController | null = null;
  /** Under which dropped files lie on the host. */
  private upload: string | null = null;
  private readonly onpick: (path: string) => Promise<void>;

  constructor(onpick: (path: string) => Promise<void>) {
    this.onpick = onpick;
  }

  async choose(path: string): Promise<void> {
    this.looking = path;
    this.problem = null;
    try {
      await this.onpick(path);
    } finally {
      this.looking = null;
    }
  }

  async take(dropped: Dropped): Promise<void> {
    const controller = new AbortController();
    this.sending = controller;
    this.close();
    this.upload = crypto.randomUUID();
    this.problem = null;
    this.sent = { done: 0, total: 0 };
    try {
      const path = await pathOf(dropped, this.upload, {
        signal: controller.signal,
        onProgress: (done, total) => (this.sent = { done, total }),
      });
      this.sent = null;
      await this.choose(path);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'CANCELLED') this.problem = problem;
    } finally {
      this.sent = null;
      this.sending = null;
    }
  }

  cancel(): void {
    this.sending?.abort();
  }

  /** Nobody needs what was brought to the host any more. */
  close(): void {
    if (this.upload !== null) discard(this.upload);
    this.upload = null;
  }
}
