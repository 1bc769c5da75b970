import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedValues } from './shared-values.ts';

const copy = <T>(value: T): T => structuredClone(value);
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.constantFrom('', 'a', 'b', 'info', 0, 1, -1, 1.5, 1_795_226_700_000, true, false, undefined),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('name', 'value', 'x'), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('SharedValues', () => {
  it('answers the same object for equal records, and for their equal parts', () => {
    const { share } = new SharedValues();
    const first = share({ name: 'a', limits: { memory: '1Gi' } });
    const other = share({ name: 'b', limits: { memory: '1Gi' } });
    expect(share({ name: 'a', limits: { memory: '1Gi' } })).toBe(first);
    expect(other).not.toBe(first);
    expect(other.limits).toBe(first.limits);
  });

  it.each([
    ['values in another order', ['a', 'b'], ['b', 'a']],
    ['the same values under other names', { x: 'a' }, { y: 'a' }],
    ['one field more', { x: 'a' }, { x: 'a', y: undefined }],
    ['a list and a record', ['a'], { 0: 'a' }],
    ['a number and its text', { x: 1 }, { x: '1' }],
    ['long texts that differ in one place', ['x'.repeat(400)], [`${'x'.repeat(201)}y${'x'.repeat(198)}`]],
  ])('keeps apart %s', (_what, a, b) => {
    const { share } = new SharedValues();
    expect(share<unknown>(copy(a))).toEqual(a);
    expect(share<unknown>(copy(b))).toStrictEqual(b);
  });

  it('never changes what a value says, whatever came before', () => {
    const { share } = new SharedValues();
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(share(copy(value))).toStrictEqual(value);
      }),
    );
  });

  it('hands out nothing that can be changed', () => {
    const { share } = new SharedValues();
    const shared = share({ list: [{ a: 1 }] });
    expect([shared, shared.list, shared.list[0]].every(Object.isFrozen)).toBe(true);
  });

  it('takes parts that are frozen already as they are', () => {
    const { share } = new SharedValues();
    const labels = Object.freeze({ app: ['web', 'x'].join('') });
    share('webx');
    expect(share({ labels })).toEqual({ labels: { app: 'webx' } });
  });

  it('makes something once from a part that is frozen, and each time from one that may change', () => {
    const { once } = new SharedValues();
    let made = 0;
    const make = () => ({ made: ++made });
    const frozen = Object.freeze({});
    expect(once(frozen, make)).toBe(once(frozen, make));
    const fresh = {};
    expect(once(fresh, make)).not.toBe(once(fresh, make));
  });
});
