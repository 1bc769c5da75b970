import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKubeconfig } from '#lib/kube/find-kubeconfig.ts';
import { chooseSource } from './choose-source.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uncrash-source-'));
  for (const home of ['home', 'empty-home', 'account']) mkdirSync(join(folder, home));
  mkdirSync(join(folder, 'home', '.kube'));
  writeFileSync(join(folder, 'home', '.kube', 'config'), 'broken: [');
  writeFileSync(join(folder, 'account', 'token'), 't');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Machine = { flag?: string; kubeconfig?: string; home?: 'home' | 'empty-home'; inCluster?: boolean };
const IN_CLUSTER = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

function choice(machine: Machine, options: { sandbox?: boolean; context?: string } = {}) {
  const found = findKubeconfig({
    flag: machine.flag,
    env: { KUBECONFIG: machine.kubeconfig, ...(machine.inCluster ? IN_CLUSTER : {}) },
    home: machine.home && join(folder, machine.home),
    serviceAccountDir: join(folder, 'account'),
  });
  return chooseSource({ sandbox: options.sandbox ?? false, context: options.context }, found);
}
const cluster = (credentials: object) => ({ kind: 'cluster', credentials });
const EVERYTHING: Machine = { flag: '/f', kubeconfig: '/e', home: 'home', inCluster: true };

describe('which cluster is shown', () => {
  it.each<[string, Machine, object, object]>([
    ['the sandbox when nothing points to a cluster', {}, {}, { kind: 'sandbox', because: 'nothing found' }],
    [
      'the sandbox when ~/.kube is absent',
      { home: 'empty-home' },
      {},
      { kind: 'sandbox', because: 'nothing found' },
    ],
    ['the sandbox when $KUBECONFIG is empty', { kubeconfig: '' }, {}, { kind: 'sandbox' }],
    [
      'the sandbox when asked, whatever is there',
      EVERYTHING,
      { sandbox: true },
      { kind: 'sandbox', because: 'asked' },
    ],
    ['--kubeconfig before everything else', EVERYTHING, {}, cluster({ source: 'flag', files: ['/f'] })],
    [
      '$KUBECONFIG before the home directory',
      { ...EVERYTHING, flag: undefined },
      {},
      cluster({ source: 'env', files: ['/e'] }),
    ],
    [
      'every file of $KUBECONFIG',
      { kubeconfig: ['/a', '/b'].join(delimiter) },
      {},
      cluster({ source: 'env', files: ['/a', '/b'] }),
    ],
    [
      '$KUBECONFIG even when it names a missing file',
      { kubeconfig: '/missing' },
      {},
      cluster({ source: 'env' }),
    ],
    [
      'a broken ~/.kube/config, never the sandbox in its place',
      { home: 'home' },
      {},
      cluster({ source: 'home' }),
    ],
    [
      'the home directory before the service account',
      { home: 'home', inCluster: true },
      {},
      cluster({ source: 'home' }),
    ],
    ['the service account', { inCluster: true }, {}, cluster({ source: 'in-cluster' })],
    [
      'an error when a context is named and nothing holds it',
      {},
      { context: 'prod' },
      { kind: 'error', message: '--context prod needs a kubeconfig, and none was found' },
    ],
  ])('is %s', (_behaviour, machine, options, expected) => {
    expect(choice(machine, options)).toMatchObject(expected);
  });

  it('never is the sandbox unasked when anything points to a cluster', () => {
    const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
    const machines = fc.record({
      flag: maybe('/f'),
      kubeconfig: maybe('/e'),
      home: fc.constantFrom('home' as const, 'empty-home' as const, undefined),
      inCluster: fc.boolean(),
    });
    fc.assert(
      fc.property(machines, (machine) => {
        const pointed =
          Boolean(machine.flag ?? machine.kubeconfig) || machine.home === 'home' || machine.inCluster;
        expect(choice(machine).kind).toBe(pointed ? 'cluster' : 'sandbox');
      }),
    );
  });
});
