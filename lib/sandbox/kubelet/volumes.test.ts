import { describe, expect, it } from 'vitest';
import type { ConfigMap, Pod, Secret, VolumeSpec } from '#lib/sandbox/client/objects.ts';
import { failedMount, heldVolumes } from './volumes.ts';

const metadata = { name: 'x', namespace: 'demo', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const settings: ConfigMap = { metadata, data: { 'app.yaml': 'a: 1' } };
const tls: Secret = { metadata, data: { 'tls.crt': '' } };
const held = (volume: Omit<VolumeSpec, 'name'>) => {
  const pod: Pod = { metadata, spec: { containers: [], volumes: [{ name: 'v', ...volume }] } };
  const found = heldVolumes(pod, {
    configMaps: { get: (_namespace, name) => (name === 'settings' ? settings : undefined) },
    secrets: { get: (_namespace, name) => (name === 'tls' ? tls : undefined) },
  });
  return found.map(failedMount);
};

describe('volumes of ConfigMaps and Secrets', () => {
  it.each<[string, Omit<VolumeSpec, 'name'>]>([
    ['that exist', { configMap: { name: 'settings', items: [{ key: 'app.yaml' }] } }],
    ['that are optional', { secret: { secretName: 'nope', optional: true } }],
    ['that hold nothing', { emptyDir: {} }],
    ['of the API access', { projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }],
  ])('%s are mounted', (_case, volume) => expect(held(volume)).toEqual([]));

  it.each<[Omit<VolumeSpec, 'name'>, string]>([
    [{ configMap: { name: 'nope' } }, 'configmap "nope" not found'],
    [{ secret: { secretName: 'nope' } }, 'secret "nope" not found'],
    [{ projected: { sources: [{ secret: { name: 'nope' } }] } }, 'secret "nope" not found'],
    [
      { configMap: { name: 'settings', items: [{ key: 'nope.yaml' }] } },
      'configmap references non-existent config key: nope.yaml',
    ],
    [
      { secret: { secretName: 'tls', items: [{ key: 'tls.key' }] } },
      'references non-existent secret key: tls.key',
    ],
  ])('%j are not', (volume, error) =>
    expect(held(volume)).toEqual([`MountVolume.SetUp failed for volume "v" : ${error}`]),
  );
});
