import type { Evidence } from '#lib/model/finding.ts';
import type { PodTemplate } from '#lib/model/pod-template.ts';
import type { DiagnosisInput } from './diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from './evidence.ts';
import { clip } from './wording.ts';

/** What the API server answered when a controller wanted to create a pod, or a claim of one. */
export type Refusal = { readonly text: string; readonly evidence: readonly Evidence[] };

export function creationRefusal({ events, deployment }: DiagnosisInput): Refusal | undefined {
  const event = events
    .filter(({ reason }) => reason === 'FailedCreate')
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (event) return { text: event.message, evidence: [eventEvidence(event)] };
  const condition = deployment?.conditions.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (!condition) return undefined;
  return {
    text: condition.message,
    evidence: [fieldEvidence('status.conditions[ReplicaFailure]', condition.message)],
  };
}

const BY_WEBHOOK = /admission webhook "[^"]{1,253}" denied|ValidatingAdmissionPolicy '/;

/**
 * What admission itself answered, at a readable length; nothing while there is a pod. A webhook's denial quotes whatever its
 * author wrote, quotas of their own among it, so it is not taken for the words of the API server's plugins.
 */
export function admissionRefusal(input: DiagnosisInput): Refusal | undefined {
  const refusal = input.pod ? undefined : creationRefusal(input);
  if (!refusal) return undefined;
  const text = clip(refusal.text);
  return BY_WEBHOOK.test(text) ? undefined : { ...refusal, text };
}

/** The template of the pod that could not be created. */
export const refusedTemplate = ({ deployment, workloads }: DiagnosisInput): PodTemplate | undefined =>
  deployment?.template ?? workloads?.[0]?.template;

/** https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/replicaset/replica_set.go (the work queue's rate limiter) */
export const CONTROLLER_RETRIES =
  'The controller tries again by itself, after 16 min 40 s at most; scaling the workload makes it try at once.';
