import type { Remedy } from '#lib/model/finding.ts';
import type { Factor } from '#lib/model/shared-cause.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';
import { fitTitle } from '#lib/diagnosis/wording.ts';
import type { Bucket } from './fold-members.ts';

type Words = {
  /** Longest first, under 38 characters. */
  readonly titles: (name: string) => [string, ...string[]];
  /** The claim, without its extent. */
  readonly claim: (name: string, factor: Factor) => string;
  readonly remedies?: (name: string, factor: Factor) => readonly Remedy[];
};

const look = (title: string, ...commands: readonly string[]): Remedy => ({ title, commands });
const within = ({ namespace = '' }: Factor): string => `-n ${shellWord(namespace)}`;

const objectMissing = (kind: string, resource: string): Words => ({
  titles: (name) => [`${kind} ${name} does not exist`, `A ${kind} does not exist`],
  claim: (name, { namespace = '' }) => `${kind} ${name} does not exist in ${namespace}`,
  remedies: (name, factor) => [
    look(
      `Create ${kind} ${name} once: all of them need it`,
      `kubectl get ${resource} ${shellWord(name)} ${within(factor)}`,
    ),
  ],
});

const keyMissing = (kind: string, resource: string): Words => ({
  titles: (name) => [`${kind} ${name} lacks a key`, `A ${kind} lacks a key`],
  claim: (name) => `${kind} ${name} lacks a key that is asked for`,
  remedies: (name, factor) => [
    look(`Add the key to ${kind} ${name}`, `kubectl edit ${resource} ${shellWord(name)} ${within(factor)}`),
  ],
});

const pullSecret = (what: string, claim: (name: string, factor: Factor) => string): Words => ({
  titles: (name) => [`Pull Secret ${name} ${what}`, `The pull Secret ${what}`],
  claim,
  remedies: (name, factor) => [
    {
      title: `Write Secret ${name} anew: it is used by all of them`,
      detail: 'Picked up at the next attempt of each, within 5 min 15 s.',
      commands: [
        `kubectl create secret docker-registry ${shellWord(name)} ${within(factor)} --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl apply -f -`,
      ],
    },
  ],
});

const registry = (
  title: string,
  claim: (name: string) => string,
  remedy: (name: string) => Remedy,
): Words => ({
  titles: (name) => [`${name} ${title}`, `The registry ${title}`],
  claim,
  remedies: (name) => [
    remedy(name),
    {
      title: 'Wait for the next attempts',
      detail: 'Every kubelet tries again by itself, at the latest 5 min 15 s after its last attempt.',
      commands: [],
    },
  ],
});

const node = (title: string, claim: (name: string) => string): Words => ({
  titles: (name) => [`Node ${name} ${title}`, `The node ${title}`],
  claim,
  remedies: (name) => [
    look('Look at the node', `kubectl describe node ${shellWord(name)}`),
    look('Keep new pods away from it until it is well', `kubectl cordon ${shellWord(name)}`),
  ],
});

const image = (title: string, claim: (name: string) => string): Words => ({
  titles: () => [`The image ${title}`],
  claim,
});

