import { toProblem, type Problem } from '../../engine/core/errors.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly problem: Problem | null;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** Short messages at the edge of the window. Problems stay until they are closed; the rest leaves by itself. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  private next = 1;

  show(text: string, action: Toast['action'] = null): void {
    const id = this.add({ text, problem: null, action });
    setTimeout(() => this.close(id), 5000);
  }

  fail(error: unknown): void {
    const problem = toProblem(error);
    // The same trouble from several sides is still one trouble.
    if (this.list.some((toast) => toast.problem?.code === problem.code && toast.text === problem.message))
      return;
    this.add({ text: problem.message, problem, action: null });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  private add(toast: Omit<Toast, 'id'>): number {
    const id = this.next++;
    this.list = [...this.list.slice(-3), { id, ...toast }];
    return id;
  }
}

export const toasts = new Toasts();
