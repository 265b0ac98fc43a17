import { GRID } from '../state/geometry.ts';
import type { CanvasActions } from './actions.ts';

/** What keys ask of the view, beyond what they do to the document. */
export interface ViewActions {
  fit(): void;
  zoom(direction: 1 | -1): void;
  arrange(): void;
  quickAdd(): void;
  help(): void;
  /** Selects nothing; where nothing is selected, goes out of the open group. */
  escape(): void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Carries out a key of canvas/shortcuts.ts; true where it was one. */
export function canvasKey(event: KeyboardEvent, actions: CanvasActions, view: ViewActions): boolean {
  const command = commands[combination(event)];
  if (command) return command(actions, view) !== false;
  const arrow = event.altKey ? undefined : ARROWS[event.key];
  if (arrow) {
    const far = GRID * (event.shiftKey ? 5 : 1);
    actions.nudge(arrow[0] * far, arrow[1] * far);
    return true;
  }
  return false;
}

/** `mod+shift+g`; Shift counts only beside other modifiers, as it is part of how `?` and `+` are typed. */
function combination({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const mod = ctrlKey || metaKey;
  const held = [mod && 'mod', altKey && 'alt', shiftKey && (mod || altKey) && 'shift'];
  return [...held, key.toLowerCase()].filter(Boolean).join('+');
}

/** What a key does; false where there was nothing to do, so that it keeps its other meanings. */
type Command = (actions: CanvasActions, view: ViewActions) => boolean | void;

const commands: Readonly<Record<string, Command>> = {
  'mod+a': (actions) => actions.selectAll(),
  'mod+d': (actions) => actions.duplicate(),
  'mod+g': (actions) => actions.group(),
  'mod+shift+g': (actions) => actions.ungroup(),
  enter: (actions) => actions.enter(),
  'alt+arrowup': (actions) => actions.leave(),
  delete: (actions) => actions.removeSelected(),
  backspace: (actions) => actions.removeSelected(),
  escape: (_, view) => view.escape(),
  f: (_, view) => view.fit(),
  l: (_, view) => view.arrange(),
  '+': (_, view) => view.zoom(1),
  '=': (_, view) => view.zoom(1),
  '-': (_, view) => view.zoom(-1),
  '?': (_, view) => view.help(),
};
