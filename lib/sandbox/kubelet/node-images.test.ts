import { expect, it } from 'vitest';
import type { Pod, Secret } from '#lib/sandbox/client/objects.ts';
import { NodeImages } from './node-images.ts';

const metadata = {
  name: 'regcred',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '',
};
const auths = { 'ghcr.io': { username: 'ci', password: 'x' } };
const secret: Secret = {
  metadata,
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
};
const secrets = { get: () => secret };
const aPod = (...names: string[]): Pod => ({
  metadata,
  spec: { containers: [], imagePullSecrets: names.map((name) => ({ name })) },
});

it('an image that anybody could pull serves every pod', () => {
  const images = new NodeImages();
  expect(images.has('redis:7', aPod(), secrets)).toBe(false);
  images.pulled('redis:7');
  expect(images.has('docker.io/library/redis:7', aPod(), secrets)).toBe(true);
});

it('an image that came with credentials serves pods that have them', () => {
  const images = new NodeImages();
  images.pulled('ghcr.io/acme/app:1', 'shop/regcred');
  expect(images.has('ghcr.io/acme/app:1', aPod(), secrets)).toBe(false);
  expect(images.has('ghcr.io/acme/app:1', aPod('regcred'), secrets)).toBe(true);
});
