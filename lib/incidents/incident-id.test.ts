import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_FAMILIES } from '#lib/model/problem.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { incidentId } from './incident-id.ts';

describe('incidentId', () => {
  it('never changes: links are in chats and tickets', () => {
    expect(incidentId('prod', aWorkloadRef({ name: 'checkout' }), 'image')).toBe('4ax6agknn3864');
  });

  it('does not depend on the uid, which a guessed owner lacks', () => {
    const id = incidentId('prod', aWorkloadRef({ uid: 'a' }), 'crash');
    expect(incidentId('prod', aWorkloadRef({ uid: '' }), 'crash')).toBe(id);
  });

  it('fits a URL and is easy to read aloud', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (cluster, name) => {
        expect(incidentId(cluster, aWorkloadRef({ name }), 'crash')).toMatch(/^[0-9a-hjkmnp-tv-z]{13}$/);
      }),
    );
  });

  it('does not confuse names that touch', () => {
    const ids = [
      incidentId('a', aWorkloadRef({ namespace: 'b', name: 'c' }), 'crash'),
      incidentId('ab', aWorkloadRef({ namespace: '', name: 'c' }), 'crash'),
      incidentId('a', aWorkloadRef({ namespace: 'bc', name: '' }), 'crash'),
      incidentId('a', aWorkloadRef({ namespace: 'b', name: 'c', kind: 'StatefulSet' }), 'crash'),
      incidentId('a', aWorkloadRef({ namespace: 'b', name: 'c' }), 'image'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps twenty thousand neighbours apart', () => {
    const ids = new Set<string>();
    for (let number = 0; number < 2000; number += 1) {
      for (const family of FAILURE_FAMILIES.slice(0, 10)) {
        ids.add(incidentId('prod', aWorkloadRef({ name: `web-${number}` }), family));
      }
    }
    expect(ids.size).toBe(20_000);
  });
});
