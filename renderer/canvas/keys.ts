import { GRID } from '../state/geometry.ts';
import type { CanvasActions } from './actions.ts';

/** What keys ask of the view, beyond what they do to the document. */
export interface ViewActions {
  fit(): void;
  zoom(direction: 1 | -1): void;
  arrange(): void;
  quickAdd(): void;
  help(): void;
  clearSelection(): void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Carries out a key of canvas/shortcuts.ts; true where it was one. */
export function canvasKey(event: KeyboardEvent, actions: CanvasActions, view: ViewActions): boolean {
  const arrow = ARROWS[event.key];
  if (arrow) {
    const far = GRID * (event.shiftKey ? 5 : 1);
    actions.nudge(arrow[0] * far, arrow[1] * far);
    return true;
  }
  const command = (event.ctrlKey || event.metaKey ? commands : event.altKey ? {} : plain)[
    event.key.toLowerCase()
  ];
  command?.(actions, view);
  return command !== undefined;
}

type Command = (actions: CanvasActions, view: ViewActions) => void;

const commands: Readonly<Record<string, Command>> = {
  a: (actions) => actions.selectAll(),
  d: (actions) => actions.duplicate(),
};

const plain: Readonly<Record<string, Command>> = {
  delete: (actions) => actions.removeSelected(),
  backspace: (actions) => actions.removeSelected(),
  escape: (_, view) => view.clearSelection(),
  f: (_, view) => view.fit(),
  l: (_, view) => view.arrange(),
  '+': (_, view) => view.zoom(1),
  '=': (_, view) => view.zoom(1),
  '-': (_, view) => view.zoom(-1),
  '?': (_, view) => view.help(),
};
