import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseObjects } from './case-objects.ts';
import { readCases, type Signals } from './failure-case.ts';
import { scoreCases } from './score-cases.ts';
import { scoreReport } from './score-report.ts';

const CASES = join(import.meta.dirname, '../../testing/real-cases.jsonl');
const cases = readCases(readFileSync(CASES, 'utf8'), 'real-cases.jsonl');

const signals = (more: Partial<Signals>): Signals => ({ events: [], other_signals: {}, ...more });
const pod = (more: Partial<Signals>) =>
  caseObjects(signals(more)).objects.find(({ kind }) => kind === 'Pod') as Record<
    'spec' | 'status',
    Record<string, unknown>
  >;

describe('a case becomes objects', () => {
  it('a waiting reason and its message are the status of a container', () => {
    const { status } = pod({ reason: 'ImagePullBackOff', waiting_message: 'Back-off pulling image "a/b:1"' });
    expect(status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [
        {
          image: 'a/b:1',
          state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a/b:1"' } },
        },
      ],
    });
  });

  it('a log means that the container ran and ended', () => {
    const { status } = pod({
      status_column: 'CrashLoopBackOff',
      log_excerpt: 'boom',
      other_signals: { exitCode: 3 },
    });
    expect(status).toMatchObject({
      containerStatuses: [{ lastState: { terminated: { exitCode: 3, reason: 'Error' } } }],
    });
  });

  it('a pod nobody placed has the condition of the scheduler', () => {
    const { spec, status } = pod({
      status_column: 'Pending',
      events: ['0/3 nodes are available: 3 Insufficient cpu.'],
    });
    expect(spec).not.toHaveProperty('nodeName');
    expect(status).toMatchObject({ conditions: [{ type: 'PodScheduled', reason: 'Unschedulable' }] });
    expect(
      caseObjects(signals({ events: ['0/3 nodes are available: x'] })).objects.filter(
        ({ kind }) => kind === 'Node',
      ),
    ).toHaveLength(3);
  });

  it('the newest of the words of a scheduler stand in the condition', () => {
    const { status } = pod({
      status_column: 'Pending',
      events: ['0/3 nodes are available: 3 Insufficient cpu.', '0/3 nodes are available: 3 Too many pods.'],
    });
    expect(status).toMatchObject({ conditions: [{ message: '0/3 nodes are available: 3 Too many pods.' }] });
  });

  it('a gated pod has its gates, and no reason of a scheduler', () => {
    const { spec, status } = pod({
      status_column: 'SchedulingGated',
      events: ['Admitted by ClusterQueue q, wait time since reservation was 0s'],
      other_signals: { 'spec.schedulingGates': ['a.example/gate'] },
    });
    expect(spec).toMatchObject({ schedulingGates: [{ name: 'a.example/gate' }] });
    expect(status).toMatchObject({ conditions: [{ reason: 'SchedulingGated', message: '' }] });
  });

  it.each([
    ['ContainerCreating', 'FailedSync', 'Error syncing pod, skipping: failed to "SetupNetwork" for "a"'],
    ['ContainerCreating', 'FailedMount', 'MountVolume.SetUp failed for volume "a" : no'],
    ['CreateContainerConfigError', 'Failed', "Error: couldn't find key a in Secret b/c"],
    [
      'RunContainerError',
      'Failed',
      'Error: failed to start container "a": OCI runtime create failed: denied',
    ],
    ['ErrImagePull', 'Failed', 'Failed to pull image "a/b:1": manifest unknown'],
  ])('waits with %s when all there is is an event %s', (word, reason, message) => {
    const { status } = pod({ events: [message] });
    expect(status).toMatchObject({ containerStatuses: [{ state: { waiting: { reason: word } } }] });
    const { objects } = caseObjects(signals({ events: [message] }));
    expect(objects.find(({ kind }) => kind === 'Event')).toMatchObject({ reason, message });
  });

  it('a warning that stops nothing leaves the pod ready', () => {
    const { status } = pod({
      events: ['Nameserver limits were exceeded, some nameservers have been omitted'],
    });
    expect(status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] });
  });

  it('a log of a pod that is not ready and did not restart is no crash', () => {
    const { status } = pod({
      log_excerpt: 'asked in plain HTTP',
      other_signals: { ready: '0/1', 'readinessProbe.httpGet.port': 9090 },
    });
    expect(status).toMatchObject({ containerStatuses: [{ ready: false, state: { running: {} } }] });
  });

  it('what the kubelet killed for its probe ran as long as the probe allows', () => {
    const { status } = pod({
      status_column: 'CrashLoopBackOff',
      events: ['Container a failed liveness probe, will be restarted'],
    });
    const [{ lastState }] = status['containerStatuses'] as [
      { lastState: { terminated: Record<string, string> } },
    ];
    const { startedAt = '', finishedAt = '' } = lastState.terminated;
    expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBe(35_000);
  });

  it('a refused pod does not exist; its ReplicaSet tells why', () => {
    const { objects } = caseObjects(
      signals({ status_column: '(no pod)', events: ['Error creating: pods "x" is forbidden: no'] }),
    );
    expect(objects.some(({ kind }) => kind === 'Pod')).toBe(false);
    expect(objects.find(({ kind }) => kind === 'Event')).toMatchObject({
      reason: 'FailedCreate',
      involvedObject: { kind: 'ReplicaSet' },
    });
  });

  it('a probe that failed stands in the specification, asked where the text says', () => {
    const { spec } = pod({
      events: ['Liveness probe failed: Get "http://10.0.0.9:8080/healthz": context deadline exceeded'],
    });
    expect(spec).toMatchObject({
      containers: [{ livenessProbe: { httpGet: { port: 8080, path: '/healthz' } } }],
    });
  });

  it('does not know the truth: cases that differ in nothing else become the same objects', () => {
    const [known] = cases;
    const line = JSON.stringify({
      ...known?.signals,
      id: 'x',
      root_cause_id: 'oom-limit',
      true_cause: 'memory',
      class: 'oom',
      note: 'n',
    });
    const [other] = readCases(line, 'other');
    expect(other && caseObjects(other.signals)).toEqual(known && caseObjects(known.signals));
  });
});

