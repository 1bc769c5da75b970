import type { Certainty, Evidence } from '#lib/model/finding.ts';
import { clip, listText } from '#lib/diagnosis/wording.ts';
import { withoutVariables } from './crash-fingerprint.ts';
import { type Bucket, failingOf, workloadsOf } from './fold-members.ts';
import type { ScopeMember } from './scope-member.ts';

const MAX_NAMES = 3;
const MAX_MESSAGES = 3;
const MAX_TEXT = 400;

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** "shop/a, shop/b and 4 more" */
function some(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return listText(rest > 0 ? [...names.slice(0, MAX_NAMES), `${rest} more`] : names);
}

const nameOf = ({ workload: { namespace, name } }: ScopeMember): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/**
 * What several workloads share is never surer than what was found of each. Stated by an object it stays what it was;
 * inferred it is at most likely, and only possible while somebody is fine, while a narrower reason is open (one node), or
 * when nothing but the last words agree.
 */
export function certaintyOf(bucket: Bucket): Certainty {
  const { members, level, factor, witnesses } = bucket;
  const certainties = new Set(members.map(({ certainty }) => certainty));
  // A program of one image that ends with the same words ends for the same reason.
  if (factor.kind === 'error')
    return commonImage(bucket) === undefined || onlyNode(bucket) !== undefined ? 'possible' : 'likely';
  if (certainties.has('unknown') || certainties.has('possible')) return 'possible';
  if (level.stated) return certainties.has('likely') ? 'likely' : 'proven';
  return witnesses.inside.length > 0 || (onlyNode(bucket) !== undefined && !level.contrast)
    ? 'possible'
    : 'likely';
}

/** The image all of them run, where it is not what is named. */
function commonImage({ members, level }: Bucket): string | undefined {
  const images = new Set(members.map(({ touches }) => touches.image?.name));
  return level.by.includes('image') || images.size !== 1 ? undefined : [...images][0];
}

/** The node all of them are on, where the node is not what is named. */
function onlyNode({ members, level }: Bucket): string | undefined {
  const nodes = [...new Set(members.flatMap((member) => member.nodes))];
  return level.by.includes('node') || nodes.length !== 1 ? undefined : nodes[0];
}

/** The messages that agree, each once with the oldest that says it, and who is fine elsewhere. */
export function supportsOf(bucket: Bucket): readonly Evidence[] {
  const { members, level, witnesses, factor } = bucket;
  const image = commonImage(bucket);
  const oldestFirst = members.toSorted(
    (a, b) => a.sinceAt - b.sinceAt || (a.incidentId < b.incidentId ? -1 : 1),
  );
  const told = oldestFirst.filter(({ raw }) => raw !== undefined && raw !== '');
  const messages = [...Map.groupBy(told, spokenBy).values()].toSorted((a, b) => b.length - a.length);
  const outside = witnesses.outside;
  return [
    ...(image === undefined
      ? []
      : [{ kind: 'field' as const, text: `All of them run ${image}`, path: 'spec.containers[].image' }]),
    ...messages.slice(0, MAX_MESSAGES).flatMap((same): Evidence[] => {
      const [first] = same;
      if (!first) return [];
      const also = same.length > 1 ? ` (so do ${same.length - 1} more)` : '';
      return [
        {
          kind: factor.kind === 'error' || factor.kind === 'dependency' ? 'log' : 'field',
          text: `${nameOf(first)} says: ${clip(first.raw ?? '', MAX_TEXT)}${also}`,
          at: first.sinceAt,
        },
      ];
    }),
    ...(level.contrast && outside.length > 0
      ? [
          {
            kind: 'object' as const,
            text: `Elsewhere ${plural(outside.length, 'workload')} started well since: ${some(outside)}`,
          },
        ]
      : []),
  ];
}

/** Quoted names and URLs are the workload's own part of a message. */
const spoken = (raw: string): string =>
  withoutVariables(raw.replace(/"[^"]{0,300}"/g, '"…"').replace(/https?:\/\/\S{1,400}/g, '<url>'));

/** A member stays the same while it says the same, and all are looked at again when one differs. */
const spokenWords = new WeakMap<ScopeMember, string>();

function spokenBy(member: ScopeMember): string {
  const known = spokenWords.get(member) ?? spoken(member.raw ?? '');
  spokenWords.set(member, known);
  return known;
}

/** What weakens it, and which test nobody made. */
export function doubtsOf(bucket: Bucket): readonly string[] {
  const { witnesses, level, factor, members } = bucket;
  const node = onlyNode(bucket);
  const { inside, cached } = witnesses;
  const did = level.witness === 'pulled' ? 'pulled from it' : 'started there';
  const doubts = [
    inside.length > 0 && `${plural(inside.length, 'workload')} ${did} since: ${some(inside)}.`,
    cached.length > 0 &&
      `${plural(cached.length, 'workload')} started since with an image their node may have held already: ${some(cached)}.`,
    level.witness &&
      inside.length === 0 &&
      `Nobody else is known to have ${did} since, so nothing shows that it works for others.`,
    node !== undefined && !level.stated && `All of them are on ${node}: it may be the node.`,
    factor.kind === 'error' &&
      commonImage(bucket) === undefined &&
      'They end with the same words; that they have the same reason is not shown by anything else.',
    factor.kind === 'dependency' && 'Nothing shows whether others reach it.',
  ].filter((doubt) => typeof doubt === 'string');
  const failing = workloadsOf(failingOf(members)).size;
  const all = workloadsOf(members).size;
  return failing < all && failing > 0 ? [...doubts, `${all - failing} of ${all} have recovered.`] : doubts;
}
