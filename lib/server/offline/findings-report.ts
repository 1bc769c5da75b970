import type { Finding, Remedy } from '#lib/model/finding.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { OfflineFinding } from './diagnose-offline.ts';

export type ReportInput = {
  readonly found: readonly OfflineFinding[];
  /** What several of them have in common. */
  readonly shared: readonly SharedCause[];
  /** The moment that was judged, epoch ms. */
  readonly now: number;
  /** Kinds that were given and not used, with how many. */
  readonly unused: ReadonlyMap<string, number>;
};

/** For people: what several have in common first, then one block per incident, the cause first. */
export function textReport({ found, shared, now, unused }: ReportInput): string {
  const head =
    found.length === 0
      ? `Nothing is broken as of ${timeOf(now)}.`
      : `${found.length} ${found.length === 1 ? 'incident' : 'incidents'} as of ${timeOf(now)}.`;
  const ignored = [...unused].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return [
    head,
    ...(ignored === '' ? [] : [`Not looked at: ${ignored}.`]),
    ...shared.flatMap((cause) => ['', ...sharedLines(cause, found)]),
    ...found.flatMap((one) => ['', ...incidentLines(one)]),
    '',
  ].join('\n');
}

/** For programs: the same facts, times in epoch ms. */
export function jsonReport({ found, shared, now, unused }: ReportInput): string {
  const incidents = found.map(({ incident: { id, owner, family, severity, sinceAt }, findings, next }) => ({
    id,
    owner,
    family,
    severity,
    sinceAt,
    findings,
    next,
  }));
  return `${JSON.stringify({ now, shared, incidents, notLookedAt: Object.fromEntries(unused) }, null, 2)}\n`;
}

function sharedLines(cause: SharedCause, found: readonly OfflineFinding[]): readonly string[] {
  const { severity, sentence, certainty, causeId, sinceAt, supports, doubts, remedies } = cause;
  const members = found.filter(({ incident }) => cause.members.includes(incident.id));
  return [
    `${severity.toUpperCase()}  SHARED CAUSE of ${cause.members.length} incidents, since ${timeOf(sinceAt)}`,
    ...block('', [`${sentence} (${certainty}; ${causeId})`]).map((line) => `  ${line.trim()}`),
    ...block(
      'workloads',
      members.map(({ incident: { owner } }) => nameOf(owner)),
    ),
    ...block(
      'because',
      supports.map(({ text }) => text),
    ),
    ...block('open', doubts),
    ...block('to do', remedies.flatMap(remedyLines)),
  ];
}

const nameOf = ({ namespace, name }: WorkloadRef): string =>
  namespace === '' ? name : `${namespace}/${name}`;

function incidentLines({ incident, findings }: OfflineFinding): readonly string[] {
  const { owner, severity, sinceAt } = incident;
  return [
    `${severity.toUpperCase()}  ${owner.kind} ${nameOf(owner)}, since ${timeOf(sinceAt)}`,
    ...findings.flatMap(findingLines),
  ];
}

function findingLines(finding: Finding): readonly string[] {
  const { sentence, certainty, causeId, container, raw, evidence, candidates, unchecked, remedies } = finding;
  return [
    `  ${container === undefined ? '' : `[${container}] `}${sentence} (${certainty}; ${causeId})`,
    ...(raw === undefined ? [] : block('message', [raw])),
    ...block(
      'because',
      evidence.map(({ text, path }) => (path === undefined ? text : `${text} (${path})`)),
    ),
    ...block(
      'or',
      candidates.map((other) => `${other.sentence} To tell them apart: ${other.check}`),
    ),
    ...block(
      'not checked',
      unchecked.map(({ what, permission }) =>
        permission === undefined ? what : `${what} (needs ${permission})`,
      ),
    ),
    ...block('to do', remedies.flatMap(remedyLines)),
  ];
}

const remedyLines = ({ title, detail, commands }: Remedy): readonly string[] => [
  detail === undefined ? title : `${title}: ${detail}`,
  ...commands.flatMap((command) => command.split('\n').map((line) => `  $ ${line}`)),
];

/** Control characters of a log or a message must not reach the terminal. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function block(title: string, lines: readonly string[]): readonly string[] {
  const shown = lines.flatMap((line) => line.split('\n')).map((line) => line.replace(CONTROLS, '\uFFFD'));
  return shown.map((line, index) => `    ${(index === 0 ? title : '').padEnd(12)}${line}`);
}

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
