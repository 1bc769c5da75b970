import type { Certainty, Evidence, Remedy, Unchecked } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { VolumeClaim } from '#lib/model/storage.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';

/** Why a claim has no volume. */
export type UnboundReason = {
  readonly certainty: Certainty;
  /** Longest first. */
  readonly title: [string, ...string[]];
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly unchecked?: readonly Unchecked[];
  readonly remedies: readonly Remedy[];
};

/** A claim that was read, and what is known around it. */
export type Subject = {
  readonly input: DiagnosisInput;
  readonly claim: VolumeClaim;
  /** Of the claim, newest first. */
  readonly events: readonly KubeEvent[];
};
export type Reading = (subject: Subject) => UnboundReason | undefined;

export const claimPath = ({ name }: Pick<VolumeClaim, 'name'>, field: string): string =>
  `persistentvolumeclaims/${name} ${field}`;
