import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSource, type Surroundings } from './choose-source.ts';

const NOWHERE: Surroundings = {
  envPaths: [],
  existingEnvPaths: [],
  homePath: '/home/me/.kube/config',
  homeExists: false,
  inCluster: false,
};
const ENV = { envPaths: ['/e'], existingEnvPaths: ['/e'] };
const HOME = { homeExists: true };
const POD = { inCluster: true };
type Flags = Parameters<typeof chooseSource>[0];
const flags = (some: Partial<Flags> = {}): Flags => ({
  sandbox: false,
  kubeconfig: undefined,
  context: undefined,
  ...some,
});

describe('which cluster is shown', () => {
  it.each<[string, Partial<Flags>, Partial<Surroundings>, object]>([
    ['the sandbox when nothing points to a cluster', {}, {}, { kind: 'sandbox', because: 'nothing found' }],
    [
      'the sandbox when asked, whatever is there',
      { sandbox: true },
      { ...ENV, ...HOME, ...POD },
      { kind: 'sandbox', because: 'asked' },
    ],
    [
      '--kubeconfig before everything else',
      { kubeconfig: '/f' },
      { ...ENV, ...HOME, ...POD },
      { kind: 'kubeconfig', paths: ['/f'] },
    ],
    [
      '$KUBECONFIG before the home directory',
      {},
      { ...ENV, ...HOME, ...POD },
      { kind: 'kubeconfig', paths: ['/e'] },
    ],
    [
      'the files of $KUBECONFIG that exist',
      {},
      { envPaths: ['/a', '/b'], existingEnvPaths: ['/b'] },
      { kind: 'kubeconfig', paths: ['/b'] },
    ],
    [
      'no sandbox when $KUBECONFIG names a missing file',
      {},
      { envPaths: ['/a'], ...HOME },
      { kind: 'error', message: '$KUBECONFIG names /a, which does not exist' },
    ],
    [
      'the home directory before the service account',
      {},
      { ...HOME, ...POD },
      { kind: 'kubeconfig', paths: ['/home/me/.kube/config'] },
    ],
    ['the service account', {}, POD, { kind: 'in-cluster' }],
    [
      'the service account without a home directory',
      {},
      { ...POD, homePath: undefined },
      { kind: 'in-cluster' },
    ],
    [
      'an error when a context is named and there is no kubeconfig',
      { context: 'prod' },
      {},
      { kind: 'error', message: '--context prod needs a kubeconfig, and none was found' },
    ],
    [
      'an error, not the service account, when a context is named',
      { context: 'prod' },
      POD,
      { kind: 'error' },
    ],
  ])('is %s', (_behaviour, some, around, expected) => {
    expect(chooseSource(flags(some), { ...NOWHERE, ...around })).toMatchObject(expected);
  });

  it('never is the sandbox unasked when anything points to a cluster', () => {
    const path = fc.constantFrom('/a', '/b');
    const around = fc.record({
      envPaths: fc.array(path, { maxLength: 2 }),
      homePath: fc.option(path, { nil: undefined }),
      homeExists: fc.boolean(),
      inCluster: fc.boolean(),
      exists: fc.boolean(),
    });
    fc.assert(
      fc.property(around, fc.option(path, { nil: undefined }), ({ exists, ...rest }, kubeconfig) => {
        const facts = { ...rest, existingEnvPaths: exists ? rest.envPaths : [] };
        const pointed =
          kubeconfig !== undefined ||
          facts.envPaths.length > 0 ||
          (facts.homeExists && facts.homePath !== undefined) ||
          facts.inCluster;
        expect(chooseSource(flags({ kubeconfig }), facts).kind === 'sandbox').toBe(!pointed);
      }),
    );
  });
});
