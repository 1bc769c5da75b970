import type { Certainty, Finding, Remedy } from '#lib/model/finding.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { Severity } from '#lib/model/problem.ts';
import type { FactorKind } from '#lib/model/shared-cause.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { imageText, parseImageReference } from '#lib/rollout/image-reference.ts';
import { peerIn } from '#lib/diagnosis/logged-dependency.ts';
import { clip } from '#lib/diagnosis/wording.ts';
import { crashFingerprint } from './crash-fingerprint.ts';

/** A value of a factor: what is compared (`key`), and what is shown. */
export type Touched = { readonly key: string; readonly name: string; readonly namespace?: string };
export type Touches = Readonly<Partial<Record<FactorKind, Touched>>>;

/** One incident with what its failure touches: everything the folding looks at. */
export type ScopeMember = {
  readonly incidentId: string;
  readonly workload: WorkloadRef;
  /** `recovering`: all runs again, but not yet for long enough to be sure; a crash now would be the same one. */
  readonly state: 'open' | 'recovering' | 'recovered';
  readonly severity: Severity;
  readonly sinceAt: number;
  readonly recoveredAt?: number;
  readonly causeId: string;
  readonly certainty: Certainty;
  /** Raw message behind the finding. */
  readonly raw?: string;
  /** Failing pods. */
  readonly pods: number;
  readonly nodes: readonly string[];
  /** One value per factor at most: a failure that touches two registries points at neither. */
  readonly touches: Touches;
  readonly remedies: readonly Remedy[];
};

export type MemberInput = {
  readonly incident: Incident;
  readonly state: ScopeMember['state'];
  readonly finding: Finding;
  /** Pods of the owner. */
  readonly pods: readonly Pod[];
};

/** What the failure of this incident touches, from fields where there are some and from the API's own texts otherwise. */
export function scopeMember({ incident, state, finding, pods }: MemberInput): ScopeMember {
  const failing = new Set(incident.problems.map(({ pod }) => pod?.uid));
  const failed = pods.filter(({ meta }) => failing.has(meta.uid));
  const nodes = [
    ...new Set(incident.problems.flatMap(({ pod }) => pod?.nodeName ?? [])),
    ...(incident.owner.kind === 'Node' ? [incident.owner.name] : []),
  ].toSorted();
  return {
    incidentId: incident.id,
    workload: incident.owner,
    state,
    severity: incident.severity,
    sinceAt: incident.sinceAt,
    ...(incident.recoveredAt === undefined ? {} : { recoveredAt: incident.recoveredAt }),
    causeId: finding.causeId,
    certainty: finding.certainty,
    ...(finding.raw === undefined ? {} : { raw: finding.raw }),
    pods: failed.length,
    nodes,
    touches: touchesOf({ incident, finding, failed, nodes }),
    remedies: finding.remedies,
  };
}

type Failure = {
  readonly incident: Incident;
  readonly finding: Finding;
  readonly failed: readonly Pod[];
  readonly nodes: readonly string[];
};

function touchesOf(failure: Failure): Touches {
  const { namespace } = failure.incident.owner;
  const object = (name: string | undefined): Touched | undefined =>
    name === undefined ? undefined : { key: `${namespace}/${name}`, name, namespace };
  const plain = (name: string | undefined): Touched | undefined =>
    name === undefined ? undefined : { key: name, name };
  const raw = clip(failure.finding.raw ?? '');
  const found: Readonly<Record<FactorKind, Touched | undefined>> = {
    ...imageTouches(failure),
    secret: object(secretName(failure, raw)),
    'config-map': object(configMapName(raw)),
    'service-account': object(
      /error looking up service account [^\s:/]{1,63}\/([^\s:]{1,253})/.exec(raw)?.[1],
    ),
    quota: object(/[Ee]xceeded quota: ([^\s,]{1,253}), requested/.exec(raw)?.[1]),
    webhook: plain(/failed calling webhook "([^"]{1,253})"/.exec(raw)?.[1]),
    dependency: dependency(raw, namespace),
    node: failure.nodes.length === 1 ? plain(failure.nodes[0]) : undefined,
    namespace: namespace === '' ? undefined : plain(namespace),
    error: error(failure, raw),
    cluster: { key: '', name: 'the cluster' },
  };
  return Object.fromEntries(Object.entries(found).filter(([, touched]) => touched !== undefined));
}

