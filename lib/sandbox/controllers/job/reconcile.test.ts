import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { Job } from '#lib/sandbox/client/workload-objects.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import { indexText, parseIndexes } from './indexes.ts';
import { TRACKING } from './job-pod.ts';
import { podBackOffMs } from './pod-back-off.ts';
import { reconcileJob } from './reconcile.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const at = (secondsAgo: number) => `${new Date(NOW - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
const metadata = (name: string) => ({
  name,
  namespace: 'data',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: at(300),
});
const aJob = (spec: Partial<Job['spec']> = {}, status: Job['status'] = {}): Job => ({
  metadata: metadata('load'),
  spec: {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    selector: { matchLabels: { job: 'load' } },
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'i' }] } },
    ...spec,
  },
  status: { startTime: at(200), ...status },
});

type Options = { ended?: number; tracked?: boolean; index?: number; going?: boolean; code?: number };
const aPod = (
  name: string,
  phase: string,
  { ended = 100, tracked = true, index, going = false, code = phase === 'Failed' ? 1 : 0 }: Options = {},
): Pod => ({
  metadata: {
    ...metadata(name),
    labels: { job: 'load' },
    ...(index === undefined
      ? {}
      : { annotations: { 'batch.kubernetes.io/job-completion-index': String(index) } }),
    ...(tracked ? { finalizers: [TRACKING] } : {}),
    ...(going ? { deletionTimestamp: at(0) } : {}),
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'load', uid: 'load', controller: true }],
  },
  spec: { containers: [] },
  status: {
    phase,
    containerStatuses: ['Succeeded', 'Failed'].includes(phase)
      ? [
          {
            name: 'main',
            state: { terminated: { exitCode: code, reason: 'x', startedAt: at(200), finishedAt: at(ended) } },
            lastState: {},
            ready: false,
            started: false,
            restartCount: 0,
            image: 'i',
            imageID: '',
          },
        ]
      : [],
  },
});

const pass = (job: Job, pods: readonly Pod[] = []) => reconcileJob({ job, pods, now: NOW });
const names = (writes: readonly Write[]): readonly string[] =>
  writes.map((write) => {
    if (write.verb === 'event') return `event ${write.reason}`;
    if (write.verb === 'create') return `create ${write.object.metadata.generateName ?? ''}`;
    if (write.verb === 'delete') return `delete ${write.target.name}`;
    return write.subresource ? 'status' : `release ${write.target.name}`;
  });
const statuses = (writes: readonly Write[]) =>
  writes.flatMap((write) =>
    write.verb === 'merge' && write.subresource
      ? [(write.patch as Required<Pick<Job, 'status'>>).status]
      : [],
  );

