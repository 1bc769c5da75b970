import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEST_NOW } from '#lib/sandbox/test-cluster.ts';
import { readTar, writeTar } from './tar-archive.ts';

const part = fc.stringMatching(/^[a-z.]{1,30}$/);
const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));

describe('an archive', () => {
  it('gives back what was put in, in whole records', () => {
    const entry = fc.record({ name: path, text: fc.string({ maxLength: 2000, unit: 'grapheme' }) });
    const folder = path.map((name) => ({ name: `${name}/`, text: '' }));
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, folder), { maxLength: 8 }), (entries) => {
        const archive = writeTar(entries, TEST_NOW);
        expect(archive.length % 10_240).toBe(0);
        expect(readTar(Buffer.from(archive))).toEqual(entries);
      }),
    );
  });

  it('begins as the standard says', () => {
    const header = Buffer.from(writeTar([{ name: 'etc/hosts', text: 'x' }], 0)).subarray(0, 512);
    expect(header.toString('latin1').replaceAll('\u0000', ' ').replace(/ +/g, ' ').trim()).toMatch(
      /^etc\/hosts 0000644 0000000 0000000 00000000001 00000000000 0\d{5} 0 ustar 00root root$/,
    );
  });

  it('leaves out links and extended headers, not what follows them', () => {
    const [link, file] = [writeTar([{ name: 'l', text: '' }], 0), writeTar([{ name: 'f', text: 'x' }], 0)];
    link[156] = '2'.charCodeAt(0);
    expect(readTar(Buffer.concat([link.subarray(0, 512), file]))).toEqual([{ name: 'f', text: 'x' }]);
  });

  it('that is cut off ends there', () => {
    const archive = Buffer.from(writeTar([{ name: 'a', text: 'x'.repeat(2000) }], 0));
    expect(readTar(archive.subarray(0, 300))).toEqual([]);
  });
});
