import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aContainerStatus, anUnschedulablePod, aPod, running, waiting } from '#lib/testing/build-pod.ts';
import { aProbe } from '#lib/testing/build-template.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { aDiagnosisInput, ANONYMOUS, crashed, inputOf, logOf, NOT_FOUND } from './rule-case.fixture.ts';

const creating = aPod({
  phase: 'Pending',
  statuses: [aContainerStatus({ state: waiting('ContainerCreating') })],
});

const volumeOf = (reference: string) => ({ name: 'model', kind: 'image', optional: false, reference });

function withImageVolume(text: string): DiagnosisInput {
  const mounts = [{ volume: 'model', mountPath: '/model', readOnly: true }];
  const input = inputOf({ spec: { mounts }, status: { state: waiting('ErrImagePull', text) } });
  if (!input.pod) throw new Error('no pod');
  const template = { ...input.pod.template, volumes: [volumeOf('quay.io/acme/model:v7')] };
  return { ...input, pod: { ...input.pod, template } };
}

/** Every place where a cluster's text reaches the rules, in a state that claims nothing by itself. */
const PLACES: Readonly<Record<string, (text: string) => DiagnosisInput>> = {
  'a pull error': (text) => inputOf({ status: { state: waiting('ErrImagePull', text) } }),
  'a pull error in an event': (text) =>
    inputOf({
      status: { state: waiting('ImagePullBackOff', 'Back-off pulling image "x"') },
      podEvents: [{ reason: 'Failed', message: `Failed to pull image "x": ${text}` }],
    }),
  "a pull error beside a volume's image": (text) => withImageVolume(text),
  'a warning of a CronJob': (text) =>
    aDiagnosisInput({
      owner: { kind: 'CronJob', namespace: 'shop', name: 'report', uid: 'c' },
      events: [
        {
          ...anEvent({ reason: text, message: text }),
          type: 'Warning',
          regarding: { kind: 'CronJob', namespace: 'shop', name: 'report', uid: 'c' },
        },
      ],
    }),
  'a configuration error': (text) =>
    inputOf({ status: { state: waiting('CreateContainerConfigError', text) } }),
  'a create error': (text) => inputOf({ status: { state: waiting('CreateContainerError', text) } }),
  'a start error': (text) =>
    inputOf({
      status: crashed({ reason: 'StartError', exitCode: 128, startedAt: undefined, message: text }),
    }),
  'a reason nobody knows': (text) => inputOf({ status: { state: waiting(text, text) } }),
  'a log': (text) => inputOf({ status: crashed({ exitCode: 1 }), logs: logOf('web', ...text.split('\n')) }),
  'a probe': (text) =>
    inputOf({
      spec: { readiness: aProbe() },
      status: { state: running(), ready: false },
      podEvents: [{ reason: 'Unhealthy', message: `Readiness probe failed: ${text}` }],
    }),
  'a scheduler': (text) => aDiagnosisInput({ pod: anUnschedulablePod(text) }),
  'a sandbox': (text) =>
    aDiagnosisInput({
      pod: creating,
      events: [anEvent({ reason: 'FailedCreatePodSandBox', message: text, about: creating })],
    }),
  'a volume': (text) =>
    aDiagnosisInput({
      pod: creating,
      events: [anEvent({ reason: 'FailedMount', message: text, about: creating })],
    }),
  'a refusal to create': (text) =>
    aDiagnosisInput({ events: [anEvent({ reason: 'FailedCreate', message: text })] }),
  'an eviction': (text) =>
    aDiagnosisInput({ pod: aPod({ phase: 'Failed', reason: 'Evicted', message: text }) }),
};
const places = Object.entries(PLACES);

/** Texts of other tongues, control and private characters, digits and marks: no word of Kubernetes is in them. */
const foreign = fc.string({
  unit: fc
    .oneof(
      fc.integer({ min: 0x00, max: 0x40 }),
      fc.integer({ min: 0x5b, max: 0x60 }),
      fc.integer({ min: 0x7b, max: 0x2fff }),
      fc.integer({ min: 0x4e00, max: 0x9fff }),
      fc.integer({ min: 0x1f300, max: 0x1f6ff }),
    )
    .map((code) => String.fromCodePoint(code)),
  maxLength: 400,
});

/** Real texts to cut and to glue. */
const REAL = [
  NOT_FOUND,
  ANONYMOUS,
  'Head "https://mirror.corp/v2/nginx/manifests/1?ns=docker.io": dial tcp 10.0.0.9:443: connect: connection refused',
  'toomanyrequests: You have reached your pull rate limit',
  'failed to create containerd task: exec: "redis-sever": executable file not found in $PATH: unknown',
  'configmap "app-config" not found',
  '0/3 nodes are available: 1 node(s) had untolerated taint {a: }, 2 Insufficient memory. preemption: 0/3',
  'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
  'plugin type="calico" failed (add): error getting ClusterInformation: Unauthorized',
  'Get "http://10.1.2.3:8080/": dial tcp 10.1.2.3:8080: connect: connection refused',
  'open /etc/app/config.yaml: no such file or directory',
  'REDIS_PORT: strconv.Atoi: parsing "tcp://10.96.3.4:6379": invalid syntax',
  'pods "x" is forbidden: exceeded quota: q, requested: limits.cpu=1, used: limits.cpu=6, limited: limits.cpu=6',
];
const real = fc.constantFrom(...REAL);
const truncated = fc.tuple(real, fc.nat(200)).map(([text, length]) => text.slice(0, length));
const glued = fc
  .array(fc.oneof(real, truncated, foreign), { minLength: 2, maxLength: 6 })
  .map((parts) => parts.join(' '));

/** Any code units, lone surrogates too; fast-check's own table of characters takes seconds to make. */
const anyUnits = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

const CLAIMS = new Set(['proven', 'likely']);

describe('texts nobody expects', () => {
  it.each(places)('%s without any known phrase is never claimed to be understood', (_place, put) => {
    fc.assert(
      fc.property(foreign, (text) => {
        for (const found of diagnose(put(text))) {
          expect(CLAIMS.has(found.certainty), `${found.causeId} from ${JSON.stringify(text)}`).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(places)(
    '%s that is cut, glued or strange never throws, and is shown at a readable length',
    (_place, put) => {
      fc.assert(
        fc.property(fc.oneof(truncated, glued, fc.string(), anyUnits), (text) => {
          for (const { title, sentence, raw = '' } of diagnose(put(text))) {
            expect(title.length).toBeLessThanOrEqual(37);
            expect(sentence.length).toBeLessThanOrEqual(400);
            expect(raw.length).toBeLessThanOrEqual(4000);
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  /** What makes a pattern go back over its input again and again; the runner's time limit is the assertion. */
  const MEAN = [
    ' ',
    'a',
    '"',
    '\\"',
    '(',
    ', 1 ',
    'exec: "',
    '{',
    '/',
    '.',
    '0',
    'A_',
    'lookup ',
    'open /',
    'config ',
    'tcp://1',
    'https://a/?ns=',
    'https://a/b?c&',
    'env: ',
    'a_',
    ': ',
  ];
  it.each(places)('%s of 1 MB ends at once', (_place, put) => {
    for (const unit of MEAN) {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      expect(diagnose(put(text)).length).toBeGreaterThan(0);
      expect(diagnose(put(`${REAL[1] ?? ''}${text}`)).length).toBeGreaterThan(0);
    }
  });
});
