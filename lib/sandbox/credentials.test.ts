import { describe, expect, it } from 'vitest';
import type { Pod, Secret } from './client/objects.ts';
import { credentialsFor, pullSecretError } from './credentials.ts';

const metadata = {
  name: 'regcred',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '',
};
const pod: Pod = { metadata, spec: { containers: [], imagePullSecrets: [{ name: 'regcred' }] } };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const typed = (type: string, key: string, content: unknown): Secret => ({
  metadata,
  type,
  data: { [key]: base64(typeof content === 'string' ? content : JSON.stringify(content)) },
});
const dockerConfig = (auths: unknown) =>
  typed('kubernetes.io/dockerconfigjson', '.dockerconfigjson', { auths });
const offered = (secret: Secret, repository: string) =>
  credentialsFor(pod, { get: () => secret }, repository).map(({ username }) => username);
const login = (username: string) => ({ auth: base64(`${username}:secret`) });

describe('credentials of a pod', () => {
  it.each<[string, string, boolean]>([
    ['ghcr.io', 'ghcr.io/acme/app', true],
    ['https://ghcr.io', 'ghcr.io/acme/app', true],
    ['https://ghcr.io/v2/', 'ghcr.io/acme/app', true],
    ['https://ghcr.io/v2', 'ghcr.io/acme/app', false],
    ['ghcr.io/acme', 'ghcr.io/acme/app', true],
    ['ghcr.io/acm', 'ghcr.io/acme/app', true],
    ['ghcr.io/other', 'ghcr.io/acme/app', false],
    ['*.azurecr.io', 'a.azurecr.io/app', true],
    ['*.azurecr.io', 'a.b.azurecr.io/app', false],
    ['registry.acme.example', 'registry.acme.example:5000/app', false],
    ['https://index.docker.io/v1/', 'docker.io/acme/site', true],
    ['docker.io', 'docker.io/acme/site', true],
    ['hub.docker.com', 'docker.io/acme/site', false],
    ['registry-1.docker.io', 'docker.io/acme/site', false],
  ])('entry %s for %s: %s', (key, repository, fits) => {
    expect(offered(dockerConfig({ [key]: login('ci') }), repository)).toEqual(fits ? ['ci'] : []);
  });

  it('come most specific first', () => {
    const secret = dockerConfig({ 'ghcr.io': login('all'), 'ghcr.io/acme': login('acme') });
    expect(offered(secret, 'ghcr.io/acme/app')).toEqual(['acme', 'all']);
  });

  it('are read from the old format too', () => {
    const secret = typed('kubernetes.io/dockercfg', '.dockercfg', {
      'ghcr.io': { username: 'old', password: 'x' },
    });
    expect(offered(secret, 'ghcr.io/acme/app')).toEqual(['old']);
  });

  it('are ignored in silence in a Secret of another type', () => {
    const secret = { ...dockerConfig({ 'ghcr.io': login('ci') }), type: 'Opaque' };
    expect(offered(secret, 'ghcr.io/acme/app')).toEqual([]);
  });

  it.each([
    ['user:password', "invalid character 'u' looking for beginning of value"],
    ['{"auths":', 'unexpected end of JSON input'],
  ])('cannot be read at all from %s', (text, error) => {
    const secret = typed('kubernetes.io/dockerconfigjson', '.dockerconfigjson', text);
    expect(pullSecretError(pod, { get: () => secret })).toBe(error);
  });
});
