import { describe, expect, it } from 'vitest';
import type { ConfigMap, ContainerSpec, Pod, Secret } from '#lib/sandbox/client/objects.ts';
import { environmentOf, expanded } from './environment.ts';

const metadata = { name: 'web-x', namespace: 'demo', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const pod: Pod = { metadata, spec: { containers: [], nodeName: 'worker-1' } };
const settings: ConfigMap = { metadata, data: { PORT: '8080', HOST: 'db' } };
const token: Secret = { metadata, data: { value: Buffer.from('s3cret').toString('base64') } };

const environment = (container: Partial<ContainerSpec>) =>
  environmentOf(
    pod,
    { name: 'app', image: 'i', ...container },
    {
      configMaps: { get: (_namespace, name) => (name === 'settings' ? settings : undefined) },
      secrets: { get: (_namespace, name) => (name === 'token' ? token : undefined) },
      ip: '10.244.1.2',
    },
  );

describe('environment', () => {
  it('merges envFrom and env, later ones win, references expand', () => {
    const made = environment({
      envFrom: [{ configMapRef: { name: 'settings' }, prefix: 'APP_' }],
      env: [
        { name: 'APP_HOST', value: 'other' },
        { name: 'URL', value: 'http://$(APP_HOST):$(APP_PORT)/$(NOPE)' },
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
    });
    expect(made).toEqual({
      env: {
        APP_HOST: 'other',
        APP_PORT: '8080',
        URL: 'http://other:8080/$(NOPE)',
        TOKEN: 's3cret',
        IP: '10.244.1.2',
      },
    });
  });

  it.each<[string, Partial<ContainerSpec>]>([
    ['configmap "nope" not found', { envFrom: [{ configMapRef: { name: 'nope' } }] }],
    ['secret "nope" not found', { envFrom: [{ secretRef: { name: 'nope' } }] }],
    [
      "couldn't find key VALUE in Secret demo/token",
      { env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 'token', key: 'VALUE' } } }] },
    ],
    [
      "couldn't find key port in ConfigMap demo/settings",
      { env: [{ name: 'P', valueFrom: { configMapKeyRef: { name: 'settings', key: 'port' } } }] },
    ],
  ])('fails in the words of the kubelet: %s', (error, container) => {
    expect(environment(container)).toEqual({ error });
  });

  it('leaves out what is optional and missing', () => {
    const optional = { name: 'nope', optional: true };
    expect(
      environment({
        envFrom: [{ configMapRef: optional }],
        env: [{ name: 'T', valueFrom: { secretKeyRef: { ...optional, key: 'k' } } }],
      }),
    ).toEqual({ env: {} });
  });

  it('keeps a reference to nothing as it stands', () => {
    expect(expanded('$(A)-$(B)', { A: '1' })).toBe('1-$(B)');
  });
});
