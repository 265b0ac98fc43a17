import { tick } from 'svelte';

/**
 * For an effect: where what had the focus has gone with a step of a dialog, `body` takes it. It would fall on the button that closes the
 * dialog, and Enter with it.
 */
export function keepFocus(actions: HTMLElement | undefined, body: HTMLElement | undefined): void {
  void tick().then(() => {
    if (!actions?.contains(document.activeElement)) body?.focus();
  });
}
