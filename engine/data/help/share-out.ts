/** How tasks are done: by this thread, and by another one as far as they fit it. */
interface Sharing<T, R> {
  here(task: T, at: number): Promise<R>;
  readonly there?: { fits(task: T): boolean; run(task: T, at: number): Promise<R> };
}

/** The results of all tasks, in their order. Nothing goes on any more when this ends, with an error either. */
export async function shareOut<T, R>(tasks: readonly T[], { here, there }: Sharing<T, R>): Promise<R[]> {
  const results = new Array<R>(tasks.length);
  const waiting = new Set(tasks.keys());
  let failed = false;
  async function workOff(order: readonly number[], run: Sharing<T, R>['here']): Promise<void> {
    for (const at of order) {
      if (failed) return;
      if (!waiting.delete(at)) continue;
      try {
        results[at] = await run(tasks[at], at);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const all = [...tasks.keys()];
  const fitting = there ? all.filter((at) => there.fits(tasks[at])) : [];
  const own = all.filter((at) => !fitting.includes(at));
  // What only this thread can do comes first; of the rest both begin at another end.
  const work = [workOff([...own, ...fitting.toReversed()], here)];
  if (there) work.push(workOff(fitting, (task, at) => there.run(task, at)));
  await Promise.allSettled(work);
  await Promise.all(work);
  return results;
}
