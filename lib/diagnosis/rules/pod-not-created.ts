import type { Finding } from '#lib/model/finding.ts';
import { creationRefusal, type Refusal } from '#lib/diagnosis/creation-refusal.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { clip } from '#lib/diagnosis/wording.ts';

type Reading = {
  readonly pattern: RegExp;
  readonly causeId: string;
  readonly title: string;
  readonly says: (match: RegExpExecArray) => string;
  /** `proven` unless said otherwise: it is the API server's own answer. */
  readonly certainty?: 'possible';
};

/** What the API server answered when the controller tried to create the pod. */
const READINGS: readonly Reading[] = [
  // First: a webhook may say anything, also what another plugin would.
  {
    pattern: /admission webhook "([^"]{1,253})" denied|ValidatingAdmissionPolicy '([^']{1,253})'/,
    causeId: 'admission-webhook-denied',
    title: 'An admission policy denies the pod',
    says: ([, webhook, policy]) => `${webhook ?? policy ?? 'An admission policy'} denies the pod.`,
  },
  {
    pattern: /violates PodSecurity "([^"]{1,100})"/,
    causeId: 'podsecurity-violation',
    title: 'Forbidden by Pod Security',
    says: ([, level]) => `The namespace enforces Pod Security ${level ?? ''}, and the pod breaks it.`,
  },
  {
    // Before Pod Security there was PodSecurityPolicy (until 1.25); its plugin has no name in these texts.
    pattern:
      /PodSecurityPolicy: unable to admit pod|unable to validate against any pod security policy|no providers available to validate pod request/,
    causeId: 'podsecurity-violation',
    title: 'Forbidden by PodSecurityPolicy',
    says: () => 'No PodSecurityPolicy its ServiceAccount may use admits the pod.',
  },
  {
    pattern: /unable to validate against any security context constraint/,
    causeId: 'podsecurity-violation',
    title: 'Forbidden by OpenShift SCCs',
    says: () => 'No SecurityContextConstraints its ServiceAccount may use admit the pod.',
  },
  {
    pattern: /failed calling (?:admission )?webhook "([^"]{1,253})"/,
    causeId: 'admission-webhook-unavailable',
    title: 'An admission webhook does not answer',
    says: ([, webhook]) =>
      `The admission webhook ${webhook ?? ''} does not answer, so no pod can be created.`,
  },
  {
    pattern:
      /Timeout: request did not complete within (?:the )?(?:requested timeout|allowed duration|allotted timeout)/,
    causeId: 'admission-webhook-unavailable',
    title: 'The API server waits for a webhook',
    says: () =>
      'The API server got no answer in time while it admitted the pod; an admission webhook is slow or gone.',
    certainty: 'possible',
  },
  {
    pattern: /no PriorityClass with name (\S{1,253}) was found/,
    causeId: 'admission-webhook-denied',
    title: 'The PriorityClass does not exist',
    says: ([, name]) => `The pod asks for PriorityClass ${name ?? ''}, which does not exist.`,
  },
  {
    // The second wording is that of releases before 1.8.
    pattern: /(?:error looking up |forbidden: )service account ([^\s:/]{1,63})\/([^\s:]{1,253})/,
    causeId: 'service-account-not-found',
    title: 'The ServiceAccount does not exist',
    says: ([, namespace, name]) => `ServiceAccount ${name ?? ''} does not exist in ${namespace ?? ''}.`,
  },
];

/** No pod exists because the API server refuses to create it; the event of the ReplicaSet or Job is its answer. */
export const podNotCreated: PodRule = (input) => {
  if (input.pod) return undefined;
  const refusal = creationRefusal(input);
  if (!refusal) return undefined;
  const text = clip(refusal.text);
  for (const reading of READINGS) {
    const match = reading.pattern.exec(text);
    if (match) return created({ ...reading, sentence: reading.says(match), refusal, text });
  }
  return undefined;
};

function created(
  found: Pick<Reading, 'causeId' | 'title' | 'certainty'> & {
    sentence: string;
    refusal: Refusal;
    text: string;
  },
): Finding {
  return finding({
    causeId: found.causeId,
    certainty: found.certainty ?? 'proven',
    title: found.title,
    sentence: found.sentence,
    raw: found.text,
    evidence: found.refusal.evidence,
  });
}
