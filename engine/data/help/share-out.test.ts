import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { shareOut } from './share-out.ts';

const TASKS = [...'abcdefgh'];

it('both do tasks, each once, and results are in the order of the tasks', async () => {
  const done: string[] = [];
  const answer = (who: string) => async (task: string, at: number) => {
    await setImmediate();
    done.push(`${who} ${task}`);
    return `${at}${task}`;
  };
  const there = { fits: (task: string) => task > 'c', run: answer('there') };
  const results = await shareOut(TASKS, { here: answer('here'), there });
  expect(results).toEqual(TASKS.map((task, at) => `${at}${task}`));
  expect(done.map((each) => each.slice(-1)).sort()).toEqual(TASKS);
  for (const task of 'abc') expect(done).toContain(`here ${task}`);
  expect(done.filter((each) => each.startsWith('there')).length).toBeGreaterThan(0);
});

it('after an error nothing is begun, and what was going on has ended', async () => {
  const log: string[] = [];
  const here = async (task: string) => {
    log.push(`here ${task}`);
    throw new Error('broken');
  };
  const run = async (task: string) => {
    log.push(`there ${task}`);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    log.push(`ended ${task}`);
    return task;
  };
  await expect(shareOut(TASKS, { here, there: { fits: () => true, run } })).rejects.toThrow('broken');
  expect(log).toEqual(['here h', 'there a', 'ended a']);
});