const corpus = (file: string) => readCases(readFileSync(join('lib', 'testing', file), 'utf8'), file);
const CORPORA = ['thread-cases.jsonl', 'further-cases.jsonl'];

it('cases are told apart from each other, in whatever file they are', () => {
  const ids = [...cases, ...CORPORA.flatMap(corpus)].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(CORPORA)('cases from further threads: %s', (file) => {
  const { scored } = scoreCases(corpus(file));

  it('show no wrong cause as proven or likely', () => {
    expect(scored.filter(({ verdict }) => verdict === 'wrong').map(({ id }) => id)).toEqual([]);
  });

  it('name the true cause first in 85 of 100, and among the candidates in 95', () => {
    const count = (...verdicts: readonly string[]) =>
      scored.filter(({ verdict }) => verdicts.includes(verdict)).length / scored.length;
    expect(count('first')).toBeGreaterThanOrEqual(0.85);
    expect(count('first', 'candidate')).toBeGreaterThanOrEqual(0.95);
  });
});

describe('the score', () => {
  const score = scoreCases(cases);
  const count = (verdict: string) => score.scored.filter((one) => one.verdict === verdict).length;

  it('shows no wrong cause as proven or likely', () => {
    expect(score.scored.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  });

  it('names the true cause first in 85 of 100 cases, and among the candidates in 95', () => {
    expect(count('first') / score.scored.length).toBeGreaterThanOrEqual(0.85);
    expect((count('first') + count('candidate')) / score.scored.length).toBeGreaterThanOrEqual(0.95);
  });

  it('names every case it leaves out', () => {
    expect(score.scored.length + score.excluded.length).toBe(cases.length);
    expect(scoreReport(score)).toContain(`no message, event or log: ${score.excluded.join(', ')}`);
  });

  it('ends with one line of JSON', () => {
    const last = scoreReport(score).trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      cases: score.scored.length,
      first: count('first'),
      wrong: count('wrong'),
    });
  });

  it('a line that is not a case is named', () => {
    expect(() => readCases('{"id":"a"}\n', 'f')).toThrow(/^f:1: /);
    expect(() => readCases('{}\nno\n', 'f')).toThrow(/^f:1: /);
  });
});
