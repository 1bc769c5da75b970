import { finding } from '#lib/diagnosis/finding.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { pullSecrets, type PullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const ECR = /^(\d{1,20})\.dkr\.ecr\.([a-z0-9-]{1,40})\.amazonaws\.com(?:\.cn)?$/;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
const TOKEN_MS = 12 * 3_600_000;

/**
 * A Secret made from an ECR token works for 12 h. The registry answers an old one with nearly any refusal, so the age of
 * the Secret's data is the proof, and "created" is not its age: a job may write it again.
 */
export const registryTokenExpired: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  const [, , region] = ECR.exec(secrets?.reference.registry ?? '') ?? [];
  if (!secrets || !region) return undefined;
  const dead = secrets.matching.find(
    ({ facts: { tokenExpiresAt } }) => tokenExpiresAt !== undefined && tokenExpiresAt < input.now,
  );
  if (dead) {
    const at = dead.facts.tokenExpiresAt ?? 0;
    const since = `says that it expired ${durationText(input.now - at)} ago`;
    return expired(input, { secrets, region, name: dead.name, since, at });
  }
  const ages = secrets.matching.flatMap(({ name, facts: { dataUpdatedAt } }) =>
    dataUpdatedAt === undefined ? [] : [{ name, ageMs: input.now - dataUpdatedAt }],
  );
  const [newest] = ages.toSorted((a, b) => a.ageMs - b.ageMs);
  if (!newest || ages.length < secrets.matching.length || newest.ageMs < TOKEN_MS) return undefined;
  const since = `was written ${durationText(newest.ageMs)} ago`;
  return expired(input, { secrets, region, name: newest.name, since, at: input.now - newest.ageMs });
};

type Expired = {
  readonly secrets: PullSecrets;
  readonly region: string;
  readonly name: string;
  readonly since: string;
  readonly at: number;
};

function expired(input: ContainerInput, { secrets, region, name, since, at }: Expired) {
  const { namespace } = input.owner;
  const { registry } = secrets.reference;
  return finding({
    causeId: 'registry-token-expired',
    certainty: 'likely',
    title: [`Token in Secret ${name} has expired`, 'The registry token has expired'],
    sentence: `The token in Secret ${name} ${since}; a token of ${registry} is valid for 12 h.`,
    raw: secrets.failure.text,
    container: input.container.spec.name,
    evidence: [
      { kind: 'object', text: `The token ${since}`, path: `secrets/${name}`, at },
      ...secrets.failure.evidence,
    ],
    unchecked: secrets.unchecked,
    remedies: [
      commandRemedy(
        `Write a fresh token into Secret ${name}`,
        [
          `kubectl create secret docker-registry ${shellWord(name)} -n ${shellWord(namespace)} --docker-server=${shellWord(registry)} --docker-username=AWS --docker-password="$(aws ecr get-login-password --region ${shellWord(region)})" --dry-run=client -o yaml | kubectl apply -f -`,
        ],
        'Picked up at the next attempt, within 5 min 15 s; again in 12 h it expires. Nodes with a kubelet credential provider need no Secret.',
      ),
    ],
  });
}
