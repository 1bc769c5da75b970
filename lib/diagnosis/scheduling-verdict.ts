import type { Evidence } from '#lib/model/finding.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { fieldEvidence } from './evidence.ts';
import { parseSchedulingMessage, type SchedulingReason } from './scheduling-message.ts';
import { listText } from './wording.ts';

type Meaning = {
  readonly causeId: string;
  readonly pattern: RegExp;
  /** Excludes nodes by design; the headline only when nothing else does. */
  readonly byDesign?: true;
  readonly phrase: (count: number, text: string) => string;
};

const verb = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** First match wins. Pressure and readiness taints are the node's trouble, a toleration is no cure. */
const MEANINGS: readonly Meaning[] = [
  {
    causeId: 'pvc-not-found',
    pattern: /persistentvolumeclaim "[^"]+" (?:not found|is being deleted)/,
    phrase: (_n, text) => text,
  },
  {
    causeId: 'pvc-unbound',
    pattern:
      /unbound immediate PersistentVolumeClaims|available persistent volumes to bind|non-existent pv|enough free storage/,
    phrase: (n) => `${n} cannot bind the volume`,
  },
  {
    causeId: 'volume-node-affinity-conflict',
    pattern: /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone/,
    phrase: (n) => `${n} cannot reach the volume`,
  },
  {
    causeId: 'node-disk-pressure',
    pattern: /disk-pressure|NodeUnderDiskPressure/,
    phrase: (n) => verb(n, 'is', 'are') + ' short of disk',
  },
  {
    causeId: 'node-memory-pressure',
    pattern: /memory-pressure|NodeUnderMemoryPressure/,
    phrase: (n) => verb(n, 'is', 'are') + ' under memory pressure',
  },
  {
    causeId: 'node-unreachable',
    pattern: /kubernetes\.io\/(?:unreachable|not-ready)/,
    phrase: (n) => verb(n, 'is', 'are') + ' not ready',
  },
  {
    causeId: 'host-port-conflict',
    pattern: /free ports/,
    phrase: (n) => `${verb(n, 'has', 'have')} the host port in use`,
  },
  {
    causeId: 'topology-spread-unsatisfied',
    pattern: /topology spread/,
    phrase: (n) => `${verb(n, 'breaks', 'break')} the topology spread`,
  },
  {
    causeId: 'pod-anti-affinity-unsatisfied',
    pattern: /anti-affinity/,
    phrase: (n) => `${n} already run a pod it avoids`,
  },
  {
    causeId: 'pod-affinity-unsatisfied',
    pattern: /pod affinity/,
    phrase: (n) => `${verb(n, 'lacks', 'lack')} the pod it wants beside it`,
  },
  {
    causeId: 'insufficient-memory',
    pattern: /Insufficient memory/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' memory',
  },
  {
    causeId: 'insufficient-cpu',
    pattern: /Insufficient cpu/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' CPU',
  },
  {
    causeId: 'too-many-pods',
    pattern: /Too many pods|Insufficient pods/,
    phrase: (n) => verb(n, 'is', 'are') + ' full of pods',
  },
  {
    causeId: 'insufficient-ephemeral-storage',
    pattern: /Insufficient ephemeral-storage/,
    phrase: (n) => verb(n, 'lacks', 'lack') + ' ephemeral storage',
  },
  {
    causeId: 'insufficient-extended-resource',
    pattern: /Insufficient [a-z0-9.-]+\/\S+/,
    phrase: (n, text) => `${verb(n, 'lacks', 'lack')} ${text.replace('Insufficient ', '')}`,
  },
  {
    causeId: 'node-cordoned',
    pattern: /were unschedulable|kubernetes\.io\/unschedulable/,
    byDesign: true,
    phrase: (n) => verb(n, 'is', 'are') + ' cordoned',
  },
  {
    causeId: 'untolerated-taint',
    pattern: /taint|PodToleratesNodeTaints/i,
    byDesign: true,
    phrase: (n, text) => `${verb(n, 'is', 'are')} tainted${taintName(text)}`,
  },
  {
    causeId: 'node-selector-mismatch',
    pattern: /node affinity\/selector|node selector|MatchNodeSelector|required features/,
    byDesign: true,
    phrase: (n) => verb(n, 'does', 'do') + ' not match the node selector',
  },
];

function taintName(text: string): string {
  const key = /\{([^:}]{1,253})/.exec(text)?.[1];
  return key ? ` ${key}` : '';
}

export type SchedulingVerdict = {
  readonly causeId: string;
  readonly main: SchedulingReason;
  readonly nodes: number;
  /** "No node fits: 3 lack memory, 2 are tainted gpu." */
  readonly sentence: string;
  readonly raw: string;
  readonly evidence: readonly Evidence[];
};

/**
 * Why no node takes the pod. The condition is read, not the event: it is complete and always current. Nodes
 * excluded by design (taints, selectors, cordons) are the cause only when they are all there is.
 */
export function schedulingVerdict({ pod }: DiagnosisInput): SchedulingVerdict | undefined {
  const condition = pod && unschedulableCondition(pod);
  const parsed = condition && parseSchedulingMessage(condition.message);
  if (!condition || !parsed) return undefined;
  const read = parsed.reasons.map((reason) => ({
    reason,
    meaning: MEANINGS.find(({ pattern }) => pattern.test(reason.text)),
  }));
  const known = read.flatMap(({ reason, meaning }) => (meaning ? [{ reason, meaning }] : []));
  const placing = known.filter(({ meaning }) => !meaning.byDesign);
  const unread = read.length - known.length;
  // A reason we cannot read may be the actionable one: then exclusions by design are not a verdict.
  if (placing.length === 0 && unread > 0) return undefined;
  const [main] = (placing.length > 0 ? placing : known).toSorted((a, b) => b.reason.count - a.reason.count);
  if (!main) return undefined;
  const phrases = read.map(
    ({ reason, meaning }) => meaning?.phrase(reason.count, reason.text) ?? `${reason.count} ${reason.text}`,
  );
  return {
    causeId: main.meaning.causeId,
    main: main.reason,
    nodes: parsed.nodes,
    sentence: `No node fits: ${phrases.length > 3 ? phrases.join(', ') : listText(phrases)}.`,
    raw: condition.message,
    evidence: [fieldEvidence('status.conditions[PodScheduled]', `${condition.reason}: ${condition.message}`)],
  };
}

export function unschedulableCondition({ nodeName, conditions }: Pod) {
  if (nodeName) return undefined;
  return conditions.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
}
