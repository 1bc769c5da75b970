import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { PodRecord, World } from './record.ts';
import { NOTICE_MS } from './sync.ts';

/** The worker of a pod takes up what woke it. What it has not seen yet wakes it again. */
export function awake({ isSandboxNews, ...record }: PodRecord, now: number): PodRecord {
  const { stage, newsAt, againAt = Infinity } = record.worker;
  // The first list that shows a sandbox and a container has two pieces of news, and each of them makes a sync.
  const isTwice = isSandboxNews && record.containers.some(({ instances }) => instances > 0);
  const nextAgainAt = isTwice ? now + NOTICE_MS : againAt > now ? againAt : Infinity;
  return {
    ...record,
    worker: {
      stage,
      queuedAt: Infinity,
      newsAt: newsAt > now || againAt <= now ? newsAt : Infinity,
      ...(nextAgainAt < Infinity ? { againAt: nextAgainAt } : {}),
    },
  };
}

const RETRY_MS = 10_000;
const RESYNC_MS = 60_000;
const JITTER = 0.5;

/**
 * A sync is done: a failed one is tried again after 10 s to 15 s, or, when a crash back-off is among the failures,
 * when that ends, at most a minute and a half later
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/pod_workers.go, completeWork). The regular resync
 * of one that went well would show nothing new and is left out.
 */
export function asleep(
  record: PodRecord,
  pod: Pod,
  { now, chance }: Pick<World, 'now' | 'chance'>,
): PodRecord {
  const { failed, newsAt, againAt } = record.worker;
  const idle = {
    stage: 'syncing',
    queuedAt: Infinity,
    // News that came meanwhile wait for the next list of what runs, which is made once a second.
    newsAt: newsAt === Infinity ? Infinity : Math.max(newsAt, now + NOTICE_MS),
    ...(againAt === undefined ? {} : { againAt: Math.max(againAt, now) }),
  } as const;
  if (!failed) return { ...record, worker: idle };
  const { backOffEndsAt } = failed;
  const base = backOffEndsAt === undefined ? RETRY_MS : Math.min(RESYNC_MS, Math.max(0, backOffEndsAt - now));
  const waitMs = Math.floor(base * (1 + JITTER * chance(pod.metadata.uid, 'requeue', now)));
  return { ...record, worker: { ...idle, queuedAt: now + waitMs } };
}
