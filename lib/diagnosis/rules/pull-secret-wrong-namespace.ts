import { containerEvents, eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { createPullSecretCommand } from '#lib/diagnosis/pull-secret-command.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { listText } from '#lib/diagnosis/wording.ts';

/** Namespaces named in a sentence; more say nothing new. */
const NAMED = 3;

/**
 * A named pull Secret is missing here, and pods of other namespaces pull with one of that name: a pod can only use
 * Secrets of its own namespace, and the reference has no field for another one.
 */
export const pullSecretWrongNamespace: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  const name = secrets?.missing[0];
  if (!secrets || name === undefined || secrets.matching.length > 0) return undefined;
  const { namespace } = input.owner;
  const elsewhere = (input.pullSecretNamespaces?.get(name) ?? []).filter((other) => other !== namespace);
  if (elsewhere.length === 0) return undefined;
  const where = listText(elsewhere.slice(0, NAMED));
  const isMissing = input.references.secrets.get(name)?.state === 'missing';
  return finding({
    causeId: 'pull-secret-wrong-namespace',
    certainty: isMissing ? 'proven' : 'likely',
    title: [`Pull Secret ${name} is elsewhere`, 'The pull Secret is elsewhere'],
    sentence: `The pull Secret ${name} does not exist in ${namespace}; pods of ${where} use one of that name, and a pod can only use Secrets of its own namespace.`,
    raw: secrets.failure.text,
    container: input.container.spec.name,
    evidence: [
      ...containerEvents(input, 'FailedToRetrieveImagePullSecret').slice(0, 1).map(eventEvidence),
      fieldEvidence('spec.imagePullSecrets', secrets.names.join(', ')),
      ...(isMissing ? [{ kind: 'object' as const, text: `Secret ${namespace}/${name}: not found` }] : []),
      ...elsewhere
        .slice(0, NAMED)
        .map((other) => ({ kind: 'object' as const, text: `Secret ${other}/${name} is in use` })),
      ...secrets.failure.evidence,
    ],
    candidates: [
      {
        causeId: 'pull-secret-not-found',
        sentence: `The Secret of ${where} may be for another registry.`,
        check: `Compare its hosts with ${secrets.reference.registry}.`,
      },
    ],
    unchecked: secrets.unchecked,
    remedies: [
      commandRemedy(
        `Create Secret ${name} in ${namespace} as well`,
        [createPullSecretCommand(namespace, name, secrets.reference)],
        'Picked up at the next attempt, within 5 min 15 s.',
      ),
    ],
  });
};
