import { describe, expect, it } from 'vitest';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { registryMatches } from './registry-match.ts';

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
    ['hub.docker.com', 'nginx', false],
    ['registry-1.docker.io', 'nginx', false],
    ['docker.com', 'nginx', false],
    ['', 'nginx', false],
  ])('entry %s for image %s: %s', (entry, image, expected) => {
    expect(matches(entry, image)).toBe(expected);
  });
});
