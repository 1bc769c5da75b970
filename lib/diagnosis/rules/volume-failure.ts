import type { Candidate, Certainty, Finding, Remedy } from '#lib/model/finding.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { DiagnosisInput } from '#lib/diagnosis/diagnosis-input.ts';
import { eventEvidence, fieldEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { nearMiss } from '#lib/diagnosis/near-miss.ts';
import { podClaims } from '#lib/diagnosis/pod-claims.ts';
import { commandRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { setupFailure } from '#lib/diagnosis/setup-failure.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Said = {
  readonly causeId: string;
  readonly certainty: Certainty;
  readonly title: string | [string, ...string[]];
  readonly sentence: string;
  readonly candidates?: readonly Candidate[];
  readonly remedies?: readonly Remedy[];
};

type Reading = {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray, input: DiagnosisInput) => Said;
};

const MULTI_ATTACH: Candidate = {
  causeId: 'volume-multi-attach',
  sentence: 'A living pod on another node may still use it.',
  check: 'List the pods that name the claim, and their nodes.',
};
const STALE: Candidate = {
  causeId: 'volume-multi-attach-stale',
  sentence: 'The attachment may be left over from a node that is gone.',
  check: 'Compare `kubectl get volumeattachments` with the nodes that are ready.',
};
const NOT_MOUNTED = { causeId: 'volume-mount-failed', title: 'A volume cannot be mounted' } as const;
const sentenceOf = (volume: string | undefined) => ({
  sentence: `${volume === undefined ? 'A volume of the pod' : `Volume ${volume}`} cannot be mounted.`,
});
const NOT_ATTACHED: Candidate = {
  causeId: 'volume-attach-failed',
  sentence: 'The volume may not be attached to the node yet.',
  check: 'Compare `kubectl get volumeattachments` with the volumes of the pod.',
};
const NO_PLACE: Candidate = {
  causeId: 'volume-count-exceeded',
  sentence: 'The node may have as many volumes attached as it can.',
  check:
    'Count its VolumeAttachments; compare with allocatable of its CSINode, or with the limit of the machine type.',
};
const attachments = commandRemedy('See who holds the volume', [
  'kubectl get volumeattachments',
  'kubectl get nodes',
]);

/**
 * The code decides: a CSI driver answers RESOURCE_EXHAUSTED to an attach when the node has no place left. The words of the
 * clouds are for drivers that answer everything with "Internal", and for the drivers inside Kubernetes.
 * https://github.com/container-storage-interface/spec/blob/master/spec.md#controllerpublishvolume-errors
 */
const TOO_MANY_VOLUMES =
  /AttachVolume\.Attach failed[^\n]{0,1000}(?:code = ResourceExhausted|AttachmentLimitExceeded|max(?:imum)?(?: allowed| supported)?(?: number of)? (?:[\w-]{1,20} ){0,2}(?:volumes?|disks?|attachments?)\b|Exceeded limit 'maximum_persistent_disks'|too many (?:volumes|disks|attachments)|(?:volume|attachment|disk) limit|limit of (?:volumes|attachments|disks))/i;

/**
 * Volumes that cannot be attached or mounted; only events tell. Most telling first.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/operationexecutor/operation_generator.go
 */
