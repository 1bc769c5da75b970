import { setTimeout as delay } from 'node:timers/promises';
import type { ServedStages, Product } from './serve-stages.ts';

type Row = Awaited<ReturnType<Product['incidents']>>[number];

/** What the product says of one workload of each cluster; undefined where it has no incident of it. */
export type Told = { readonly sandbox: object | undefined; readonly real: object | undefined };

const ASK_EVERY_MS = 1000;

/** What to ask for: `workload` is `namespace/name`, `cause` what it has to be told as; absent: no incident. */
export type Question = { readonly workload: string; readonly cause?: string };

type Products = ServedStages['products'];

/**
 * Asks until the product says the same of each workload on both clusters, the right cause among it, and answers what it
 * said last. Crash loops go on at 1x on both sides, some seconds apart, so a workload may take some rounds; what
 * differs is given up as soon as `patienceMs` have brought no news.
 */
export async function toldAlike(
  products: Products,
  questions: readonly Question[],
  patienceMs: number,
): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Told>();
  let open = questions.filter(({ cause }) => cause !== undefined);
  let newsAt = Date.now();
  while (open.length > 0 && Date.now() - newsAt < patienceMs) {
    for (const [workload, now] of await ask(products, open)) told.set(workload, now);
    const still = open.filter((question) => !isAgreed(question, told.get(question.workload)));
    if (still.length < open.length) newsAt = Date.now();
    open = still;
    if (open.length > 0) await delay(ASK_EVERY_MS);
  }
  // Where nothing is to be said, silence means something only after everything else was said.
  const silent = questions.filter(({ cause }) => cause === undefined);
  return new Map([...told, ...(await ask(products, silent))]);
}

function isAgreed({ cause = '' }: Question, told: Told | undefined): boolean {
  const isSame = JSON.stringify(told?.sandbox) === JSON.stringify(told?.real);
  return isSame && cause in (told?.sandbox ?? {});
}

async function ask(
  { sandbox, real }: Products,
  questions: readonly Question[],
): Promise<readonly (readonly [workload: string, told: Told])[]> {
  const [ours, theirs] = await Promise.all([sandbox.incidents(), real.incidents()]);
  const answers: (readonly [string, Told])[] = [];
  for (const { workload } of questions) {
    const [inSandbox, inReal] = await Promise.all([
      said(sandbox, ours, workload),
      said(real, theirs, workload),
    ]);
    answers.push([workload, { sandbox: inSandbox, real: inReal }]);
  }
  return answers;
}

/** By cause, because a workload may have more than one incident. */
type Said = Readonly<Record<string, object>>;

const ADDRESS = /\b10\.\d+\.\d+\.\d+\b/g;

export const workloadOf = ({ workload: { namespace, name } }: Row): string => `${namespace}/${name}`;

/** What the product says of one workload, without what differs between any two clusters: ids, times, names of pods. */
async function said(product: Product, rows: readonly Row[], workload: string): Promise<Said | undefined> {
  const own = rows.filter((row) => workloadOf(row) === workload);
  if (own.length === 0) return undefined;
  const told = await Promise.all(own.map((row) => ofIncident(product, row)));
  const text = JSON.stringify(Object.fromEntries(told.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  const pods = new RegExp(`\\b${workload.split('/')[1] ?? ''}(-[b-df-hj-np-tv-z24-9]{5,10}){1,2}\\b`, 'g');
  return JSON.parse(text.replace(ADDRESS, 'ADDRESS').replace(pods, 'POD')) as Said;
}

async function ofIncident(product: Product, row: Row): Promise<readonly [causeId: string, said: object]> {
  const { workload, state, severity, family, causeId, cause, certainty, reason } = row;
  const { ready, desired, pods, restarts } = row;
  const { finding, otherFindings, impact, services, suspectChange, actions } = await product.incident(row.id);
  return [
    causeId,
    {
      row: {
        kind: workload.kind,
        state,
        severity,
        family,
        cause,
        certainty,
        reason,
        ready,
        desired,
        restarts,
      },
      pods: pods.toSorted(),
      finding: {
        candidates: finding.candidates,
        unchecked: finding.unchecked,
        // Each kind once: how many pods tell the same is up to how often a controller tried.
        evidence: [...new Set(finding.evidence.map(({ kind }) => kind))],
        remedies: finding.remedies.map(({ title, action }) => [title, action?.refusals]),
      },
      otherFindings: otherFindings.map((other) => [other.causeId, other.certainty]),
      impact,
      services,
      suspectChange: suspectChange && [
        suspectChange.fromRevision,
        suspectChange.fields,
        suspectChange.changeCause,
      ],
      actions: actions.map(({ type, spec, refusals }) => [type, spec, refusals]),
    },
  ];
}
