import { describe, expect, it } from 'vitest';
import { beginHistory, record, redo, undo } from './history.ts';

const typed = (values: readonly string[], at: readonly number[]) =>
  values.reduce(
    (history, value, index) => record(history, 'typing', value, 'field', at[index]),
    beginHistory<string, string>(''),
  );

describe('history', () => {
  it('goes back and forth through every step', () => {
    const history = record(
      record(beginHistory<string, string>('a'), 'one', 'b', null, 0),
      'two',
      'c',
      null,
      1,
    );
    expect(undo(history).present).toBe('b');
    expect(undo(undo(history)).present).toBe('a');
    expect(redo(undo(undo(history))).present).toBe('b');
    expect(redo(redo(undo(undo(history))))).toMatchObject({ present: 'c', future: [] });
    expect(undo(beginHistory<string, string>('a')).present).toBe('a');
  });

  it('says what would be undone and redone', () => {
    const history = record(
      record(beginHistory<string, string>('a'), 'one', 'b', null, 0),
      'two',
      'c',
      null,
      1,
    );
    expect(history.past.at(-1)?.act).toBe('two');
    expect(undo(history).past.at(-1)?.act).toBe('one');
    expect(undo(history).future[0].act).toBe('two');
  });

  it('forgets what was undone once something new is done', () => {
    const history = record(
      undo(record(beginHistory<string, string>('a'), 'one', 'b', null, 0)),
      'other',
      'c',
      null,
      1,
    );
    expect(history.future).toEqual([]);
    expect(undo(history).present).toBe('a');
  });

  it('takes quick edits of the same thing as one step', () => {
    expect(typed(['1', '12', '128'], [0, 300, 700]).past).toHaveLength(1);
    expect(undo(typed(['1', '12', '128'], [0, 300, 700])).present).toBe('');
    expect(typed(['1', '12', '128'], [0, 300, 5000]).past).toHaveLength(2);
    const between = record(typed(['1'], [0]), 'moving', 'x', null, 100);
    expect(record(between, 'typing', '2', 'field', 200).past).toHaveLength(3);
  });

  it('does not merge with what was there before an undo', () => {
    const history = record(undo(typed(['1'], [0])), 'typing', '2', 'field', 100);
    expect(history.past).toHaveLength(1);
    expect(undo(history).present).toBe('');
  });

  it('takes no step where nothing changed', () => {
    const history = beginHistory<string, string>('a');
    expect(record(history, 'nothing', 'a', null, 0)).toBe(history);
  });
});
