import { expect, it } from 'vitest';
import { recordedList, recordedPodTable } from '#lib/testing/recorded-objects.ts';
import { podStatus } from './pod-status.ts';

it('says of recorded pods what the API server said of them', async () => {
  const { objects } = await recordedList('pods');
  const shown = objects.map((pod) => {
    const { status, ready, restarts } = podStatus(pod, { minor: 35 });
    return [pod.meta.name, { status, ready, restarts: `${restarts}` }] as const;
  });
  const printed = [...recordedPodTable()].map(
    // "2 (11s ago)": how long ago is counted at the moment of printing.
    ([name, row]) => [name, { ...row, restarts: row.restarts.split(' ')[0] }] as const,
  );
  expect(new Map(shown)).toEqual(new Map(printed));
  expect(shown.map(([, { status }]) => status).toSorted()).toEqual([
    'CrashLoopBackOff',
    'ImagePullBackOff',
    'Running',
    'Running',
  ]);
});
