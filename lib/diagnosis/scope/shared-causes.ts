import { stableId } from '#lib/incidents/stable-id.ts';
import type { Severity } from '#lib/model/problem.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import {
  A_PAIR,
  type Bucket,
  failingOf,
  fineShare,
  foldMembers,
  standsFresh,
  workloadsOf,
} from './fold-members.ts';
import { certaintyOf, doubtsOf, supportsOf } from './scope-evidence.ts';
import type { ScopeMember } from './scope-member.ts';
import { scopeWording } from './scope-wording.ts';
import type { StartedSince } from './witnesses.ts';

/**
 * How long the last one that fails keeps the cause together, ms. The longest back-off is five minutes, and the attempt
 * after it takes its time; who still fails after ten has another reason, or is the only one who has this one.
 */
export const LINGER_MS = 10 * 60_000;
/** A cause that stands is dropped only when a quarter of those who tried are fine: one lucky retry is not its end. */
export const DROPPED_FROM = 0.25;

export type ScopeContext = {
  readonly cluster: string;
  /** Epoch ms. */
  readonly now: number;
  readonly started: StartedSince;
};

/**
 * The shared causes of these incidents, given those there were. Pass every incident that may be seen, those that
 * recovered too, and nothing else: what is counted and named comes from `members` and `started` alone, so a reader who
 * sees less gets smaller causes, or none. Sorted by id.
 */
export function sharedCauses(
  previous: readonly SharedCause[],
  members: readonly ScopeMember[],
  { cluster, now, started }: ScopeContext,
): readonly SharedCause[] {
  const before = new Map(previous.map((cause) => [cause.id, cause]));
  const idOf = ({ key }: Bucket) => stableId(['shared', cluster, key]);
  // Who recovered before anything was called shared has nothing to do with it.
  const joined = new Set(previous.flatMap((cause) => cause.members));
  const relevant = members.filter(({ state, incidentId }) => state !== 'recovered' || joined.has(incidentId));
  const stands = (bucket: Bucket) =>
    standsFresh(bucket) || (stillStands(bucket, now) && before.has(idOf(bucket)));
  return foldMembers(relevant, { started, stands })
    .map((bucket) => describe(bucket, idOf(bucket)))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Hysteresis: what needs three to be called shared stays so while its members recover one by one, until the last one
 * has been alone for `LINGER_MS`. Recovered, it stays as long as its incidents stay in the list.
 */
function stillStands(bucket: Bucket, now: number): boolean {
  if (workloadsOf(bucket.members).size < A_PAIR || fineShare(bucket) > DROPPED_FROM) return false;
  const failing = workloadsOf(failingOf(bucket.members)).size;
  return failing !== 1 || now - lastRecovery(bucket) < LINGER_MS;
}

const lastRecovery = ({ members }: Bucket): number =>
  Math.max(0, ...members.map(({ recoveredAt }) => recoveredAt ?? 0));

const BY_WEIGHT: readonly Severity[] = ['critical', 'warning', 'notice', 'unknown'];

function describe(bucket: Bucket, id: string): SharedCause {
  const { members, factor } = bucket;
  const failing = failingOf(members);
  const shown = failing.length > 0 ? failing : members;
  const severities = new Set(shown.map(({ severity }) => severity));
  const workloads = workloadsOf(members).size;
  const namespaces = distinct(
    members.map(({ workload }) => workload.namespace).filter((name) => name !== ''),
  );
  const wording = scopeWording(bucket);
  return {
    id,
    state: failing.length > 0 ? 'open' : 'recovered',
    causeId: commonCause(shown),
    factor,
    severity: BY_WEIGHT.find((severity) => severities.has(severity)) ?? 'unknown',
    certainty: certaintyOf(bucket),
    title: wording.title,
    sentence: `${wording.claim}: ${count(workloads, 'workload')} in ${count(namespaces.length, 'namespace')}.`,
    sinceAt: Math.min(...members.map(({ sinceAt }) => sinceAt)),
    ...(failing.length > 0 ? {} : { recoveredAt: lastRecovery(bucket) }),
    members: members.map(({ incidentId }) => incidentId),
    failing: failing.length,
    workloads,
    namespaces,
    nodes: distinct(shown.flatMap(({ nodes }) => nodes)),
    pods: failing.reduce((total, { pods }) => total + pods, 0),
    supports: supportsOf(bucket),
    doubts: doubtsOf(bucket),
    remedies: wording.remedies,
  };
}

/** The cause most of them have; the alphabet decides between equals. */
function commonCause(members: readonly ScopeMember[]): string {
  const counts = Map.groupBy(members, ({ causeId }) => causeId);
  const [first] = [...counts].toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1));
  return first?.[0] ?? 'unknown';
}

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted();

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
