import { getContext, setContext } from 'svelte';

/** The family of shared weights whose member the pointer is over: the whole family is marked then. */
class FamilyState {
  hovered = $state<string | null>(null);
}

const KEY = Symbol('family');

export function provideFamily(): void {
  setContext(KEY, new FamilyState());
}

export function useFamily(): FamilyState {
  return getContext<FamilyState>(KEY);
}
