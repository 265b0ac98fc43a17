import { describe, expect, it } from 'vitest';
import { checkGraph } from '../../engine/graph/check.ts';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { portName, portNodes } from '../../engine/graph/ports.ts';
import { addNode, connect, newNode, setParam } from './edit.ts';
import { groupNodes } from './group.ts';
import { editGroup } from './groups.ts';
import { checksAt, placeOf, problemsAt } from './inside.ts';
import { addPort, movePort } from './port-edits.ts';

/** input-1 → group-1 (dense-1), repeated. */
function model(repeat = 1): ModelDocument {
  const nodes = ['input', 'dense', 'relu'].reduce<ModelDocument>(
    (before, type, at) => addNode(newNode(before, type), [0, at * 104])(before),
    emptyDocument('m'),
  );
  const linked = [
    ['input-1', 'dense-1'],
    ['dense-1', 'relu-1'],
  ].reduce(
    (before, [from, to]) =>
      connect({ from: { node: from, port: 'output' }, to: { node: to, port: 'input' } })(before),
    nodes,
  );
  const grouped = groupNodes(linked, [], new Set(['dense-1'])).edit(linked);
  return setParam(['group-1'], 'repeat', repeat)(grouped);
}

const names = (document: ModelDocument, side: 'input' | 'output') =>
  portNodes(document.groups[0], side).map(portName);

describe('ports of a group', () => {
  it('are added under a free name and beside the others', () => {
    const once = addPort('group-1', 'input')(model());
    const twice = addPort('group-1', 'input')(once);
    expect(names(twice, 'input')).toEqual(['input', 'input-2', 'input-3']);
    const places = portNodes(twice.groups[0], 'input').map(({ id }) => twice.groups[0].layout[id]);
    expect(new Set(places.map(([x]) => x)).size).toBe(3);
    expect(new Set(places.map(([, y]) => y)).size).toBe(1);
  });

  it('change places with their neighbours, and stay at the ends', () => {
    const document = addPort('group-1', 'input')(model());
    const [first, second] = portNodes(document.groups[0], 'input').map(({ id }) => id);
    expect(names(movePort('group-1', second, -1)(document), 'input')).toEqual(['input-2', 'input']);
    expect(movePort('group-1', first, -1)(document)).toBe(document);
    expect(names(movePort('group-1', first, 1)(document), 'output')).toEqual(['output']);
  });
});

describe('the inside of a group', () => {
  it('is checked as in the first round', () => {
    const document = model(3);
    const checks = checksAt(checkGraph(document), document, ['group-1']);
    expect(checks['dense-1'].inputs.input[0].shape).toEqual(['batch', 4]);
    expect(checks['dense-1'].parameters).toBe(4 * 64 + 64);
  });

  it('shows its problems at their node, and at the group from outside', () => {
    const document = editGroup('group-1', setParam(['dense-1'], 'units', 0))(model());
    const check = checkGraph(document);
    const [outside] = problemsAt(check, document, []).filter(({ severity }) => severity === 'error');
    expect([outside.node, outside.field]).toEqual(['group-1', undefined]);
    const [inside] = problemsAt(check, document, ['group-1']);
    expect([inside.node, inside.field]).toEqual(['dense-1', 'units']);
    const found = check.diagnostics.find(({ severity }) => severity === 'error')!;
    expect(placeOf(found)).toEqual({ level: ['group-1'], node: 'dense-1' });
  });
});
