import { describe, expect, it } from 'vitest';
import { aPod, running } from '#lib/testing/build-pod.ts';
import { aProbe } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { logOf, primary, crashed } from '#lib/diagnosis/rule-case.fixture.ts';

describe('probes', () => {
  const spec = { ports: [{ port: 8080, protocol: 'TCP' }], liveness: aProbe({ periodSeconds: 5 }) };
  const killed = crashed({ exitCode: 137, startedAt: at('10:00:00'), finishedAt: at('10:00:45') });
  const killing = {
    reason: 'Killing',
    message: 'Container web failed liveness probe, will be restarted',
    lastAt: at('10:00:15'),
  };
  const refused =
    'Liveness probe failed: Get "http://10.1.2.3:8080/healthz": dial tcp 10.1.2.3:8080: connect: connection refused';

  it('proves a liveness kill by the event of this run', () => {
    expect(primary({ spec, status: killed, podEvents: [killing] })).toMatchObject({
      causeId: 'liveness-probe-killed',
      certainty: 'proven',
    });
  });

  it('rules a liveness kill out when the run was shorter than the probe needs', () => {
    const status = crashed({ exitCode: 137, startedAt: at('10:00:00'), finishedAt: at('10:00:09') });
    expect(primary({ spec, status, podEvents: [killing] }).causeId).toBe('sigkill-unattributed');
  });

  it('sees that the app needs longer to start than the probe allows', () => {
    const found = primary({
      spec,
      status: killed,
      podEvents: [killing],
      logs: logOf('web', 'Started Application in 42.1 seconds'),
    });
    expect(found).toMatchObject({ causeId: 'liveness-probe-too-aggressive', certainty: 'likely' });
    expect(found.sentence).toBe('The liveness probe kills web after 10 s; the app needs 42 s to start.');
  });

  it('suspects too little time when nothing listens yet; likely once the image is known to come up', () => {
    const podEvents = [killing, { reason: 'Unhealthy', message: refused }];
    const alone = primary({ spec, status: killed, podEvents });
    expect(alone).toMatchObject({ causeId: 'liveness-probe-too-aggressive', certainty: 'possible' });
    expect(alone.candidates.map(({ causeId }) => causeId)).toEqual([
      'probe-app-not-listening',
      'probe-wrong-port-or-path',
      'app-binds-localhost',
    ]);
    expect(primary({ spec, status: killed, podEvents, siblings: [aPod()] })).toMatchObject({
      causeId: 'liveness-probe-too-aggressive',
      certainty: 'likely',
      sentence: 'The liveness probe kills web after 10 s; it does not listen yet by then.',
    });
  });

  it('sees that the change made the probe stricter', () => {
    const changes = [{ path: 'containers[web].livenessProbe.initialDelaySeconds', before: '60', after: '0' }];
    expect(primary({ spec, status: killed, podEvents: [killing], changes }).sentence).toContain(
      'initialDelaySeconds went from 60 to 0',
    );
  });

  it('blames the port when the app says where it listens', () => {
    const podEvents = [killing, { reason: 'Unhealthy', message: refused }];
    const found = primary({ spec, status: killed, podEvents, logs: logOf('web', 'listening on :3000') });
    expect(found).toMatchObject({
      causeId: 'probe-wrong-port-or-path',
      sentence: 'The liveness probe asks port 8080; the app listens on 3000.',
    });
  });

  const ready = {
    ports: [{ port: 8080, protocol: 'TCP' }],
    readiness: aProbe({ handler: { kind: 'http', path: '/ready', port: 8081, scheme: 'HTTP' } }),
  };
  const notReady = { state: running(), ready: false };
  it.each([
    [
      'probe-wrong-port-or-path',
      'Readiness probe failed: Get "http://10.1.2.3:8081/ready": dial tcp 10.1.2.3:8081: connect: connection refused',
    ],
    ['probe-wrong-port-or-path', 'Readiness probe failed: HTTP probe failed with statuscode: 404'],
    ['probe-non-2xx', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
    [
      'probe-timeout',
      'Readiness probe failed: Get "http://10.1.2.3:8081/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
  ])('reads %s', (causeId, message) => {
    expect(
      primary({ spec: ready, status: notReady, podEvents: [{ reason: 'Unhealthy', message }] }),
    ).toMatchObject({ causeId, certainty: 'likely' });
  });

  it('only says that nothing listens when the port is the declared one', () => {
    const message = 'Readiness probe failed: dial tcp 10.1.2.3:8080: connect: connection refused';
    const found = primary({
      spec: { ...ready, readiness: aProbe() },
      status: notReady,
      podEvents: [{ reason: 'Unhealthy', message }],
    });
    expect(found).toMatchObject({ causeId: 'probe-app-not-listening', certainty: 'possible' });
  });
});