const WORDS: Readonly<Record<string, Words>> = {
  'registry-fails': registry(
    'fails',
    (name) => `Registry ${name} does not serve images`,
    (name) =>
      look(`Look at ${name} once, before any of the workloads`, `curl -sSI https://${shellWord(name)}/v2/`),
  ),
  'registry-dns-failure': registry(
    'is not resolved',
    (name) => `The nodes cannot resolve the registry ${name}`,
    (name) => look('Ask the resolver of a node, not that of the cluster', `nslookup ${shellWord(name)}`),
  ),
  'registry-tls-untrusted': registry(
    'is not trusted',
    (name) => `The nodes do not trust the certificate of registry ${name}`,
    (name) =>
      look(
        `Install the authority of ${name} on every node`,
        `openssl s_client -connect ${shellWord(name.includes(':') ? name : `${name}:443`)} -showcerts </dev/null`,
      ),
  ),
  'registry-plain-http': registry(
    'speaks HTTP only',
    (name) => `Registry ${name} speaks HTTP where the nodes expect HTTPS`,
    (name) => look(`Give ${name} a certificate, or name it as insecure on every node`),
  ),
  'registry-proxy-misconfigured': registry(
    'is behind a broken proxy',
    (name) => `The proxy of the nodes does not let them reach registry ${name}`,
    (name) => look(`Mend the proxy, or list ${name} in NO_PROXY of the runtime on every node`),
  ),
  'registry-mirror-broken': registry(
    'has a broken mirror',
    (name) => `The mirror the nodes ask for registry ${name} does not work`,
    (name) => look(`Mend the mirror of ${name}, or take it out of the runtime's configuration of every node`),
  ),
  'registry-credentials-of-nodes': registry(
    "refuses the nodes' login",
    (name) => `Registry ${name} does not accept the credentials of the nodes`,
    (name) =>
      look(
        `Look at what the nodes offer to ${name}: the credential provider of the kubelet, and its identity`,
      ),
  ),
  'registry-rate-limited': registry(
    'limits the pulls',
    (name) => `Registry ${name} has had enough pulls from this address`,
    (name) => look(`Pull from ${name} with an account, or through a mirror`),
  ),
  'registry-token-expired': registry(
    'got an expired token',
    (name) => `The token for registry ${name} has expired`,
    (name) => look(`Renew the token for ${name} where it is made, not in every workload`),
  ),
  'registry-refuses': registry(
    'refuses access',
    (name) => `Registry ${name} refuses access`,
    (name) =>
      look(
        `Check the credentials for ${name}: a Secret of the namespace, its ServiceAccount, or the nodes' own`,
      ),
  ),

  'image-tag-not-found': image('was never pushed', (name) => `The image ${name} does not exist`),
  'image-repository-not-found': image(
    'has no repository',
    (name) => `The repository of ${name} does not exist`,
  ),
  'image-platform-mismatch': image(
    'is for another CPU',
    (name) => `The image ${name} is built for another CPU`,
  ),
  'image-manifest-unsupported': image(
    'is of an old format',
    (name) => `The image ${name} has a format that is not read any more`,
  ),
  'image-layer-corrupt': image('arrives broken', (name) => `Layers of the image ${name} arrive broken`),

  'pull-secret-not-found': objectMissing('Secret', 'secret'),
  'pull-secret-wrong-namespace': objectMissing('Secret', 'secret'),
  'pull-secret-wrong-type': pullSecret(
    'has a wrong type',
    (name) => `Pull Secret ${name} is of a type the kubelet ignores`,
  ),
  'pull-secret-malformed': pullSecret('cannot be read', (name) => `Pull Secret ${name} cannot be read`),
  'pull-secret-invalid-credentials': pullSecret(
    'is refused',
    (name) => `The registry refuses the credentials in Secret ${name}`,
  ),
  'pull-secret-not-matching-registry': pullSecret(
    'is for another host',
    (name) => `Pull Secret ${name} has no entry for the registry`,
  ),
  'secret-not-found': objectMissing('Secret', 'secret'),
  'configmap-not-found': objectMissing('ConfigMap', 'configmap'),
  'service-account-not-found': objectMissing('ServiceAccount', 'serviceaccount'),
  'secret-key-not-found': keyMissing('Secret', 'secret'),
  'configmap-key-not-found': keyMissing('ConfigMap', 'configmap'),
  'quota-exceeded': {
    titles: (name) => [`Quota ${name} is used up`, 'A quota is used up'],
    claim: (name, { namespace = '' }) => `Quota ${name} of ${namespace} is used up`,
    remedies: (name, factor) => [
      look('Free or raise the quota', `kubectl describe resourcequota ${shellWord(name)} ${within(factor)}`),
    ],
  },
  'webhook-unavailable': {
    titles: () => ['An admission webhook does not answer'],
    claim: (name) => `The admission webhook ${name} does not answer, so no pod can be created`,
    remedies: () => [
      look(
        'Bring its Service back, or set failurePolicy to Ignore',
        'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
      ),
    ],
  },

  'node-lost': node('does not report', (name) => `Node ${name} does not report`),
  'node-pressure': node('is short of room', (name) => `Node ${name} is short of disk or memory`),
  'node-shutdown': node('was shut down', (name) => `Node ${name} was shut down`),
  'node-runtime': node('starts no containers', (name) => `The container runtime of ${name} does not work`),
  'pod-network': {
    titles: (name) => [`No pod network on ${name}`, 'No pod network'],
    claim: (name) => `Pods get no network on ${name}`,
    remedies: () => [look('Look at the network plugin', 'kubectl get pods -n kube-system -o wide')],
  },
  'cluster-dns': {
    titles: () => ['The cluster DNS does not answer'],
    claim: (name, { kind }) => `The cluster DNS does not answer${kind === 'node' ? ` on ${name}` : ''}`,
    remedies: () => [
      look('Look at the cluster DNS', 'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide'),
    ],
  },
  dependency: {
    titles: (name) => [`${name} does not answer`, 'A service they need does not answer'],
    claim: (name) => `${name} does not answer those who need it`,
  },
  'same-error': {
    titles: () => ['They end with the same error'],
    claim: (name) => `They end with the same error, “${name}”`,
  },
};

/** The one sentence and the one cure. The factor's name comes from the cluster and is shown as it is. */
export function scopeWording({ signature, factor }: Bucket): {
  readonly title: string;
  readonly claim: string;
  readonly remedies: readonly Remedy[];
} {
  const words = WORDS[signature.id];
  if (!words) throw new RangeError(`No words for the signature ${signature.id}.`);
  const { name, node: onNode, namespace, kind } = factor;
  const limit =
    onNode !== undefined
      ? ` on node ${onNode}`
      : kind === 'registry' && namespace !== undefined
        ? ` for namespace ${namespace}`
        : '';
  return {
    title: fitTitle(...words.titles(name)),
    claim: `${words.claim(name, factor)}${limit}`,
    remedies: words.remedies?.(name, factor) ?? [],
  };
}
