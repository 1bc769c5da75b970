import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText, invalidImageClause, parseImageReference, repositoryOf } from './image-reference.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('parseImageReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['foo/bar:1', 'docker.io/foo/bar:1'],
    ['myregistry/app:1', 'docker.io/myregistry/app:1'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['localhost/app:1', 'localhost/app:1'],
    ['registry:5000/app', 'registry:5000/app:latest'],
    ['ghcr.io/acme/web:0.2.1', 'ghcr.io/acme/web:0.2.1'],
    [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    [`nginx:1@${DIGEST}`, `docker.io/library/nginx:1@${DIGEST}`],
    ['[::1]:5000/app:1', '[::1]:5000/app:1'],
  ])('reads %s as %s', (image, canonical) => {
    const reference = parseImageReference(image);
    expect(reference && imageText(reference)).toBe(canonical);
  });

  it.each([
    ['', 'empty'],
    ['nginx:', 'ends with ":"'],
    ['/nginx', 'starts with "/"'],
    ['https://ghcr.io/acme/web', 'URL scheme'],
    ['ghcr.io/acme/Web:1', 'upper-case'],
    ['ghcr.io/acme/web: 1', 'blank'],
    ['web:${TAG}', 'placeholder'],
    ['web:<tag>', 'placeholder'],
    ['a@b@c', 'not of the form'],
    [`nginx@sha256:12`, 'not of the form'],
    [`nginx:${'1'.repeat(129)}`, 'not of the form'],
  ])('refuses "%s": %s', (image, clause) => {
    expect(parseImageReference(image)).toBeUndefined();
    expect(invalidImageClause(image)).toContain(clause);
  });

  it('reads its own text as the same reference', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,5})?$/);
    const host = fc.constantFrom('', 'ghcr.io/', 'localhost:5000/', 'registry.example.com/');
    const arb = fc.tuple(
      host,
      fc.array(part, { minLength: 1, maxLength: 3 }),
      fc.option(fc.stringMatching(/^\w[\w.-]{0,10}$/)),
    );
    fc.assert(
      fc.property(arb, ([registry, path, tag]) => {
        const reference = parseImageReference(`${registry}${path.join('/')}${tag === null ? '' : `:${tag}`}`);
        expect(reference).toBeDefined();
        if (!reference) return;
        expect(parseImageReference(imageText(reference))).toEqual(reference);
        expect(imageText(reference).startsWith(repositoryOf(reference))).toBe(true);
      }),
    );
  });

  it('never throws, and answers a clause for whatever it refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (image) => {
        if (!parseImageReference(image)) expect(invalidImageClause(image)).not.toBe('');
      }),
    );
  });
});
