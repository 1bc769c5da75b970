import { describe, expect, it } from 'vitest';
import { anEndpointSlice, aService } from '#lib/testing/build-cluster.ts';
import { aCrashLoopingStatus, terminated } from '#lib/testing/build-pod.ts';
import { at } from '#lib/testing/time.ts';
import { logOf, primary, crashed, lastGood } from '#lib/diagnosis/rule-case.fixture.ts';

describe('crashes', () => {
  it('finds the program that is not in the image', () => {
    const message =
      'failed to create containerd task: exec: "redis-sever": executable file not found in $PATH: unknown';
    const found = primary({
      status: aCrashLoopingStatus({
        lastTermination: terminated({ exitCode: 128, reason: 'StartError', message }),
      }),
    });
    expect(found).toMatchObject({
      causeId: 'command-not-found',
      certainty: 'proven',
      title: 'Command redis-sever not found',
      sentence: 'The command redis-sever does not exist in the image.',
    });
  });

  it('proves that args replaced the command of the image: the redis lab', () => {
    const found = primary({
      spec: { name: 'redis', image: 'redis:7-alpine', args: ['9090', '--save', '60', '1'] },
      status: aCrashLoopingStatus({
        name: 'redis',
        lastTermination: terminated({ exitCode: 127, startedAt: at('10:00:00') }),
      }),
      logs: logOf('redis', '/usr/local/bin/docker-entrypoint.sh: exec: line 39: 9090: not found'),
      changes: [{ path: 'containers[redis].args', after: '["9090","--save","60","1"]' }],
    });
    expect(found).toMatchObject({
      causeId: 'wrong-arguments',
      certainty: 'proven',
      title: 'Argument 9090 is not a command',
    });
    expect(found.evidence.map(({ kind }) => kind)).toEqual(['field', 'log', 'field', 'diff']);
  });

  it.each([
    ['/usr/local/bin/docker-entrypoint.sh: 27: exec: 9090: not found', '9090'],
    ['/entrypoint.sh: line 31: redis-sever: command not found', 'redis-sever'],
    ['sh: 1: serve: not found', 'serve'],
  ])('reads the word the shell did not find in %s', (line, word) => {
    const found = primary({
      spec: { args: [word] },
      status: crashed({ exitCode: 127 }),
      logs: logOf('web', line),
    });
    expect(found).toMatchObject({ causeId: 'wrong-arguments', certainty: 'proven' });
    expect(found.remedies.at(-1)?.commands).toEqual(['kubectl edit deployment/web -n shop']);
  });

  it('is less sure without the log, and says so', () => {
    const found = primary({
      spec: { args: ['9090'] },
      status: crashed({ exitCode: 127 }),
      logs: new Map([['web', { lines: [], gap: 'not permitted' }]]),
    });
    expect(found).toMatchObject({ causeId: 'wrong-arguments', certainty: 'likely' });
    expect(found.unchecked[0]?.permission).toBe('get pods/log in shop');
  });

  it('finds the variable this revision no longer sets', () => {
    const found = primary({
      status: crashed({ exitCode: 1 }),
      logs: logOf('web', 'Traceback (most recent call last):', "KeyError: 'DATABASE_URL'"),
      changes: [{ path: 'containers[web].env[DATABASE_URL]', before: 'set', after: 'removed' }],
    });
    expect(found).toMatchObject({
      causeId: 'missing-env-var',
      certainty: 'proven',
      title: 'Env DATABASE_URL is missing',
    });
  });

  it('does not call a variable missing that the container sets', () => {
    const found = primary({
      spec: { env: [{ name: 'DATABASE_URL', valueHash: 'x' }] },
      status: crashed({ exitCode: 1 }),
      logs: logOf('web', 'Traceback (most recent call last):', "KeyError: 'DATABASE_URL'"),
    });
    expect(found.causeId).toBe('app-bug-exception');
  });

  it.each([
    [
      'Python: ZeroDivisionError',
      [
        'Traceback (most recent call last):',
        '  File "app.py", line 3',
        'ZeroDivisionError: division by zero',
      ],
    ],
    ['Go: panic', ['panic: runtime error: index out of range [3] with length 3', 'goroutine 1 [running]:']],
    [
      'Java: IllegalStateException',
      ['Exception in thread "main" java.lang.IllegalStateException: no profile'],
    ],
    [
      'Node.js: TypeError',
      [
        "TypeError: Cannot read properties of undefined (reading 'id')",
        '    at main (/app/x.js:1:1)',
        'Node.js v22.1.0',
      ],
    ],
  ])('recognises %s', (title, lines) => {
    expect(primary({ status: crashed({ exitCode: 1 }), logs: logOf('web', ...lines) })).toMatchObject({
      causeId: 'app-bug-exception',
      certainty: 'likely',
      title,
    });
  });

  it.each([
    ['exec-format-error', 'exec /node-problem-detector: exec format error'],
    ['entrypoint-interpreter-missing', 'exec /start.sh: no such file or directory'],
    ['privileged-port-bind', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'],
    ['port-in-use', 'Error: listen EADDRINUSE: address already in use :::3000'],
    ['read-only-filesystem', "OSError: [Errno 30] Read-only file system: '/app/cache'"],
    [
      'rbac-forbidden',
      'pods is forbidden: User "system:serviceaccount:shop:web" cannot list resource "pods"',
    ],
  ])("reads %s from the system's own words in the log", (causeId, line) => {
    const found = primary({ status: crashed({ exitCode: 1 }), logs: logOf('web', 'starting', line) });
    expect(found).toMatchObject({ causeId, certainty: 'likely', raw: line });
  });

  it('looks at the Service an app could not reach', () => {
    const log = {
      status: crashed({ exitCode: 1 }),
      logs: logOf('web', 'dial tcp: connect redis:6379: connection refused'),
    };
    const services = [aService({ name: 'redis' })];
    expect(
      primary({
        ...log,
        services,
        endpointSlices: [anEndpointSlice({ serviceName: 'redis', endpoints: [{ ready: false }] })],
      }),
    ).toMatchObject({
      causeId: 'dependency-unavailable',
      certainty: 'likely',
      sentence: 'web gets no answer from redis:6379: Service redis has no ready endpoint.',
    });
    expect(primary(log)).toMatchObject({ causeId: 'dependency-unavailable', certainty: 'possible' });
    expect(
      primary({ ...log, services: [aService({ name: 'redis-main' }), aService({ name: 'rediss' })] })
        .sentence,
    ).toContain('there is rediss');
  });

  it('proves an OOM kill at the limit, and sees a heap that cannot fit', () => {
    const status = crashed({ exitCode: 137, reason: 'OOMKilled' });
    const spec = { resources: { requests: {}, limits: { memory: '512Mi' } } };
    expect(primary({ spec, status })).toMatchObject({
      causeId: 'oom-limit',
      certainty: 'proven',
      title: 'OOMKilled at 512 MiB',
    });
    expect(primary({ spec: { ...spec, args: ['-Xmx768m'] }, status }).sentence).toBe(
      'The heap may grow to 768 MiB inside a 512 MiB limit, so the kernel kills it.',
    );
    expect(primary({ status })).toMatchObject({ causeId: 'oom-node', certainty: 'likely' });
  });

  it('does not turn every SIGKILL into an OOM kill', () => {
    const found = primary({
      spec: { resources: { requests: {}, limits: { memory: '1Gi' } } },
      status: crashed({ exitCode: 137 }),
    });
    expect(found).toMatchObject({ causeId: 'sigkill-unattributed', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['oom-limit', 'oom-node']);
  });

  it('says that a process ends by itself', () => {
    expect(primary({ status: crashed({ exitCode: 0, reason: 'Completed' }) })).toMatchObject({
      causeId: 'app-exits-immediately',
      certainty: 'likely',
    });
  });

  it('says that an undo may not help when the current revision had worked before', () => {
    const change = [{ path: 'containers[web].image', before: 'a:1', after: 'a:2' }];
    const undo = (rolloutCompleted: boolean) =>
      primary({ status: crashed({ exitCode: 3 }), lastGood, changes: change, rolloutCompleted }).remedies[0]
        ?.detail;
    expect(undo(false)).toBe('Revision 6 has 2 ready pods now.');
    expect(undo(true)).toContain('something else may have changed since');
  });

  it('guesses nothing about a silent exit', () => {
    expect(primary({ status: crashed({ exitCode: 3 }) })).toMatchObject({
      causeId: 'app-error-exit',
      certainty: 'possible',
      sentence: 'web ends with exit code 3 after 1 s.',
    });
  });
});