describe('Job controller', () => {
  it('starts its clock and its first pod', () => {
    const { writes } = pass({ ...aJob(), status: {} });
    expect(names(writes)).toEqual(['create load-', 'status']);
    expect(statuses(writes)[0]).toMatchObject({ startTime: at(0), active: 1, ready: 0, terminating: 0 });
  });

  it('never runs more than parallelism nor more than what is left to complete', () => {
    const creates = (spec: Partial<Job['spec']>, pods: readonly Pod[]) =>
      pass(aJob(spec), pods).writes.filter(({ verb }) => verb === 'create').length;
    expect(creates({ completions: 9, parallelism: 4 }, [])).toBe(4);
    const done = ['a', 'b'].map((name) => aPod(name, 'Succeeded'));
    expect(creates({ completions: 3, parallelism: 4 }, done)).toBe(1);
    expect(creates({ completions: undefined, parallelism: 4 }, done)).toBe(0);
  });

  it('names a finished pod in the status, lets go of it and counts it, in that order', () => {
    const { writes } = pass(aJob({ completions: 2 }), [aPod('a', 'Succeeded')]);
    expect(names(writes)).toEqual(['create load-', 'status', 'release a', 'status']);
    const [listed, counted] = statuses(writes);
    expect(listed?.uncountedTerminatedPods).toEqual({ succeeded: ['a'], failed: null });
    expect(counted).toMatchObject({ succeeded: 1, uncountedTerminatedPods: { succeeded: null } });
  });

  it('counts a pod it had named before it was interrupted, once', () => {
    const interrupted = { active: 1, ready: 0, terminating: 0, uncountedTerminatedPods: { failed: ['a'] } };
    const running = aPod('b', 'Running');
    const stillHeld = pass(aJob({}, interrupted), [aPod('a', 'Failed'), running]);
    const letGo = pass(aJob({}, interrupted), [aPod('a', 'Failed', { tracked: false }), running]);
    expect(statuses(stillHeld.writes).at(-1)).toMatchObject({ failed: 1 });
    expect(statuses(letGo.writes).at(-1)).toMatchObject({ failed: 1 });
  });

  it('completes, with the interim condition first', () => {
    const { writes } = pass(aJob(), [aPod('a', 'Succeeded')]);
    expect(names(writes)).toEqual(['status', 'release a', 'status', 'event Completed']);
    const types = statuses(writes).map(({ conditions }) => conditions?.map(({ type }) => type).join());
    expect(types).toEqual(['SuccessCriteriaMet', 'SuccessCriteriaMet,Complete']);
    expect(statuses(writes)[1]?.completionTime).toBe(at(0));
  });

  it('waits for its last pod to be gone before it has failed', () => {
    const job = aJob({ activeDeadlineSeconds: 60 });
    const { writes } = pass(job, [aPod('a', 'Running')]);
    expect(names(writes)).toEqual(['delete a', 'event SuccessfulDelete', 'status', 'release a', 'status']);
    const [status] = statuses(writes).slice(-1);
    expect(status?.conditions?.map(({ type }) => type)).toEqual(['FailureTarget']);
    const after = pass({ ...job, status }, []);
    expect(names(after.writes)).toEqual(['status', 'status', 'event DeadlineExceeded']);
  });

  it('fails beyond its limit, and waits its turn before', () => {
    const failures = (count: number) =>
      Array.from({ length: count }, (_, index) => aPod(`f${index}`, 'Failed', { ended: 1, tracked: false }));
    const waiting = pass(aJob({}, { failed: 3 }), failures(3));
    expect(names(waiting.writes)).not.toContain('create load-');
    expect(waiting.wakeAfterMs).toBe(39_000);
    const beyond = pass(aJob({ backoffLimit: 2 }, { failed: 3, active: 0, ready: 0 }), failures(3));
    expect(names(beyond.writes).at(-1)).toBe('event BackoffLimitExceeded');
  });

  it('does not count a failure its policy ignores', () => {
    const rules = [
      { action: 'Ignore' as const, onExitCodes: { operator: 'In' as const, values: [17] } },
      { action: 'Ignore' as const, onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ];
    const job = aJob({ backoffLimit: 0, podFailurePolicy: { rules } });
    const ignored = pass(job, [aPod('a', 'Failed', { code: 17 })]);
    expect(statuses(ignored.writes).at(-1)).toMatchObject({ failed: null, conditions: null });
    const counted = pass(job, [aPod('a', 'Failed', { code: 18 })]);
    expect(names(counted.writes).at(-1)).toBe('event BackoffLimitExceeded');
  });

  it('creates the lowest missing indexes and drops a repeated one', () => {
    const indexed = { completionMode: 'Indexed' as const, completions: 5, parallelism: 3 };
    const pods = [aPod('a', 'Succeeded', { index: 0 }), aPod('b', 'Running', { index: 2 })];
    expect(names(pass(aJob(indexed), pods).writes).slice(0, 2)).toEqual(['create load-1-', 'create load-3-']);
    const twice = [aPod('b', 'Running', { index: 2 }), aPod('c', 'Pending', { index: 2 })];
    expect(names(pass(aJob(indexed), twice).writes)).toContain('delete c');
  });

  it('lets go of its pods when it is over, and goes itself after its time to live', () => {
    const complete = { type: 'Complete', status: 'True', lastTransitionTime: at(30) } as const;
    const job = (ttlSecondsAfterFinished?: number) =>
      aJob({ ttlSecondsAfterFinished }, { conditions: [complete] });
    expect(names(pass(job(), [aPod('a', 'Succeeded')]).writes)).toEqual(['release a']);
    expect(pass(job(40))).toEqual({ writes: [], wakeAfterMs: 10_000 });
    expect(pass(job(30)).writes).toMatchObject([{ verb: 'delete', propagation: 'Foreground' }]);
  });

  it('asks for nothing when everything is as it should be', () => {
    const pods = [aPod('a', 'Running')];
    const [patch] = statuses(pass(aJob(), pods).writes);
    // The server drops what a merge patch sets to null.
    const stored = (_key: string, value: unknown) => value ?? undefined;
    const status = JSON.parse(JSON.stringify(patch), stored) as Job['status'];
    expect(pass({ ...aJob(), status }, pods).writes).toEqual([]);
  });
});

describe('the pause between two tries', () => {
  it('doubles from 10 s to 10 min with each failure after the last success', () => {
    const failed = (count: number) => Array.from({ length: count }, () => aPod('f', 'Failed', { ended: 0 }));
    const pauses = [0, 1, 2, 3, 6, 7, 20].map(
      (count) => podBackOffMs({ succeeded: [], failed: failed(count) }, NOW) / 1000,
    );
    expect(pauses).toEqual([0, 10, 20, 40, 320, 600, 600]);
    const succeeded = [aPod('s', 'Succeeded', { ended: 50 })];
    const around = [aPod('before', 'Failed', { ended: 60 }), aPod('after', 'Failed', { ended: 4 })];
    expect(podBackOffMs({ succeeded, failed: around }, NOW)).toBe(6000);
  });
});

describe('completed indexes', () => {
  it('are written as upstream writes them', () => {
    expect(indexText([4, 0, 1, 2, 7, 8])).toBe('0-2,4,7,8');
    expect(parseIndexes('0-2,4,7,8', 8)).toEqual([0, 1, 2, 4, 7]);
  });

  it('survive being written and read', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60)), (indexes) => {
        expect(parseIndexes(indexText(indexes), 61)).toEqual(indexes.toSorted((a, b) => a - b));
      }),
    );
  });
});
