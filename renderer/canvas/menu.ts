import { usesOf } from '../state/groups.ts';
import { definitionIn } from '../state/levels.ts';
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
    { label: 'Paste', shortcut: 'Mod+V', disabled: !project.copied, onselect: view.paste },
    { label: 'Select all', shortcut: 'Mod+A', line: true, onselect: () => actions.selectAll() },
    { label: 'Arrange automatically', shortcut: 'L', onselect: view.arrange },
    { label: 'Fit into the view', shortcut: 'F', onselect: view.fit },
    ...(project.level.length > 0
      ? [{ label: 'Leave the group', shortcut: 'Alt+Up', line: true, onselect: () => void actions.leave() }]
      : []),
  ];
}

function selectionMenu(
  project: ProjectState,
  actions: CanvasActions,
  view: { copy(): void },
): readonly MenuItem[] {
  const { nodes } = project.selection;
  const frozen = project.graph.nodes.some((node) => nodes.has(node.id) && !node.trainable);
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
    { label: 'Group', shortcut: 'Mod+G', line: true, onselect: () => actions.group() },
    ...(actions.selectedGroup() ? groupMenu(project, actions) : []),
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

function groupMenu(project: ProjectState, actions: CanvasActions): readonly MenuItem[] {
  const group = definitionIn(project.document.groups, actions.selectedGroup()!);
  const shared = group !== undefined && usesOf(project.document, group.id) > 1;
  return [
    { label: 'Open the group', shortcut: 'Enter', onselect: () => void actions.enter() },
    { label: 'Ungroup', shortcut: 'Mod+Shift+G', onselect: () => actions.ungroup() },
    { label: 'Make independent', disabled: !shared, onselect: () => actions.makeIndependent() },
  ];
}
