import { waitingEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { clip, listText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const NOT_JSON =
  /invalid character .{1,20} (?:looking for|after|in)|unexpected end of JSON input|json: cannot unmarshal|illegal base64 data/;

/**
 * One pull Secret that does not parse fails every pull of the pod, and the parser's error becomes the waiting reason.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/images/image_manager.go (lookupPullCredentials)
 */
export const pullSecretMalformed: ContainerRule = (input) => {
  const { state } = input.container.status;
  const names = input.pod.template.imagePullSecrets;
  if (state.kind !== 'waiting' || names.length === 0 || !NOT_JSON.test(clip(state.reason, 1000)))
    return undefined;
  const broken = names.filter((name) => {
    const lookup = input.references.secrets.get(name);
    return lookup?.state === 'exists' && lookup.value.malformed === true;
  });
  const who = broken.length > 0 ? broken : names;
  return finding({
    causeId: 'pull-secret-malformed',
    certainty: broken.length > 0 ? 'proven' : 'likely',
    title: [`Pull Secret ${listText(who)} is not valid`, 'A pull Secret is not valid'],
    sentence: `${broken.length > 0 ? `Pull Secret ${listText(who)}` : `One of the pull Secrets ${listText(who)}`} does not hold valid credentials, so the kubelet pulls nothing for this pod.`,
    raw: state.message ?? state.reason,
    container: input.container.spec.name,
    evidence: waitingEvidence(input.container),
    remedies: [
      {
        title: 'Create the Secret again with kubectl create secret docker-registry',
        commands: who.map(
          (name) => `kubectl get secret ${shellWord(name)} -n ${shellWord(input.owner.namespace)}`,
        ),
      },
    ],
  });
};
