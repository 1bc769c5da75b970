import { describe, expect, it } from 'vitest';
import { waiting } from '#lib/testing/build-pod.ts';
import { crashed, logOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const ended = (log: string, spec: Parameters<typeof primary>[0]['spec'] = {}) =>
  primary({ spec, status: crashed({ exitCode: 1 }), logs: logOf('web', ...log.split('\n')) });
const causes = (found: ReturnType<typeof ended>) => found.candidates.map(({ causeId }) => causeId);

describe('a program that prints how it is used', () => {
  it.each([
    [
      'privileged-port-bind',
      'Error: failed to listen: listen tcp 0.0.0.0:443: bind: permission denied\nUsage:\n  [flags]',
    ],
    ['port-in-use', 'Error: listen tcp :8080: bind: address already in use\nUsage:\n  app [flags]'],
    ['missing-env-var', 'Error: DATABASE_URL environment variable is not set\nUsage:\n  app serve [flags]'],
    [
      'missing-config-file',
      'Error: open /etc/app/config.yaml: no such file or directory\nUsage:\n  app [flags]',
    ],
    [
      'rbac-forbidden',
      'Error: pods is forbidden: User "system:serviceaccount:a:b" cannot list\nUsage:\n  app',
    ],
  ])('may do so after any error: %s', (causeId, log) => {
    expect(ended(log).causeId).toBe(causeId);
  });

  it('alone says too little to be sure', () => {
    const found = ended('Error: something went wrong\nUsage:\n  app [flags]');
    expect(found).toMatchObject({
      causeId: 'wrong-arguments',
      certainty: 'possible',
      raw: 'Error: something went wrong',
    });
    expect(causes(found)).toContain('app-error-exit');
  });

  it.each([
    "Error: unknown shorthand flag: 'z' in -z",
    'flag provided but not defined: -zap-level\nUsage of /manager:',
    'Error: required flag(s) "config" not set',
    'app: error: the following arguments are required: --config',
    'error: the following required arguments were not provided:',
    'Error: accepts 1 arg(s), received 2',
    'Error: invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
    'invalid value "x" for flag -n: parse error',
    'Error: No such option: --workers',
    'node: bad option: --openssl-legacy-provider',
    "Unrecognized VM option 'PrintGCDateStamps'\nError: Could not create the Java Virtual Machine.",
    "app: invalid option -- 'z'",
    "app: unrecognized option '--zeta'",
    'sh: illegal option -z',
  ])('a parser of command lines names its word: %s', (log) => {
    expect(ended(log)).toMatchObject({ causeId: 'wrong-arguments', certainty: 'likely' });
  });

  it.each([
    "ReplyError: ERR unknown command 'JSON.GET', with args beginning with:",
    'GraphQLError: Unknown argument "id" on field "user".',
  ])('what a server answers is no argument of the program: %s', (log) => {
    expect(ended(log).causeId).not.toBe('wrong-arguments');
  });
});

describe('a program without a folder for temporary files', () => {
  const readOnly = { security: { readOnlyRootFilesystem: true } };
  it.each([
    "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/app']",
    'fluentd Unexpected error could not find a temporary directory',
    'org.springframework.boot.web.server.WebServerException: Unable to create tempDir. java.io.tmpdir is set to /tmp',
    'Error: failed to create temp dir: mkdir /tmp/x',
  ])('the root file system is read-only: %s', (log) => {
    expect(ended(log, readOnly)).toMatchObject({ causeId: 'read-only-filesystem', certainty: 'likely' });
    const mounts = [{ volume: 'tmp', mountPath: '/tmp', readOnly: false }];
    expect(ended(log, { ...readOnly, mounts })).toMatchObject({ certainty: 'possible' });
    const writable = ended(log);
    expect(writable).toMatchObject({ causeId: 'image-path-permission-denied', certainty: 'possible' });
    expect(causes(writable)).toContain('volume-permission-denied');
  });

  it('is a candidate for every end nobody explains while the root file system is read-only', () => {
    expect(causes(ended('it broke', readOnly))).toContain('read-only-filesystem');
    expect(causes(ended('it broke'))).not.toContain('read-only-filesystem');
  });
});

describe('a peer that does not answer', () => {
  it('may be there, and the way to it closed', () => {
    const found = ended('panic: dial tcp 100.65.158.99:5432: connect: connection refused');
    expect(found).toMatchObject({ causeId: 'dependency-unavailable', certainty: 'possible' });
    expect(causes(found)).toContain('dependency-unreachable-network');
  });
});

describe('an error of the system that the program survived', () => {
  const forbidden =
    'E0101 reflector.go:138] Failed to watch *v1.Node: nodes is forbidden: User "system:serviceaccount:a:b" cannot list';
  const work = Array.from({ length: 8 }, (_, index) => `reconciled ${index}`);

  it('is possible only, beside the exception that came long after it', () => {
    const found = ended([forbidden, ...work, 'panic: runtime error: index out of range [3]'].join('\n'));
    expect(found).toMatchObject({ causeId: 'rbac-forbidden', certainty: 'possible' });
    expect(causes(found)).toEqual(['app-bug-exception']);
  });

  it.each([
    [...work, forbidden, 'panic: cannot start'],
    [
      ...work,
      'Traceback (most recent call last):',
      '  File "a.py"',
      'OSError: [Errno 30] Read-only file system: /x',
    ],
    [
      'Error: listen EADDRINUSE: address already in use :::3000',
      ...work.map(() => '    at Server.listen (node:net:1)'),
      'Node.js v20.1.0',
    ],
  ])('ends it when the exception follows at once, or tells of it: %s', (...log) => {
    expect(ended(log.join('\n')).certainty).toBe('likely');
  });
});

describe('an image that is waited for without a word why', () => {
  const status = { state: waiting('ImagePullBackOff', 'Back-off pulling image "a/b:1"') };
  it('an attempt before that failed at its Secret is told, and no more claimed', () => {
    const podEvents = [{ reason: 'Failed', message: 'Error: secret "regcred" not found' }];
    const found = primary({ status, podEvents });
    expect(found).toMatchObject({ causeId: 'secret-not-found', certainty: 'possible' });
    expect(causes(found)).toEqual(['pull-secret-not-found', 'registry-access-denied']);
    expect(found.evidence.map(({ kind }) => kind)).toContain('event');
  });

  it('the error of the pull comes first when there is one', () => {
    const podEvents = [
      { reason: 'Failed', message: 'Error: secret "regcred" not found' },
      { reason: 'Failed', message: 'Failed to pull image "a/b:1": rpc error: toomanyrequests: slow down' },
    ];
    expect(primary({ status, podEvents }).causeId).toBe('registry-rate-limited');
  });
});
