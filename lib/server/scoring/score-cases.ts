import type { Certainty } from '#lib/model/finding.ts';
import { diagnoseOffline } from '#lib/server/offline/diagnose-offline.ts';
import { offlineCluster } from '#lib/server/offline/offline-cluster.ts';
import { kindOf } from '#lib/server/offline/read-manifests.ts';
import { caseObjects } from './case-objects.ts';
import { POD, SEEN_AT } from './case-scene.ts';
import { type FailureCase, isTold } from './failure-case.ts';

export type Verdict = 'first' | 'candidate' | 'unknown' | 'unsure' | 'wrong';

export type ScoredCase = {
  readonly id: string;
  readonly truth: string;
  readonly said: string;
  readonly certainty: Certainty;
  /**
   * `first`: the true cause comes first. `candidate`: it is among the others. `unknown`: nothing is claimed. `unsure`:
   * another cause is named as possible. `wrong`: another cause is shown as proven or likely.
   */
  readonly verdict: Verdict;
  readonly sentence: string;
};

export type Score = { readonly scored: readonly ScoredCase[]; readonly excluded: readonly string[] };

/** What the product says of each case, against the truth. Cases without any text are left out, and named. */
export function scoreCases(cases: readonly FailureCase[]): Score {
  return {
    scored: cases.filter(({ signals }) => isTold(signals)).map(scored),
    excluded: cases.filter(({ signals }) => !isTold(signals)).map(({ id }) => id),
  };
}

const CERTAIN: readonly Certainty[] = ['proven', 'likely'];

function scored({ id, truth, signals }: FailureCase): ScoredCase {
  const { objects, log } = caseObjects(signals);
  const cluster = offlineCluster({ objects, listedKinds: new Set(objects.map(kindOf)) });
  const names =
    objects.filter((object) => kindOf(object) === 'Pod').length > 0 ? containerNames(objects) : [];
  const logs = new Map(log === undefined ? [] : names.map((name) => [`${POD}/${name}`, log] as const));
  const found = diagnoseOffline(cluster, { logs, now: SEEN_AT });
  const findings = found.flatMap((incident) => incident.findings);
  const [first] = findings;
  if (!first) return { id, truth, said: 'nothing', certainty: 'unknown', verdict: 'unknown', sentence: '' };
  const others = findings.flatMap(({ causeId, candidates }) => [
    causeId,
    ...candidates.map((other) => other.causeId),
  ]);
  const { causeId: said, certainty, sentence } = first;
  const common = { id, truth, said, certainty, sentence };
  if (said === truth) return { ...common, verdict: 'first' };
  if (CERTAIN.includes(certainty)) return { ...common, verdict: 'wrong' };
  if (others.includes(truth)) return { ...common, verdict: 'candidate' };
  return { ...common, verdict: said === 'unknown' ? 'unknown' : 'unsure' };
}

function containerNames(objects: ReturnType<typeof caseObjects>['objects']): readonly string[] {
  const text = JSON.stringify(objects.find((object) => kindOf(object) === 'Pod'));
  return [...new Set([...text.matchAll(/"name":"([\w-]+)"/g)].map(([, name = '']) => name))];
}
