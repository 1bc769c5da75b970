import type { Factor } from '#lib/model/shared-cause.ts';
import type { ScopeMember } from './scope-member.ts';
import { type Level, type Signature, signatureOf } from './signatures.ts';
import {
  type Bystanders,
  bystandersSince,
  type StartedSince,
  type Witnesses,
  witnessesOf,
} from './witnesses.ts';

/** Members that agree in what fails and in the factor. */
export type Bucket = {
  /** Equal exactly when signature, level and factor are. */
  readonly key: string;
  readonly signature: Signature;
  readonly level: Level;
  readonly factor: Factor;
  /** In the order of incident ids. */
  readonly members: readonly ScopeMember[];
  readonly witnesses: Witnesses;
};

/** Of those who tried, so many may be fine before the factor is no longer it: one in ten may have been lucky. */
export const REFUTED_FROM = 0.1;

/** Whether a bucket is a shared cause: by its numbers when it is new, and leniently while it is one already. */
export type Stands = (bucket: Bucket) => boolean;

/**
 * Splits incidents into shared causes; who is in none is alone. Each incident belongs, by what it touches and never by
 * who else fails, to one bucket per level of its signature. The widest bucket that stands takes all its members; of one
 * that does not, the narrower ones are tried. So a bucket only ever loses members when an incident goes, and the result
 * does not depend on the order of `members`.
 */
export function foldMembers(
  members: readonly ScopeMember[],
  { started, stands }: { readonly started: StartedSince; readonly stands: Stands },
): readonly Bucket[] {
  const distinct = [...new Map(members.toSorted(byContent).map((one) => [one.incidentId, one])).values()];
  const earliest = Math.min(...distinct.map(({ sinceAt }) => sinceAt));
  const bystanders = bystandersSince(started, earliest);
  const bySignature = Map.groupBy(distinct, ({ causeId }) => signatureOf(causeId)?.id);
  return [...bySignature]
    .flatMap(([, alike]) => {
      const signature = signatureOf(alike[0]?.causeId ?? '');
      return signature ? descend(alike, { signature, depth: 0, bystanders, stands }) : [];
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

type Descent = {
  readonly signature: Signature;
  readonly depth: number;
  readonly bystanders: () => Bystanders;
  readonly stands: Stands;
};

function descend(members: readonly ScopeMember[], descent: Descent): readonly Bucket[] {
  const { signature, depth, bystanders, stands } = descent;
  const level = signature.levels[depth];
  if (!level) return [];
  const groups = Map.groupBy(members, (member) => valueKey(member, level));
  return [...groups].flatMap(([value, alike]) => {
    const [first] = alike;
    // Who is alone shares nothing, here and further down: of thousands of incidents that is most of them.
    if (value === undefined || !first || alike.length < A_PAIR) return [];
    const bucket = {
      key: JSON.stringify([signature.id, level.by, value]),
      signature,
      level,
      factor: factorOf(first, level),
      members: alike,
      // Looked for only where they can matter: it means going through the pods.
      witnesses: isEnough(alike, level) ? witnessesOf(level, alike, bystanders) : NO_WITNESSES,
    };
    return stands(bucket) ? [bucket] : descend(alike, { ...descent, depth: depth + 1 });
  });
}

/** Fewer than this have nothing to share, whoever recovered. */
export const A_PAIR = 2;

const NO_WITNESSES: Witnesses = { inside: [], cached: [], outside: [] };

function valueKey({ touches }: ScopeMember, { by }: Level): string | undefined {
  const keys = by.map((kind) => touches[kind]?.key);
  return keys.includes(undefined) ? undefined : JSON.stringify(keys);
}

function factorOf({ touches }: ScopeMember, { by }: Level): Factor {
  const [kind, ...within] = by;
  const namespace =
    touches[kind]?.namespace ?? (within.includes('namespace') ? touches.namespace?.name : undefined);
  return {
    kind,
    name: touches[kind]?.name ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(within.includes('node') && touches.node ? { node: touches.node.name } : {}),
  };
}

/** What is not over. */
export const failingOf = (members: readonly ScopeMember[]): readonly ScopeMember[] =>
  members.filter(({ state }) => state !== 'recovered');

/** Distinct workloads; a Node that reports its own trouble is the cause and not one of those that suffer. */
export function workloadsOf(members: readonly ScopeMember[]): ReadonlySet<string> {
  const owners = members.map(({ workload }) => workload).filter(({ kind }) => kind !== 'Node');
  // None of the three may hold a slash.
  return new Set(owners.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
}

/** Enough different workloads, spread far enough, and one of them failing right now. */
export function isEnough(
  members: readonly ScopeMember[],
  { min, nodes = 0, namespaces = 0 }: Level,
): boolean {
  if (members.length < min) return false;
  const failing = failingOf(members);
  return (
    workloadsOf(failing).size >= min &&
    failing.some(({ state }) => state === 'open') &&
    new Set(failing.flatMap((member) => member.nodes)).size >= nodes &&
    new Set(failing.map(({ workload }) => workload.namespace)).size >= namespaces
  );
}

/** The part of those who tried that is fine. */
export function fineShare({ members, witnesses }: Bucket): number {
  const fine = witnesses.inside.length;
  const failing = workloadsOf(failingOf(members)).size;
  return fine === 0 ? 0 : fine / (fine + failing);
}

/** A bucket nobody has called a shared cause yet. */
export const standsFresh: Stands = (bucket) =>
  isEnough(bucket.members, bucket.level) &&
  fineShare(bucket) <= REFUTED_FROM &&
  bucket.witnesses.outside.length >= (bucket.level.contrast ?? 0);

/** When two reports of one incident differ, which is taken must not depend on their order. */
function byContent(a: ScopeMember, b: ScopeMember): number {
  if (a.incidentId !== b.incidentId) return a.incidentId < b.incidentId ? -1 : 1;
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
