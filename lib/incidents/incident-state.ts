import type { Incident } from '#lib/model/incident.ts';

/**
 * `recovering`: everything runs and is ready again, but not yet for the 600 s after which the kubelet forgets the
 * back-off; the incident is still open, because a crash now would be the same one.
 */
export type IncidentState = 'open' | 'recovering' | 'recovered';

export function incidentState({ recoveredAt, problems, consequences = [] }: Incident): IncidentState {
  if (recoveredAt !== undefined) return 'recovered';
  return [...problems, ...consequences].every(({ stableSinceAt }) => stableSinceAt !== undefined)
    ? 'recovering'
    : 'open';
}
