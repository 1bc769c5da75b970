import { describe, expect, it } from 'vitest';
import type { ProbeHandler } from '#lib/model/pod-template.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, aPod, running } from '#lib/testing/build-pod.ts';
import { aContainer, aProbe } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { aDiagnosisInput, crashed, logOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const http: ProbeHandler = { kind: 'http', path: '/healthz', port: 8080, scheme: 'HTTP' };
const exec: ProbeHandler = { kind: 'exec', command: ['/bin/grpc_health_probe', '-addr=:9090'] };
const TIMEOUT =
  'probe failed: Get "http://10.1.2.3:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

type Seen = {
  readonly messages?: readonly string[];
  readonly handler?: ProbeHandler;
  readonly log?: readonly string[];
  readonly startup?: boolean;
  readonly readyUntil?: number;
};

/** A pod that started at 10:00:00 and was never ready, unless said otherwise. */
function notReady({ messages = [], handler = http, log = [], startup = false, readyUntil }: Seen) {
  const pod = aPod({
    nodeName: 'node-1',
    containers: [
      aContainer({
        readiness: aProbe({ handler }),
        ...(startup ? { startup: aProbe({ handler }) } : {}),
      }),
    ],
    statuses: [aContainerStatus({ state: running(at('10:00:00')), ready: false, started: true })],
    conditions: [
      aCondition('Ready', 'False', {
        reason: 'ContainersNotReady',
        lastTransitionAt: readyUntil ?? at('09:59:58'),
      }),
    ],
  });
  const events = messages.map((message, index) =>
    anEvent({ reason: 'Unhealthy', message, lastAt: at('10:04:00') + index, about: pod }),
  );
  return diagnose(
    aDiagnosisInput({ pod, events, logs: log.length > 0 ? logOf('web', ...log) : new Map() }),
  )[0];
}

describe('a probe that times out', () => {
  it('may never have reached the pod: the words are the same', () => {
    const found = notReady({ messages: [`Readiness ${TIMEOUT}`] });
    expect(found).toMatchObject({ causeId: 'probe-timeout', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['probe-network-blocked']);
  });

  it.each<[string, Seen]>([
    [
      'it once was answered',
      {
        messages: ['Readiness probe failed: HTTP probe failed with statuscode: 503', `Readiness ${TIMEOUT}`],
      },
    ],
    ['its startup probe succeeded', { messages: [`Readiness ${TIMEOUT}`], startup: true }],
    ['it was ready in this run', { messages: [`Readiness ${TIMEOUT}`], readyUntil: at('10:03:00') }],
    [
      'the app logs the kubelet',
      { messages: [`Readiness ${TIMEOUT}`], log: ['"GET /healthz HTTP/1.1" 200 "kube-probe/1.35"'] },
    ],
    [
      'no network is between',
      { messages: ['Readiness probe failed: command "/bin/check" timed out'], handler: exec },
    ],
  ])('is slow: %s', (_why, seen) => {
    expect(notReady(seen)).toMatchObject({ causeId: 'probe-timeout', certainty: 'likely' });
  });

  it('and is refused at other times: both are named', () => {
    const refused = 'Readiness probe failed: dial tcp 10.1.2.3:8080: connect: connection refused';
    const found = notReady({ messages: [`Readiness ${TIMEOUT}`, refused] });
    expect(found.causeId).toBe('probe-app-not-listening');
    expect(found.candidates.map(({ causeId }) => causeId)).toContain('probe-timeout');
  });
});

describe('grpc_health_probe as a command', () => {
  it.each([
    [
      'probe-grpc-unimplemented',
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)',
    ],
    [
      'probe-grpc-unimplemented',
      'error: health rpc failed: rpc error: code = Unimplemented desc = unknown service',
    ],
    ['probe-app-not-listening', 'timeout: failed to connect service "localhost:9090" within 1s'],
    ['probe-non-2xx', 'service unhealthy (responded with "NOT_SERVING")'],
    [
      'probe-wrong-port-or-path',
      'error: health rpc failed: rpc error: code = NotFound desc = unknown service shop.Cart',
    ],
    ['probe-timeout', 'timeout: health rpc did not complete within 1s'],
  ])('%s: %s', (causeId, text) => {
    expect(notReady({ messages: [`Readiness probe failed: ${text}`], handler: exec }).causeId).toBe(causeId);
  });
});

describe('without any event of its probe', () => {
  it('the log of the app tells what the kubelet was answered', () => {
    const line = (code: number) => `10.1.2.1 - - "GET /healthz HTTP/1.1" ${code} 12 "-" "kube-probe/1.35"`;
    expect(notReady({ log: [line(404)] })).toMatchObject({
      causeId: 'probe-wrong-port-or-path',
      certainty: 'likely',
      title: 'readiness asks /healthz: 404',
    });
    expect(notReady({ log: [line(503)] })).toMatchObject({ causeId: 'probe-non-2xx', certainty: 'likely' });
    expect(notReady({ log: [line(200)] }).causeId).toBe('unknown');
    expect(notReady({ log: [line(404).replace('/healthz', '/other')] }).causeId).toBe('unknown');
  });

  it('a server that wants TLS may be asked by its probe, or by somebody else', () => {
    const log = [
      'http: TLS handshake error from 10.1.2.1:37448: client sent an HTTP request to an HTTPS server',
    ];
    const found = notReady({ log });
    expect(found).toMatchObject({ causeId: 'probe-scheme-mismatch', certainty: 'possible' });
    expect(found.candidates).not.toEqual([]);
    expect(notReady({ log, handler: { ...http, scheme: 'HTTPS' } }).causeId).toBe('unknown');
  });
});

describe('a container that its probe has killed', () => {
  it('is killed for a reason the words of the probe leave open', () => {
    const status = crashed({ exitCode: 2, startedAt: at('10:00:00'), finishedAt: at('10:00:45') });
    const found = primary({
      spec: { liveness: aProbe({ periodSeconds: 5 }) },
      status,
      podEvents: [
        {
          reason: 'Killing',
          message: 'Container web failed liveness probe, will be restarted',
          lastAt: at('10:00:15'),
        },
        {
          reason: 'Unhealthy',
          message:
            'Liveness probe failed: Get "http://10.1.2.3:8080/healthz": dial tcp 10.1.2.3:8080: connect: connection refused',
        },
      ],
    });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(
      expect.arrayContaining(['app-binds-localhost', 'probe-wrong-port-or-path', 'probe-app-not-listening']),
    );
  });
});