const READINGS: readonly Reading[] = [
  {
    pattern: /\b(secret|configmap)s? "([^"]{1,253})" not found/i,
    read: ([, word = '', name = ''], input) => missingObject(word, name, input),
  },
  {
    pattern: /(secret|configmap) references non-existent (?:secret|config) key: (\S{1,253})/i,
    read: ([, word = '', key = '']) => {
      const kind = word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
      return {
        causeId: `${kind.toLowerCase()}-key-not-found`,
        certainty: 'likely',
        title: [`Key ${key} is not in the ${kind}`, `A key is not in the ${kind}`],
        sentence: `A volume asks for the key ${key}, and its ${kind} does not have it.`,
      };
    },
  },
  {
    pattern: TOO_MANY_VOLUMES,
    read: (_match, input) => ({
      causeId: 'volume-count-exceeded',
      certainty: 'likely',
      title: 'The node has too many volumes',
      sentence: `${input.pod?.nodeName ?? 'The node'} has as many volumes attached as it can, so this one is refused.`,
      candidates: [STALE],
      remedies: [attachments],
    }),
  },
  {
    pattern: /Multi-Attach error for volume "([^"]{1,253})"|already used by pod\(s\)/i,
    read: ([, volume], input) => ({
      causeId: 'volume-multi-attach',
      certainty: 'likely',
      title: 'Volume is in use on another node',
      sentence: `Volume ${volume ?? ''} is still attached to another node by a pod that uses it.`.replace(
        '  ',
        ' ',
      ),
      candidates: [STALE],
      remedies: [...strategyRemedy(input), attachments],
    }),
  },
  {
    pattern:
      /already exclusively attached to one node|(?:already|currently) attached to (?:a server|another|an? instance|(?:other |different )?(?:node|server|instance|vm))|code = FailedPrecondition desc = [^\n]{0,400}(?:published|attached|in use)|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|VolumeInUse:|still (?:mounted|attached|being used|in use)\b|(?:mounted|in use) (?:on|by|at) (?:another|other|a different) (?:node|host|pod|client)/i,
    read: () => ({
      causeId: 'volume-multi-attach-stale',
      certainty: 'possible',
      title: 'Volume is attached elsewhere',
      sentence: 'The volume is attached to another node; Kubernetes waits for it to be detached there.',
      candidates: [MULTI_ATTACH],
      remedies: [attachments],
    }),
  },
  {
    pattern:
      /AttachVolume\.Attach failed for volume "([^"]{1,253})"[^\n]{0,600}(?:not ?found|does not exist|PermissionDenied|Unauthenticated|[Uu]nauthorized|UnauthorizedOperation|[Ff]orbidden|credential|CSINode|not (?:registered|contain driver)|timed out waiting for external-attacher|DeadlineExceeded)/i,
    read: ([, volume = '']) => ({
      causeId: 'volume-attach-failed',
      certainty: 'likely',
      title: 'The volume cannot be attached',
      sentence: `Volume ${volume} cannot be attached to the node.`,
      remedies: [attachments],
    }),
  },
  {
    pattern: /AttachVolume\.Attach failed for volume "([^"]{1,253})"/,
    read: ([, volume = '']) => ({
      causeId: 'volume-attach-failed',
      // Only that it fails is certain; the words behind it are the storage's own.
      certainty: 'possible',
      candidates: [NO_PLACE, STALE],
      title: 'The volume cannot be attached',
      sentence: `Volume ${volume} cannot be attached to the node.`,
      remedies: [attachments],
    }),
  },
  {
    pattern: /failed to fetch token: .{0,200}serviceaccounts? "([^"]{1,253})" not found/,
    read: ([, account = '']) => ({
      causeId: 'service-account-not-found',
      certainty: 'likely',
      title: 'The ServiceAccount is gone',
      sentence: `ServiceAccount ${account} does not exist any more, so the pod gets no token.`,
    }),
  },
  {
    pattern: /failed to fetch token: the server could not find the requested resource/,
    read: () => ({
      causeId: 'service-account-token-api-missing',
      certainty: 'likely',
      title: 'API server cannot make tokens',
      sentence: 'The API server does not serve the TokenRequest API, so the pod gets no token.',
    }),
  },
  {
    pattern: /hostPath type check failed: (\S{1,400}) is not an? ([\w ]{1,40})/,
    read: ([, path = '', type = '']) => ({
      causeId: 'hostpath-type-mismatch',
      certainty: 'likely',
      title: 'A hostPath has another type',
      sentence: `${path} on the node is not a ${type.trim()}.`,
    }),
  },
  {
    pattern: /driver name (\S{1,253}) not found in the list of registered CSI drivers/,
    read: ([, driver = '']) => ({
      causeId: 'volume-mount-failed',
      certainty: 'likely',
      title: 'CSI driver is not on the node',
      sentence: `The CSI driver ${driver} does not run on the node of the pod.`,
    }),
  },
  {
    pattern:
      /MountVolume\.\w+ failed for volume "([^"]{1,253})"[^\n]{0,2000}(?:exit status \d|mount failed|mount\.\w{2,6}:|access denied|permission denied|no such file|wrong fs type|unknown filesystem|bad (?:option|superblock)|connection (?:refused|timed out)|no route to host|not ?found|invalid|input\/output error|fsck|no such host)/i,
    read: ([, volume = '']) => ({ ...NOT_MOUNTED, certainty: 'likely', ...sentenceOf(volume) }),
  },
  {
    // What else a driver says is its own, and the sum at the end of a wait does not say what was waited for.
    pattern: /MountVolume\.\w+ failed for volume "([^"]{1,253})"|Unable to (?:attach or )?mount volumes/,
    read: ([, volume]) => ({
      ...NOT_MOUNTED,
      certainty: 'possible',
      ...sentenceOf(volume),
      candidates: volume === undefined ? [NOT_ATTACHED, NO_PLACE] : [NOT_ATTACHED, STALE],
    }),
  },
];

