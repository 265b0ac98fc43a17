import type { ProjectState } from '../state/project.svelte.ts';
import type { MenuItem } from '../ui/menu.ts';
import type { CanvasActions } from './actions.ts';
import type { ViewActions } from './keys.ts';

/** The context menu of the canvas, for what is selected, or for the canvas itself. */
export function canvasMenu(
  project: ProjectState,
  actions: CanvasActions,
  view: ViewActions & { copy(): void; paste(): void },
): readonly MenuItem[] {
  const { nodes, edges } = project.selection;
  if (nodes.size > 0) return selectionMenu(project, actions, view);
  if (edges.size > 0) {
    return [
      {
        label: 'Delete connection',
        shortcut: 'Delete',
        danger: true,
        onselect: () => actions.removeSelected(),
      },
    ];
  }
  return [
    { label: 'Add a layer…', shortcut: 'Tab', onselect: view.quickAdd },
    { label: 'Paste', shortcut: 'Mod+V', disabled: !actions.copied, onselect: view.paste },
    { label: 'Select all', shortcut: 'Mod+A', line: true, onselect: () => actions.selectAll() },
    { label: 'Arrange automatically', shortcut: 'L', onselect: view.arrange },
    { label: 'Fit into the view', shortcut: 'F', onselect: view.fit },
  ];
}

function selectionMenu(
  project: ProjectState,
  actions: CanvasActions,
  view: { copy(): void },
): readonly MenuItem[] {
  const { nodes } = project.selection;
  const frozen = project.document.nodes.some((node) => nodes.has(node.id) && !node.trainable);
  const several: readonly MenuItem[] = [
    { label: 'Align left edges', line: true, onselect: () => actions.align('left') },
    { label: 'Align centres', onselect: () => actions.align('centre') },
    { label: 'Align top edges', onselect: () => actions.align('top') },
    {
      label: 'Space out evenly downwards',
      disabled: nodes.size < 3,
      onselect: () => actions.distribute('y'),
    },
    { label: 'Space out evenly across', disabled: nodes.size < 3, onselect: () => actions.distribute('x') },
  ];
  return [
    { label: 'Copy', shortcut: 'Mod+C', onselect: view.copy },
    { label: 'Duplicate', shortcut: 'Mod+D', onselect: () => actions.duplicate() },
    { label: frozen ? 'Train its weights again' : 'Freeze weights', onselect: () => actions.freeze(!frozen) },
    ...(nodes.size > 1 ? several : []),
    {
      label: 'Delete',
      shortcut: 'Delete',
      danger: true,
      line: true,
      onselect: () => actions.removeSelected(),
    },
  ];
}
