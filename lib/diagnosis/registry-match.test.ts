import { describe, expect, it } from 'vitest';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { nearEntry, registryMatches } from './registry-match.ts';

const matches = (entry: string, image: string) => {
  const reference = parseImageReference(image);
  return reference !== undefined && registryMatches(entry, reference);
};

describe('registryMatches', () => {
  it.each([
    ['ghcr.io', 'ghcr.io/acme/web:1', true],
    ['https://ghcr.io', 'ghcr.io/acme/web:1', true],
    ['https://ghcr.io/v2/', 'ghcr.io/acme/web:1', true],
    ['https://ghcr.io/v2', 'ghcr.io/acme/web:1', false],
    ['*.azurecr.io', 'a.azurecr.io/x:1', true],
    ['*.azurecr.io', 'a.b.azurecr.io/x:1', false],
    ['reg-*.example.com', 'reg-7.example.com/x:1', true],
    ['registry.example.com', 'registry.example.com:5000/x:1', false],
    ['registry.example.com:5000', 'registry.example.com:5000/x:1', true],
    ['ghcr.io/acme', 'ghcr.io/acmecorp/x:1', true],
    ['ghcr.io/acme', 'ghcr.io/other/x:1', false],
    ['https://index.docker.io/v1/', 'nginx', true],
    ['docker.io', 'nginx', true],
    ['index.docker.io/v1/', 'nginx', true],
    ['index.docker.io/v1', 'nginx', false],
    ['index.docker.io/acme', 'acme/web', false],
    ['*.docker.io', 'nginx', false],
    ['docker.io/acme', 'acme/web', true],
    ['docker.io/acme', 'other/web', false],
    ['ghcr.io/acme/', 'ghcr.io/acmecorp/x:1', false],
    ['ghcr.io/acme/', 'ghcr.io/acme/x:1', true],
    ['ghcr.io/v2/acme', 'ghcr.io/acme/x:1', true],
    ['ghcr.io/*', 'ghcr.io/acme/x:1', false],
    ['GHCR.io', 'ghcr.io/acme/x:1', false],
    ['ghcr.io:443', 'ghcr.io/acme/x:1', false],
    ['oci://ghcr.io', 'ghcr.io/acme/x:1', false],
    ['reg-[0-9].example.com', 'reg-7.example.com/x:1', true],
    ['reg-[0-9].example.com', 'reg-x.example.com/x:1', false],
    ['reg-[0-9.example.com', 'reg-7.example.com/x:1', false],
    ['hub.docker.com', 'nginx', false],
    ['registry-1.docker.io', 'nginx', false],
    ['docker.com', 'nginx', false],
    ['', 'nginx', false],
  ])('entry %s for image %s: %s', (entry, image, expected) => {
    expect(matches(entry, image)).toBe(expected);
  });
});

describe('nearEntry', () => {
  it.each([
    ['ghcr.io/acme', 'ghcr.io/other/x:1', 'path'],
    ['index.docker.io/v1', 'nginx', 'path'],
    ['registry.example.com', 'registry.example.com:5000/x:1', 'port'],
    ['quay.io', 'ghcr.io/other/x:1', undefined],
    ['ghcr.io', 'ghcr.io/other/x:1', undefined],
  ])('entry %s misses %s by its %s', (entry, image, expected) => {
    const reference = parseImageReference(image);
    expect(reference && nearEntry(entry, reference)).toBe(expected);
  });

  it('never takes long over a hostile entry', () => {
    const reference = parseImageReference('a.example.com/x:1');
    const entry = `${'*a'.repeat(100)}.example.com`;
    expect(reference && registryMatches(entry, reference)).toBe(false);
  });
});
