import { describe, expect, it } from 'vitest';
import type { ProbeHandler } from '#lib/model/pod-template.ts';
import { running, waiting } from '#lib/testing/build-pod.ts';
import { aService } from '#lib/testing/build-cluster.ts';
import { aProbe } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { crashed, logOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const http = (handler: Partial<ProbeHandler & { kind: 'http' }> = {}): ProbeHandler => ({
  kind: 'http',
  path: '/healthz',
  port: 8080,
  scheme: 'HTTP',
  ...handler,
});
const exec: ProbeHandler = { kind: 'exec', command: ['/bin/check'] };
const grpc: ProbeHandler = { kind: 'grpc', port: 50051 };
const IP = 'Get "http://10.1.2.3:8080/healthz"';

/** Texts as v1.35.4 writes them: pkg/kubelet/prober/prober.go, pkg/probe. */
describe('a readiness probe that fails', () => {
  it.each<[string, string, ProbeHandler, string, string[]?]>([
    [
      'probe-named-port-missing',
      'proven',
      http({ port: 'gone' }),
      'probe errored and resulted in unknown state: strconv.Atoi: parsing "gone": invalid syntax',
    ],
    [
      'probe-named-port-missing',
      'proven',
      { kind: 'tcp', port: 'gone' },
      'probe errored: port gone not found',
    ],
    [
      'probe-exec-error',
      'likely',
      exec,
      'probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "9f": OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/check": stat /bin/check: no such file or directory: unknown',
    ],
    ['probe-exec-error', 'possible', exec, 'probe failed: no primary'],
    ['probe-timeout', 'likely', exec, 'probe failed: command "/bin/check" timed out'],
    [
      'probe-grpc-unimplemented',
      'likely',
      grpc,
      'probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    ],
    ['probe-non-2xx', 'likely', grpc, 'probe failed: service unhealthy (responded with "NOT_SERVING")'],
    [
      'probe-app-not-listening',
      'possible',
      grpc,
      'probe failed: timeout: failed to connect service "10.1.2.3:50051" within 1s: context deadline exceeded',
    ],
    [
      'probe-scheme-mismatch',
      'likely',
      http({ scheme: 'HTTPS' }),
      'probe failed: Get "https://10.1.2.3:8080/healthz": http: server gave HTTP response to HTTPS client',
    ],
    [
      'probe-scheme-mismatch',
      'likely',
      http(),
      `probe failed: ${IP}: net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"`,
    ],
    [
      'probe-scheme-mismatch',
      'likely',
      http({ port: 8443 }),
      'probe failed: HTTP probe failed with statuscode: 400',
    ],
    [
      'probe-scheme-mismatch',
      'likely',
      http(),
      'probe failed: HTTP probe failed with statuscode: 400',
      ['400: The plain HTTP request was sent to HTTPS port'],
    ],
    ['probe-non-2xx', 'likely', http(), 'probe failed: HTTP probe failed with statuscode: 400'],
    ['probe-non-2xx', 'likely', http(), 'probe failed: HTTP probe failed with statuscode: 401'],
    [
      'probe-dependency-down',
      'likely',
      http(),
      'probe failed: HTTP probe failed with statuscode: 503',
      ['health: dial tcp 10.96.3.4:5432: connect: connection refused'],
    ],
    [
      'probe-network-blocked',
      'likely',
      http(),
      `probe failed: ${IP}: dial tcp 10.1.2.3:8080: connect: no route to host`,
    ],
    [
      'probe-network-blocked',
      'possible',
      http(),
      `probe failed: ${IP}: dial tcp 10.1.2.3:8080: i/o timeout (Client.Timeout exceeded while awaiting headers)`,
    ],
    [
      'app-binds-localhost',
      'likely',
      http(),
      `probe failed: ${IP}: dial tcp 10.1.2.3:8080: connect: connection refused`,
      [' * Running on http://127.0.0.1:8080'],
    ],
    [
      'probe-too-early',
      'likely',
      http(),
      `probe failed: ${IP}: dial tcp 10.1.2.3:8080: connect: connection refused`,
      ['Loading model weights (3 of 12)'],
    ],
  ])('%s, %s: %o %s', (causeId, certainty, handler, words, lines = []) => {
    const found = primary({
      spec: { readiness: aProbe({ handler }) },
      status: { state: running(), ready: false },
      podEvents: [{ reason: 'Unhealthy', message: `Readiness ${words}` }],
      logs: logOf('web', ...lines),
    });
    expect(found).toMatchObject({ causeId, certainty });
    if (certainty === 'possible') expect(found.candidates).not.toEqual([]);
  });

  it('looks first at the Service whose address the app cannot reach', () => {
    const found = primary({
      spec: { readiness: aProbe({ handler: http() }) },
      status: { state: running(), ready: false },
      podEvents: [
        { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' },
      ],
      logs: logOf('web', 'health: dial tcp 10.96.3.4:6379: connect: connection refused'),
      services: [aService({ name: 'redis', clusterIp: '10.96.3.4' })],
      endpointSlices: [],
    });
    expect(found.causeId).toBe('probe-dependency-down');
    expect(found.sentence).toContain('Service redis behind it has no ready endpoint');
    expect(found.remedies[0]?.title).toBe('Look at redis first');
    expect(found.evidence.map(({ path }) => path)).toContain('services/redis');
  });

  it('is explained by the liveness probe when it has no failure of its own', () => {
    const message = 'Liveness probe failed: command "/bin/check" timed out';
    const found = primary({
      spec: { readiness: aProbe({}), liveness: aProbe({ handler: exec }) },
      status: { state: running(), ready: false, started: true },
      podEvents: [{ reason: 'Unhealthy', message }],
    });
    expect(found).toMatchObject({ causeId: 'probe-timeout', raw: message });
  });

  it('claims nothing from words no prober writes', () => {
    const found = primary({
      spec: { readiness: aProbe() },
      status: { state: running(), ready: false },
      podEvents: [{ reason: 'Unhealthy', message: 'Readiness probe failed: der Mond ist aufgegangen' }],
    });
    expect(found.causeId).toBe('unknown');
  });

  it('names the mistake behind a liveness kill instead of the kill', () => {
    const found = primary({
      spec: { liveness: aProbe({ handler: http({ scheme: 'HTTPS' }), periodSeconds: 5 }) },
      status: crashed({ exitCode: 137, startedAt: at('10:00:00'), finishedAt: at('10:00:45') }),
      podEvents: [
        {
          reason: 'Killing',
          message: 'Container web failed liveness probe, will be restarted',
          lastAt: at('10:00:15'),
        },
        {
          reason: 'Unhealthy',
          message:
            'Liveness probe failed: Get "https://10.1.2.3:8080/": http: server gave HTTP response to HTTPS client',
        },
      ],
    });
    expect(found).toMatchObject({ causeId: 'probe-scheme-mismatch', certainty: 'likely' });
    expect(found.evidence[0]?.text).toContain('failed liveness probe');
  });
});

describe('a postStart hook that fails', () => {
  const ended = { exitCode: 0, reason: 'Completed', startedAt: at('10:00:00'), finishedAt: at('10:00:01') };
  const event = { reason: 'FailedPostStartHook', message: 'PostStartHook failed', lastAt: at('10:00:01') };

  it('is told by the waiting message until the back-off begins', () => {
    const found = primary({
      status: {
        ...crashed(ended),
        state: waiting(
          'PostStartHookError',
          'HTTP lifecycle hook (/gone) for Container "app" in Pod "web_shop(b664)" failed - error: Get "http://10.244.2.6:80/gone": dial tcp 10.244.2.6:80: connect: connection refused',
        ),
      },
      podEvents: [event],
    });
    expect(found).toMatchObject({
      causeId: 'poststart-hook-failed',
      certainty: 'proven',
      sentence: 'The postStart hook of web fails (HTTP /gone), so the kubelet ends the container.',
    });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['probe-too-early']);
  });

  it('is told by its event afterwards: exit code 0 is that of the kill', () => {
    expect(primary({ status: crashed(ended), podEvents: [event] }).causeId).toBe('poststart-hook-failed');
  });

  it('does not explain a later run', () => {
    const podEvents = [{ ...event, lastAt: at('09:00:00') }];
    expect(primary({ status: crashed(ended), podEvents }).causeId).toBe('app-exits-immediately');
  });
});