function imageTouches({
  failed,
  finding,
}: Failure): Pick<Record<FactorKind, Touched | undefined>, 'registry' | 'image'> {
  const references = failed.flatMap(({ template }) => {
    const spec = template.containers.find(({ name }) => name === finding.container);
    return (spec && parseImageReference(spec.image)) ?? [];
  });
  const registry = single(references.map((reference) => reference.registry));
  const image = single(references.map(imageText));
  return {
    registry: registry === undefined ? undefined : { key: registry, name: registry },
    image: image === undefined ? undefined : { key: image, name: image },
  };
}

/** The Secret the kubelet names; of the pull Secrets the one the finding speaks of. */
function secretName({ failed, finding }: Failure, raw: string): string | undefined {
  const named =
    /\bsecrets? "([^"]{1,253})" not found/i.exec(raw)?.[1] ??
    /couldn't find key \S{1,253} in Secret [^/\s]{1,253}\/(\S{1,253})/.exec(raw)?.[1];
  if (named !== undefined) return named;
  if (!finding.causeId.startsWith('pull-secret-')) return undefined;
  const names = [...new Set(failed.flatMap(({ template }) => template.imagePullSecrets))];
  const words = new Set(finding.sentence.split(/[\s,;]+/).map((word) => word.replace(/[.:]+$/, '')));
  return names.length === 1 ? names[0] : single(names.filter((name) => words.has(name)));
}

const configMapName = (raw: string): string | undefined =>
  /\bconfigmaps? "([^"]{1,253})" not found/i.exec(raw)?.[1] ??
  /couldn't find key \S{1,253} in ConfigMap [^/\s]{1,253}\/(\S{1,253})/.exec(raw)?.[1];

/** "db" in one namespace is not "db" in another; a container's own loopback is nobody else's. */
function dependency(raw: string, namespace: string): Touched | undefined {
  const peer = peerIn(raw);
  if (!peer || /^(?:localhost|127\.|::1)/.test(peer.host)) return undefined;
  const host = peer.host.replace(/\.svc(?:\.cluster\.local)?\.?$/, '');
  const isBare = !host.includes('.');
  const name = `${isBare ? `${host}.${namespace}` : host}${peer.port === undefined ? '' : `:${peer.port}`}`;
  return { key: name, name };
}

/** Only a crash has last words; a peer in them is part of what is compared, or two broken links would be one. */
function error({ incident, failed, finding }: Failure, raw: string): Touched | undefined {
  if (incident.family !== 'crash' && incident.family !== 'job') return undefined;
  const exitCode = single(failed.flatMap((pod) => exitCodes(pod, finding.container)));
  if (exitCode === undefined || exitCode === 0) return undefined;
  const print = crashFingerprint(raw, { exitCode, own: failed.map(({ meta }) => meta.name) });
  if (!print) return undefined;
  const peer = peerIn(raw);
  return { key: JSON.stringify([print.key, peer?.host ?? '', peer?.port ?? '']), name: print.text };
}

function exitCodes({ initStatuses, statuses }: Pod, container: string | undefined): readonly number[] {
  return [...initStatuses, ...statuses].filter(({ name }) => name === container).flatMap(exitCodeOf);
}

const exitCodeOf = ({ state, lastTermination }: ContainerStatus): readonly number[] => {
  const end = state.kind === 'terminated' ? state : lastTermination;
  return end ? [end.exitCode] : [];
};

function single<T>(values: readonly T[]): T | undefined {
  const distinct = new Set(values);
  return distinct.size === 1 ? values[0] : undefined;
}
