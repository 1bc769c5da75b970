import { describe, expect, it } from 'vitest';
import { scopeWording } from './scope-wording.ts';
import { SIGNATURES, type Level } from './signatures.ts';

const CASES = SIGNATURES.flatMap((signature) =>
  signature.levels.map((level: Level) => ({
    name: `${signature.id} by ${level.by.join(' and ')}`,
    signature,
    level,
  })),
);

describe('every shared cause', () => {
  it.each(CASES)('has a short title and a claim with the name: $name', ({ signature, level }) => {
    for (const name of ['x', 'a-very-long-name.of-something.that-nobody-would.type-twice.example']) {
      const wording = scopeWording({
        key: '',
        signature,
        level,
        factor: { kind: level.by[0], name, namespace: 'shop' },
        members: [],
        witnesses: { inside: [], cached: [], outside: [] },
      });
      expect(wording.title.length).toBeLessThan(38);
      expect(wording.title).not.toMatch(/…$/);
      expect(wording.claim).not.toMatch(/\.$/);
    }
  });

  it('quotes names in commands, whatever they are', () => {
    const [signature] = SIGNATURES.filter(({ id }) => id === 'secret-not-found');
    const hostile = "x'; rm -rf ~";
    const { remedies } = scopeWording({
      key: '',
      signature: signature ?? { id: 'secret-not-found', levels: [{ by: ['secret'], min: 2 }] },
      level: { by: ['secret'], min: 2 },
      factor: { kind: 'secret', name: hostile, namespace: 'shop' },
      members: [],
      witnesses: { inside: [], cached: [], outside: [] },
    });
    for (const { commands } of remedies)
      for (const command of commands) expect(command).not.toContain(hostile);
  });
});
