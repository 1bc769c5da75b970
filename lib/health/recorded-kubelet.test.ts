import { expect, it } from 'vitest';
import { recordedHistory, recordedKubelet } from '#lib/testing/recorded-kubelet.ts';
import { podProblems } from './pod-problems.ts';

const owner = { kind: 'Pod', namespace: 'kubelet', name: 'recorded', uid: 'recorded' };

it.each(['exits-1', 'exits-1-probed', 'exits-0', 'init-exits-1', 'liveness-404'])(
  'sees %s crash in every status a real kubelet wrote since its first end',
  (name) => {
    const looping = recordedHistory(name).filter(({ pod }) =>
      [...pod.initStatuses, ...pod.statuses].some(
        ({ state, lastTermination }) => state.kind === 'terminated' || lastTermination,
      ),
    );
    expect(looping.length).toBeGreaterThan(5);
    for (const { at, pod } of looping) {
      expect(podProblems(pod, { owner, now: at }).map(({ family }) => family)).toEqual(['crash']);
    }
  },
);

it('finds the words a real kubelet has for a wait: what the sync before met', () => {
  const words = recordedHistory('exits-1').map(({ pod }) => {
    const [status] = pod.statuses;
    return status?.state.kind === 'waiting' ? status.state.reason : status?.state.kind;
  });
  expect(words).toContain('terminated');
  expect(words).toContain('CrashLoopBackOff');
});

it('knows every field that a real kubelet wrote', async () => {
  expect((await recordedKubelet()).odd).toEqual([]);
});
