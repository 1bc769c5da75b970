import type { ActionTarget } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { IncidentView, OfferedAction } from '#lib/contract/incident-view.ts';

/** What the reader asked for by pressing a button; the server checks it again from a fresh object. */
export type ActionRequest = {
  readonly target: ActionTarget;
  readonly offer: OfferedAction;
  /** Containers whose image may be set, with the image they have. */
  readonly containers: readonly { readonly name: string; readonly image: string }[];
};

/** The workload's containers, one entry per name; where pods differ, with the image of one that is not ready. */
export function containersOf(view: IncidentView): ActionRequest['containers'] {
  const byName = new Map<string, string>();
  const containers = view.pods.flatMap((pod) => pod.containers).filter(({ role }) => role !== 'ephemeral');
  for (const { name, image } of containers.toSorted((a, b) => Number(b.ready) - Number(a.ready))) {
    byName.set(name, image);
  }
  return [...byName].map(([name, image]) => ({ name, image }));
}

const KINDS: readonly ActionTarget['kind'][] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const kindOf = ({ kind }: IncidentRow['workload']) => KINDS.find((known) => known === kind);

/** Why a button is disabled: the server's refusals, and what the browser knows about the kind. */
export function refusalsOf(workload: IncidentRow['workload'], offer: OfferedAction): readonly string[] {
  if (offer.refusals.length > 0 || kindOf(workload)) return offer.refusals;
  return [`A ${workload.kind} cannot be changed here.`];
}

export function requestFor(view: IncidentView, offer: OfferedAction): ActionRequest | undefined {
  const { namespace, name } = view.row.workload;
  const kind = kindOf(view.row.workload);
  return kind && { target: { kind, namespace, name }, offer, containers: containersOf(view) };
}

/** What can be checked at once; the image it has already is only the beginning of what the reader will type. */
export function wantedOf({ offer, containers }: ActionRequest): ActionSpec | undefined {
  const { spec } = offer;
  if (spec?.type !== 'set-image') return spec;
  return containers.some(({ name, image }) => name === spec.container && image === spec.image)
    ? undefined
    : spec;
}
