import { describe, expect, it } from 'vitest';
import { isAskedFor, nanos, type Filter } from './cri-messages.ts';

const all: Filter = { id: '', podSandboxId: '', state: null, labelSelector: {} };
const container = {
  id: 'c1',
  state: 'CONTAINER_EXITED',
  podSandboxId: 's1',
  labels: { app: 'web', tier: 'a' },
};

describe('isAskedFor', () => {
  it('lets everything through that no field excludes', () => {
    expect(isAskedFor(container, null)).toBe(true);
    expect(isAskedFor(container, all)).toBe(true);
    expect(isAskedFor(container, { ...all, labelSelector: { app: 'web' } })).toBe(true);
  });

  it.each([
    { id: 'c2' },
    { podSandboxId: 's2' },
    { state: { state: 'CONTAINER_RUNNING' } },
    { labelSelector: { app: 'web', tier: 'b' } },
  ])('leaves out what %j does not match', (field) =>
    expect(isAskedFor(container, { ...all, ...field })).toBe(false),
  );
});

describe('nanos', () => {
  it('keeps what a double would lose', () => expect(nanos(1_795_274_976_637)).toBe('1795274976637000000'));
  it('is 0 for what never was', () => expect(nanos(0)).toBe('0'));
});
