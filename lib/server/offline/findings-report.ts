import type { Finding, Remedy } from '#lib/model/finding.ts';
import type { OfflineFinding } from './diagnose-offline.ts';

export type ReportInput = {
  readonly found: readonly OfflineFinding[];
  /** The moment that was judged, epoch ms. */
  readonly now: number;
  /** Kinds that were given and not used, with how many. */
  readonly unused: ReadonlyMap<string, number>;
};

/** For people: one block per incident, the cause first. */
export function textReport({ found, now, unused }: ReportInput): string {
  const head =
    found.length === 0
      ? `Nothing is broken as of ${timeOf(now)}.`
      : `${found.length} ${found.length === 1 ? 'incident' : 'incidents'} as of ${timeOf(now)}.`;
  const ignored = [...unused].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return [
    head,
    ...(ignored === '' ? [] : [`Not looked at: ${ignored}.`]),
    ...found.flatMap((one) => ['', ...incidentLines(one)]),
    '',
  ].join('\n');
}

/** For programs: the same facts, times in epoch ms. */
export function jsonReport({ found, now, unused }: ReportInput): string {
  const incidents = found.map(({ incident: { owner, family, severity, sinceAt }, findings, next }) => ({
    owner,
    family,
    severity,
    sinceAt,
    findings,
    next,
  }));
  return `${JSON.stringify({ now, incidents, notLookedAt: Object.fromEntries(unused) }, null, 2)}\n`;
}

function incidentLines({ incident, findings }: OfflineFinding): readonly string[] {
  const { owner, severity, sinceAt } = incident;
  const name = owner.namespace === '' ? owner.name : `${owner.namespace}/${owner.name}`;
  return [
    `${severity.toUpperCase()}  ${owner.kind} ${name}, since ${timeOf(sinceAt)}`,
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
