import { expect, it } from 'vitest';
import { ChangedKeys } from './changed-keys.ts';

it('announces the first change at once, and later ones together, each key once, when the window ends', () => {
  const tasks: (() => void)[] = [];
  const announced: (readonly string[])[] = [];
  const changed = new ChangedKeys({
    announce: (keys) => announced.push(keys),
    schedule: (_delayMs, task) => tasks.push(task),
    windowMs: 1_000,
  });
  const endWindow = () => tasks.splice(0).forEach((task) => task());
  changed.add('/api/pods');
  changed.add('/api/pods', '/api/overview');
  changed.add('/api/pods');
  expect(announced).toEqual([['/api/pods']]);
  endWindow();
  expect(announced.slice(1)).toEqual([['/api/pods', '/api/overview']]);
  endWindow();
  changed.add('/api/actions');
  expect(announced.at(-1)).toEqual(['/api/actions']);
});
