import { describe, expect, it } from 'vitest';
import { aService } from '#lib/testing/build-cluster.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import {
  aDiagnosisInput,
  crashed,
  logOf,
  NOTHING_LOOKED_UP,
  primary,
} from '#lib/diagnosis/rule-case.fixture.ts';
import { aContainerStatus } from '#lib/testing/build-pod.ts';

describe('the last words of a crash', () => {
  it.each([
    ['config-invalid', 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:3'],
    [
      'config-invalid',
      'Error loading config (--config.file=/etc/prometheus/prometheus.yml): yaml: line 7: did not find expected key',
    ],
    [
      'config-invalid',
      '*** FATAL CONFIG FILE ERROR (Redis 7.2.4) *** Reading the configuration file, at line 3',
    ],
    ['config-invalid', 'FATAL:  configuration file "/etc/postgresql/postgresql.conf" contains errors'],
    ['config-invalid', 'yaml.scanner.ScannerError: mapping values are not allowed here'],
    ['missing-config-file', 'open /etc/app/config.yaml: no such file or directory'],
    [
      'missing-config-file',
      "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/settings.toml'",
    ],
    ['missing-config-file', "Error: ENOENT: no such file or directory, open '/config/app.json'"],
    [
      'missing-config-file',
      'java.io.FileNotFoundException: /etc/app/app.properties (No such file or directory)',
    ],
    [
      'missing-config-file',
      'nginx: [emerg] open() "/etc/nginx/mime.types" failed (2: No such file or directory) in /etc/nginx/nginx.conf:5',
    ],
    ['port-in-use', 'nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address in use)'],
    ['port-in-use', 'Web server failed to start. Port 8080 was already in use.'],
    [
      'cluster-dns-upstream-unreachable',
      '[ERROR] plugin/errors: 2 example.com. A: read udp 10.244.0.3:41215->10.0.0.2:53: i/o timeout',
    ],
  ])('%s: %s', (causeId, line) => {
    const found = primary({ status: crashed({ exitCode: 1 }), logs: logOf('web', 'starting', line) });
    expect(found).toMatchObject({ causeId, certainty: 'likely', raw: line });
  });

  it.each([
    [
      'cluster-dns-down',
      'psql: could not translate host name "db" to address: Temporary failure in name resolution',
    ],
    [
      'cluster-dns-down',
      'dial tcp: lookup db on 10.96.0.10:53: read udp 10.244.1.7:41122->10.96.0.10:53: i/o timeout',
    ],
    ['cluster-dns-down', 'Error: getaddrinfo EAI_AGAIN api.example.com'],
    ['oom-limit', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    ['oom-limit', 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
  ])('%s is possible only, with other candidates: %s', (causeId, line) => {
    const found = primary({ status: crashed({ exitCode: 1 }), logs: logOf('web', line) });
    expect(found).toMatchObject({ causeId, certainty: 'possible' });
    expect(found.candidates).not.toEqual([]);
  });

  it('proves a cluster DNS that is down by its endpoints', () => {
    const logs = logOf('web', 'Error: getaddrinfo EAI_AGAIN db');
    const down = primary({ status: crashed({ exitCode: 1 }), logs, dnsEndpoints: { ready: 0, total: 2 } });
    expect(down).toMatchObject({ causeId: 'cluster-dns-down', certainty: 'proven' });
    const up = primary({ status: crashed({ exitCode: 1 }), logs, dnsEndpoints: { ready: 2, total: 2 } });
    expect(up.candidates.map(({ causeId }) => causeId)).toEqual(['dns-networkpolicy', 'pod-network-broken']);
  });

  it('leaves files of the program itself to other rules', () => {
    const logs = logOf('web', "python3: can't open file '/app/main.py': [Errno 2] No such file or directory");
    expect(primary({ status: crashed({ exitCode: 2 }), logs }).causeId).toBe('app-error-exit');
  });
});

describe('a file that should come from a ConfigMap', () => {
  const container = aContainer({
    mounts: [{ volume: 'conf', mountPath: '/etc/app', readOnly: true }],
  });
  const told = (keys: readonly string[]) =>
    diagnose(
      aDiagnosisInput({
        pod: aPod({
          statuses: [aContainerStatus(crashed({ exitCode: 1 }))],
          containers: [container],
          template: { volumes: [{ name: 'conf', kind: 'configMap', refName: 'app-config', optional: true }] },
        }),
        references: {
          ...NOTHING_LOOKED_UP,
          configMaps: new Map([['app-config', { state: 'exists', value: { keys } }]]),
        },
        logs: logOf('web', 'open /etc/app/config.yaml: no such file or directory'),
      }),
    )[0];

  it('is proven to be missing by the keys', () => {
    const found = told(['config.yml']);
    expect(found).toMatchObject({ causeId: 'missing-config-file', certainty: 'proven' });
    expect(found.sentence).toContain('without config.yaml: it has config.yml');
  });

  it('is only likely when the key is there', () => {
    expect(told(['config.yaml']).certainty).toBe('likely');
  });
});

describe('a variable with a bad value', () => {
  it('comes from a Service of the same name', () => {
    const found = primary({
      status: crashed({ exitCode: 1 }),
      services: [aService({ name: 'redis' })],
      logs: logOf('web', 'REDIS_PORT: strconv.Atoi: parsing "tcp://10.96.3.4:6379": invalid syntax'),
    });
    expect(found).toMatchObject({ causeId: 'invalid-env-value', certainty: 'likely' });
    expect(found.sentence).toContain('Service redis');
  });

  it.each([
    'ERROR: LISTEN_PORT must be an integer',
    'panic: failed to parse LISTEN_PORT: strconv.Atoi: parsing "http": invalid syntax',
    'invalid value "http" for LISTEN_PORT',
  ])('is one the container sets: %s', (line) => {
    const spec = { env: [{ name: 'LISTEN_PORT', valueHash: 'x' }] };
    const logs = logOf('web', line);
    expect(primary({ spec, status: crashed({ exitCode: 1 }), logs })).toMatchObject({
      causeId: 'invalid-env-value',
      certainty: 'likely',
    });
    expect(primary({ status: crashed({ exitCode: 1 }), logs }).causeId).not.toBe('invalid-env-value');
  });
});
