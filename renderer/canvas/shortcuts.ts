/** What the keys do on the canvas, as the help sheet lists it. Canvas.svelte and shell/undo-keys.ts carry it out. */
export const SHORTCUTS: readonly {
  readonly title: string;
  readonly keys: readonly (readonly [string, string])[];
}[] = [
  {
    title: 'Add and connect',
    keys: [
      ['Tab', 'Add a layer at the pointer'],
      ['Double-click', 'Add a layer on the empty canvas'],
      ['Enter', 'Add the focused palette layer behind the selection'],
      ['Drag a port', 'Connect; drop on the empty canvas to choose a layer'],
    ],
  },
  {
    title: 'Edit',
    keys: [
      ['Mod+Z', 'Undo'],
      ['Mod+Shift+Z', 'Redo'],
      ['Mod+C', 'Copy'],
      ['Mod+X', 'Cut'],
      ['Mod+V', 'Paste at the pointer'],
      ['Mod+D', 'Duplicate'],
      ['Delete', 'Delete and join the neighbours'],
      ['Arrows', 'Move the selection (Shift: further)'],
    ],
  },
  {
    title: 'Groups',
    keys: [
      ['Mod+G', 'Make a group of the selection'],
      ['Mod+Shift+G', 'Take the selected group apart'],
      ['Enter', 'Open the selected group (or double-click it)'],
      ['Alt+Up', 'Leave the group (or Escape with nothing selected)'],
    ],
  },
  {
    title: 'Select and look',
    keys: [
      ['Mod+A', 'Select everything'],
      ['Shift+Drag', 'Select with a box'],
      ['Mod+Click', 'Add to the selection'],
      ['Escape', 'Select nothing'],
      ['F', 'Fit the model into the view'],
      ['L', 'Arrange automatically'],
      ['Plus', 'Zoom in'],
      ['Minus', 'Zoom out'],
      ['?', 'This list'],
    ],
  },
];
