import type { Unchecked } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { VolumeClaim } from '#lib/model/storage.ts';
import type { DiagnosisInput, Listing, Lookup } from './diagnosis-input.ts';

export type ClaimName = { readonly name: string; readonly volume: string; readonly isEphemeral: boolean };

/** The claims a pod mounts; that of an ephemeral volume is named after pod and volume. */
export const claimNamesIn = ({ meta, template }: Pod): readonly ClaimName[] =>
  template.volumes.flatMap<ClaimName>(({ kind, name: volume, refName }) => {
    if (kind === 'ephemeral') return [{ name: `${meta.name}-${volume}`, volume, isEphemeral: true }];
    return kind === 'persistentVolumeClaim' && refName ? [{ name: refName, volume, isEphemeral: false }] : [];
  });

export type PodClaim = ClaimName & {
  readonly lookup: Lookup<VolumeClaim>;
  /** What was said of it, newest first: of this one where it could be read, else of any claim with its name. */
  readonly events: readonly KubeEvent[];
};

/** Each claim of the pod with what is known of it. */
export function podClaims({ pod, references, events }: DiagnosisInput): readonly PodClaim[] {
  if (!pod) return [];
  return claimNamesIn(pod).map((claim) => {
    const lookup = references.claims?.get(claim.name) ?? { state: 'unchecked' as const };
    const uid = lookup.state === 'exists' ? lookup.value.uid : undefined;
    return { ...claim, lookup, events: eventsOf(events, { ...claim, namespace: pod.meta.namespace, uid }) };
  });
}

function eventsOf(
  events: readonly KubeEvent[],
  { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid?: string },
): readonly KubeEvent[] {
  return events
    .filter(
      ({ regarding }) =>
        regarding.kind === 'PersistentVolumeClaim' &&
        regarding.namespace === namespace &&
        regarding.name === name &&
        (uid === undefined || uid === '' || regarding.uid === uid),
    )
    .toSorted((a, b) => b.lastAt - a.lastAt);
}

/** One object of a listing: not finding it says something only where all of them were seen. */
export function lookIn<T extends { readonly name: string }>(
  listing: Listing<T> | undefined,
  name: string,
): Lookup<T> {
  const value = listing?.items.find((item) => item.name === name);
  if (value) return { state: 'exists', value };
  return listing?.isWhole ? { state: 'missing' } : { state: 'unchecked', permission: listing?.permission };
}

export const uncheckedClaim = (name: string, namespace: string): Unchecked[] => [
  { what: `PersistentVolumeClaim ${name}`, permission: `get persistentvolumeclaims in ${namespace}` },
];

/** What could not be listed: the permission that would show it, or what else is in the way. */
export function uncheckedListing(
  what: string,
  listing: Listing<unknown> | undefined,
  permission: string,
): Unchecked[] {
  if (listing?.isWhole) return [];
  if (listing?.because) return [{ what: `${what}: ${listing.because}` }];
  return [{ what, permission: listing?.permission ?? permission }];
}
