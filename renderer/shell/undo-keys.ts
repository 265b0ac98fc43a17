import type { ProjectState } from '../state/project.svelte.ts';

/** Undo and redo by keyboard. Inside a text field they belong to the text. */
export function undoKeys(event: KeyboardEvent, project: ProjectState): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isTextField(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) project.undo();
  else if (key === 'y' || key === 'z') project.redo();
  else return;
  event.preventDefault();
}

export function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range])'))
  );
}
