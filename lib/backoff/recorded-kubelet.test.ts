import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '#lib/model/pod.ts';
import { recordedHistory, recordedKubelet, type SeenPod } from '#lib/testing/recorded-kubelet.ts';
import { nextPull } from './next-pull.ts';
import { nextRestart } from './next-restart.ts';

const KUBELET = { kubeletVersion: 'v1.35.4' };
/** Times of the API are whole seconds, and the decision to start is followed by the start. */
const SLACK_MS = 2000;

const statusOf = ({ pod }: SeenPod): ContainerStatus | undefined => pod.initStatuses[0] ?? pod.statuses[0];

const lastStartOf = ({ state, lastTermination }: ContainerStatus): number =>
  (state.kind === 'waiting' ? lastTermination?.startedAt : state.startedAt) ?? 0;

/** What was said before each restart, and when it then came: the start of the first run seen with a higher count. */
function predictions(name: string) {
  const statuses = recordedHistory(name).flatMap((seen) => statusOf(seen) ?? []);
  return statuses.flatMap((status, index) => {
    const said = nextRestart(status, KUBELET);
    const next = statuses.slice(index).find(({ restartCount }) => restartCount > status.restartCount);
    return said && next ? [{ said, cameAt: lastStartOf(next) }] : [];
  });
}

describe('what a real kubelet did', () => {
  it.each(['exits-1', 'exits-1-probed', 'exits-0', 'init-exits-1', 'liveness-404'])(
    'restarted %s within the window that was foretold at every moment before',
    (name) => {
      const foretold = predictions(name);
      expect(foretold.length).toBeGreaterThan(1);
      for (const { said, cameAt } of foretold) {
        expect(cameAt).toBeGreaterThanOrEqual(said.earlyAt - SLACK_MS);
        expect(cameAt).toBeLessThanOrEqual(said.lateAt + SLACK_MS);
      }
    },
  );

  it.each(['no-such-command', 'post-start-404', 'sidecar-crashes', 'exits-0'])(
    'leaves %s with a time for its next start, whatever word it shows',
    async (name) => {
      const { pods } = await recordedKubelet();
      const pod = pods.find(({ meta }) => meta.name === name);
      const status = pod?.initStatuses[0] ?? pod?.statuses[0];
      expect(status && nextRestart(status, KUBELET)).toMatchObject({ kind: 'timed', what: 'restart' });
    },
  );

  it('pulled again within the window foretold by what was seen of the status alone', async () => {
    const [image] = (await recordedKubelet()).pods
      .filter(({ meta }) => meta.name === 'absent-tag')
      .map(({ template }) => template.containers[0]?.image ?? '');
    const sightings = recordedHistory('absent-tag').flatMap((seen) => {
      const state = statusOf(seen)?.state;
      return state?.kind === 'waiting' && state.reason === 'ErrImagePull' ? seen.at : [];
    });
    expect(sightings.length).toBeGreaterThan(3);
    for (const [index, cameAt] of sightings.slice(1).entries()) {
      const failedAt = sightings.slice(0, index + 1);
      const now = failedAt.at(-1) ?? 0;
      const observed = { failedAt };
      const next = nextPull({
        podUid: 'x',
        image: image ?? '',
        events: [],
        observed,
        mayOversleep: false,
        now,
      });
      expect(next).toMatchObject({ kind: 'timed', attempt: failedAt.length + 1 });
      if (next.kind !== 'timed') continue;
      // The next sighting, too, may come a sync after the pull.
      expect(cameAt).toBeGreaterThanOrEqual(next.earlyAt);
      expect(cameAt).toBeLessThanOrEqual(next.lateAt + 17_000);
    }
  });
});