/** Kubelet noise about pods that are just starting or ending; it explains nothing that lasts. */
const NOISE = /object "[^"]{0,253}"\/"[^"]{0,253}" not registered/;

export const volumeFailure: PodRule = (input) => {
  const all = setupFailure(input)?.events ?? [];
  const told = all.filter(({ text }) => !NOISE.test(text));
  for (const { pattern, read } of READINGS) {
    for (const { event, text } of told) {
      const match = pattern.exec(text);
      if (match) return failed(input, read(match, input), { event, text });
    }
  }
  return notRegistered(all, told.length === 0);
};

/** A volume is known by the name the provisioner gave it, its claim by the one people gave it. */
function failed(
  input: DiagnosisInput,
  said: Said,
  { event, text }: { readonly event: KubeEvent; readonly text: string },
): Finding {
  const claim = podClaims(input).find(({ lookup }) => {
    const volume = lookup.state === 'exists' ? lookup.value.volumeName : undefined;
    return volume !== undefined && text.includes(`"${volume}"`);
  });
  const value = claim?.lookup.state === 'exists' ? claim.lookup.value : undefined;
  const { volumeName = '', accessModes = [] } = value ?? {};
  return finding({
    ...said,
    sentence: value
      ? said.sentence.replace(`Volume ${volumeName} `, `Volume ${volumeName} of claim ${value.name} `)
      : said.sentence,
    raw: text,
    evidence: [
      eventEvidence(event),
      ...(value
        ? [
            fieldEvidence(
              `persistentvolumeclaims/${value.name} spec.accessModes`,
              `Claim ${value.name} is bound to ${volumeName}, ${accessModes.join(', ')}`,
            ),
          ]
        : []),
    ],
  });
}

/** Only when nothing else is said, and again and again, does it tell of a kubelet that lost track of the pod. */
function notRegistered(all: readonly { event: KubeEvent; text: string }[], isAlone: boolean) {
  const [newest] = all;
  if (!newest || !isAlone || newest.event.count < PERSISTENT) return undefined;
  return finding({
    causeId: 'volume-object-not-registered',
    certainty: 'possible',
    title: 'The kubelet has not registered the pod',
    sentence:
      'The kubelet says that it does not watch the objects of this pod; it usually says so for a moment only.',
    raw: newest.text,
    evidence: [eventEvidence(newest.event)],
    candidates: [
      {
        causeId: 'node-runtime-unhealthy',
        sentence: 'The kubelet of the node may be stuck.',
        check: 'See whether other new pods of the node start.',
      },
    ],
  });
}
const PERSISTENT = 5;

function missingObject(word: string, name: string, input: DiagnosisInput): Said {
  const { references, owner } = input;
  const isSecret = word.toLowerCase() === 'secret';
  const kind = isSecret ? 'Secret' : 'ConfigMap';
  const lookup = isSecret ? references.secrets.get(name) : references.configMaps.get(name);
  const meant = nearMiss(name, (isSecret ? references.secretNames : references.configMapNames) ?? []);
  return {
    causeId: isSecret ? 'secret-not-found' : 'configmap-not-found',
    certainty: lookup?.state === 'missing' ? 'proven' : 'likely',
    title: [`${kind} ${name} does not exist`, `A ${kind} does not exist`],
    sentence:
      lookup?.state === 'exists'
        ? `${kind} ${name} was missing and exists now; the kubelet mounts it within 2 min 2 s.`
        : `A volume of the pod needs ${kind} ${name}, which does not exist in ${owner.namespace}${meant ? `; ${meant} does` : ''}.`,
    remedies: [
      ...rollbackRemedy(input),
      commandRemedy(
        `Create ${kind} ${name}`,
        [
          `kubectl create ${isSecret ? 'secret generic' : 'configmap'} ${shellWord(name)} -n ${shellWord(owner.namespace)} --from-literal=KEY=VALUE`,
        ],
        'Picked up by itself within 2 min 2 s.',
      ),
    ],
  };
}

/** A rolling update starts the new pod before the old one let go of a volume only one node may have. */
function strategyRemedy({ owner }: DiagnosisInput): Remedy[] {
  if (owner.kind !== 'Deployment') return [];
  const patch = '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}';
  return [
    commandRemedy(
      'Let the old pod end first (strategy Recreate)',
      [
        `kubectl patch deployment ${shellWord(owner.name)} -n ${shellWord(owner.namespace)} -p ${shellWord(patch)}`,
      ],
      'A ReadWriteOnce volume can be on one node at a time.',
    ),
  ];
}
