import { fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { isNodeOfRegistry } from '#lib/diagnosis/pull-origin.ts';
import { pullSecrets } from '#lib/diagnosis/pull-secrets.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { parseImageReference } from '#lib/rollout/image-reference.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

/**
 * The node belongs to the registry's cloud and should bring its own credentials, and the runtime asked with none: the
 * kubelet's credential provider delivered nothing. Offered and refused would be a right that is missing.
 * https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/
 */
export const nodeCredentialProviderBroken: ContainerRule = (input) => {
  const secrets = pullSecrets(input);
  if (!secrets || secrets.names.length > 0 || secrets.failure.class !== 'anonymous') return undefined;
  const { reference, failure } = secrets;
  const { serviceAccount } = input.references;
  const late = serviceAccount.state === 'exists' && serviceAccount.value.imagePullSecrets.length > 0;
  if (late || !isNodeOfRegistry(input, reference)) return undefined;
  const node = input.pod.nodeName ?? 'the node';
  const worked = (input.imagesOnNode ?? []).some(
    (image) => parseImageReference(image)?.registry === reference.registry,
  );
  return finding({
    causeId: worked ? 'node-registry-credentials-stale' : 'node-credential-provider-broken',
    certainty: 'possible',
    title: worked ? 'Node no longer brings credentials' : 'Node brings no registry credentials',
    sentence: worked
      ? `${node} runs images of ${reference.registry} and now asks it without credentials: its credential provider has stopped delivering.`
      : `${node} should bring its own credentials for ${reference.registry}, and asked without any: its credential provider delivers nothing.`,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [
      fieldEvidence('spec.imagePullSecrets', 'The pod names no pull Secret'),
      fieldEvidence(`nodes/${node} spec.providerID`, 'The node is a machine of the cloud of the registry'),
      ...failure.evidence,
    ],
    candidates: [
      worked
        ? {
            causeId: 'node-credential-provider-broken',
            sentence: 'Its configuration may have changed.',
            check: `Look for "credential provider" in the kubelet's log of ${node}.`,
          }
        : {
            causeId: 'node-registry-credentials-stale',
            sentence: 'It may have worked until its token ran out.',
            check: 'See whether a restart of the kubelet helps.',
          },
      {
        causeId: 'registry-iam-permission-denied',
        sentence: 'The identity of the node may lack the right to get a token at all.',
        check: `Check the role of ${node} for ${reference.registry}; do other nodes pull from it?`,
      },
      {
        causeId: 'pull-secret-absent',
        sentence: 'Pods of this cluster may be meant to bring a pull Secret.',
        check: `See how other pods pull from ${reference.registry}.`,
      },
    ],
    remedies: [
      commandRemedy(
        `Look at the credential provider of ${node}`,
        [
          `kubectl get pods -A -o wide --field-selector spec.nodeName=${shellWord(node)}`,
          `kubectl debug ${shellWord(`node/${node}`)} -it --image=busybox`,
        ],
        'The kubelet reads --image-credential-provider-config and starts the programs in --image-credential-provider-bin-dir; a restart of the kubelet asks for a new token.',
      ),
    ],
  });
};
