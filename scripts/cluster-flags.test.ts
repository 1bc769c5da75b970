import { describe, expect, it } from 'vitest';
import { parseClusterFlags } from './run/cluster-flags.mjs';

const messageOf = (answer: ReturnType<typeof parseClusterFlags>) =>
  answer.kind === 'refused' ? answer.message : '';

const parse = (args: readonly string[], { env = {}, files = ['/home/me/.kube/config'] } = {}) =>
  parseClusterFlags(args, { env, home: '/home/me', exists: (path: string) => files.includes(path) });

describe('npm run test:cluster', () => {
  it('builds its own control plane unless a cluster is named', () => {
    expect(parse([])).toEqual({ kind: 'built' });
  });

  it('takes a cluster that is named and agreed to', () => {
    expect(parse(['--context', 'kind-dev', '--yes'])).toEqual({
      kind: 'own',
      context: 'kind-dev',
      kubeconfig: '/home/me/.kube/config',
    });
  });

  it('takes the kubeconfig of the flag before that of the environment', () => {
    const options = { env: { KUBECONFIG: '/a' }, files: ['/a', '/b'] };
    expect(parse(['--context=x', '--yes'], options)).toMatchObject({ kubeconfig: '/a' });
    expect(parse(['--context=x', '--yes', '--kubeconfig=/b'], options)).toMatchObject({ kubeconfig: '/b' });
  });

  it('says what it would do, and does nothing, without --yes', () => {
    const message = messageOf(parse(['--context', 'production']));
    expect(message).toContain('context production of /home/me/.kube/config');
    expect(message).toContain('delete these namespaces');
    expect(message).toContain('Nothing was done; add --yes');
  });

  it.each([
    ['agrees to no cluster', ['--yes'], 'name it with --context'],
    [
      'names a kubeconfig without a context',
      ['--kubeconfig', '/home/me/.kube/config'],
      'name it with --context',
    ],
    ['names no context', ['--context=', '--yes'], 'needs the name'],
    ['forgets the name of the context', ['--context', '--yes'], '--context'],
    ['mistypes a flag', ['--context', 'x', '--yse'], '--yse'],
    ['has a word too many', ['--context', 'x', '--yes', 'please'], 'please'],
    [
      'names a file that is not there',
      ['--context', 'x', '--yes', '--kubeconfig', '/gone'],
      'no kubeconfig /gone',
    ],
  ])('refuses who %s', (_behaviour, args, words) => {
    expect(messageOf(parse(args))).toContain(words);
  });

  it('does not guess among several kubeconfigs', () => {
    const answer = parse(['--context', 'x', '--yes'], { env: { KUBECONFIG: '/a:/b' }, files: ['/a', '/b'] });
    expect(messageOf(answer)).toContain('several files');
  });
});
