import { finding } from '#lib/diagnosis/finding.ts';
import { secondPullSecretRemedy } from '#lib/diagnosis/pull-secret-command.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { PULL_SECRET_TYPES } from '#lib/diagnosis/registry-match.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const DATA_KEY: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};

/** The kubelet ignores a pull Secret of another type, or without its key, and pulls anonymously. */
export const pullSecretWrongType: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets || secrets.matching.length > 0) return undefined;
  const ignored = secrets.existing.find(({ facts }) => !facts.keys.includes(DATA_KEY[facts.type] ?? '\0'));
  if (!ignored) return undefined;
  const { name, facts } = ignored;
  const wrongType = !PULL_SECRET_TYPES.has(facts.type);
  return finding({
    causeId: 'pull-secret-wrong-type',
    certainty: 'proven',
    title: [`Secret ${name} is no pull Secret`, 'The Secret is not a pull Secret'],
    sentence: wrongType
      ? `Secret ${name} is of type ${facts.type}, so the kubelet ignores it and pulls without credentials.`
      : `Secret ${name} has no key ${DATA_KEY[facts.type] ?? ''}, so the kubelet pulls without credentials.`,
    raw: secrets.failure.text,
    container: input.container.spec.name,
    evidence: [
      {
        kind: 'object',
        text: `type ${facts.type}, keys ${facts.keys.join(', ') || 'none'}`,
        path: `secrets/${name}`,
      },
      ...secrets.failure.evidence,
    ],
    unchecked: secrets.unchecked,
    remedies: [secondPullSecretRemedy(input, secrets.reference)],
  });
};
