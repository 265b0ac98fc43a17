import type { PlanBuffer } from './plan.ts';

/** Something that needs a buffer from one step of a program to another, both included. */
export interface Lifetime {
  /** What asked for it; answered by this key. */
  readonly key: string;
  readonly label: string;
  readonly bytes: number;
  /** Pinned: the buffer is never shared. */
  readonly pinned: boolean;
  readonly program: string;
  readonly from: number;
  readonly to: number;
}

export interface MemoryPlan {
  readonly buffers: readonly PlanBuffer[];
  readonly bufferOf: ReadonlyMap<string, number>;
}

/** Bytes of all buffers: what the device must hold. */
export const peakBytes = ({ buffers }: Pick<MemoryPlan, 'buffers'>): number =>
  buffers.reduce((sum, { bytes }) => sum + bytes, 0);

interface Slot {
  readonly bytes: number;
  readonly label: string;
  readonly pinned: boolean;
  readonly taken: Lifetime[];
}

/**
 * Gives every lifetime a buffer. Large ones first, each into the smallest buffer that is free all the time it
 * lives (greedy by size: Pisarchyk & Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
 * Programs never run at the same time, so they share buffers.
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const slots: Slot[] = [];
  const slotOf = new Map<string, Slot>();
  const bySize = [...lifetimes].sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.bytes - a.bytes);
  for (const lifetime of bySize) {
    const free = lifetime.pinned
      ? undefined
      : slots.findLast((slot) => !slot.pinned && isFree(slot, lifetime));
    const slot = free ?? { bytes: lifetime.bytes, label: lifetime.label, pinned: lifetime.pinned, taken: [] };
    if (!free) slots.push(slot);
    slot.taken.push(lifetime);
    slotOf.set(lifetime.key, slot);
  }
  const numbers = new Map(slots.map((slot, number) => [slot, number]));
  return {
    buffers: slots.map(({ bytes, label }) => ({ bytes, label })),
    bufferOf: new Map([...slotOf].map(([key, slot]) => [key, numbers.get(slot) ?? 0])),
  };
}

function isFree(slot: Slot, lifetime: Lifetime): boolean {
  return slot.taken.every(
    (other) => other.program !== lifetime.program || other.to < lifetime.from || lifetime.to < other.from,
  );
}
