import { containerEvents, eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { createPullSecretCommand } from '#lib/diagnosis/pull-secret-command.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/** A named pull Secret does not exist, and no other one covers the image: the pull was anonymous. */
export const pullSecretNotFound: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  const name = secrets?.missing[0];
  if (!secrets || name === undefined || secrets.matching.length > 0) return undefined;
  const { namespace } = input.owner;
  const lookup = input.references.secrets.get(name);
  const meant = nearMiss(name, input.references.secretNames ?? []);
  const events = containerEvents(input, 'FailedToRetrieveImagePullSecret').slice(0, 1);
  return finding({
    causeId: 'pull-secret-not-found',
    certainty: 'proven',
    title: [`Pull Secret ${name} does not exist`, 'The pull Secret does not exist'],
    sentence: `The pull Secret ${name} does not exist in ${namespace}${meant ? `; ${meant} does` : ''}.`,
    raw: secrets.failure.text,
    container: input.container.spec.name,
    evidence: [
      ...events.map(eventEvidence),
      fieldEvidence('spec.imagePullSecrets', secrets.names.join(', ')),
      ...(lookup?.state === 'missing'
        ? [{ kind: 'object' as const, text: `Secret ${namespace}/${name}: not found` }]
        : []),
      ...secrets.failure.evidence,
    ],
    unchecked: secrets.unchecked,
    remedies: [
      commandRemedy(
        `Create Secret ${name}`,
        [createPullSecretCommand(namespace, name, secrets.reference)],
        'Picked up at the next attempt, within 5 min 15 s.',
      ),
    ],
  });
};
