import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createValueHash } from './value-hash.ts';

it('is HMAC-SHA-256, cut to 96 bits, for every key and value', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.string({ unit: 'grapheme' }), (key, value) => {
      const reference = createHmac('sha256', key).update(value).digest('base64url').slice(0, 16);
      expect(createValueHash(key)(value)).toBe(reference);
    }),
  );
});
