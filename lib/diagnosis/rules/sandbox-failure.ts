import type { Candidate, Certainty } from '#lib/model/finding.ts';
import { eventEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { commandRemedy } from '#lib/diagnosis/remedies.ts';
import type { PodRule } from '#lib/diagnosis/rule.ts';
import { setupFailure } from '#lib/diagnosis/setup-failure.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

type Reading = {
  readonly causeId: string;
  readonly pattern: RegExp;
  readonly title: string;
  readonly says: (node: string) => string;
  /** `likely` unless said otherwise: a secondary symptom claims nothing. */
  readonly certainty?: Certainty;
  readonly candidates?: readonly Candidate[];
};

const FIRST_ERROR: Candidate = {
  causeId: 'sandbox-image-unavailable',
  sentence: "The node's pause image may be missing; then every new pod of the node hangs.",
  check: "Look for the first error in the runtime's log on the node.",
};
const RUNTIME_BUSY: Candidate = {
  causeId: 'node-runtime-unhealthy',
  sentence: 'The container runtime of the node may be overloaded or restarting.',
  check: 'See whether other pods of the node hang as well; look at the runtime log.',
};

const PAUSE_IMAGE: Candidate = {
  causeId: 'sandbox-image-unavailable',
  sentence: 'The pause image configured on the node may be the wrong one for it.',
  check: "Compare the pause image in the runtime's configuration with the system of the node.",
};

const AGENT_DOWN: Candidate = {
  causeId: 'cni-plugin-not-running',
  sentence: "The plugin's agent may not run on the node.",
  check: "See whether the plugin's own pod on the node is ready.",
};
const NO_ADDRESS: Candidate = {
  causeId: 'cni-ip-exhausted',
  sentence: 'The node or its subnet may have no free address.',
  check: 'Compare the pods of the node with the addresses of its range or subnet.',
};

/** Most telling first. Texts of containerd, CRI-O, cri-dockerd and of network plugins. */
const READINGS: readonly Reading[] = [
  {
    causeId: 'sandbox-image-unavailable',
    pattern: /sandbox image|failed pulling image "[^"]{0,200}pause|pulling image \S{0,200}pause/i,
    title: 'The pause image cannot be pulled',
    says: (node) => `${node} cannot get its own pause image, so no new pod of the node gets a sandbox.`,
  },
  {
    causeId: 'node-runtime-unhealthy',
    // A network plugin asks its own agent by gRPC too, and that one's "Unavailable" is not the runtime's.
    pattern:
      /^(?!.{0,2000}(?:AddNetwork|plugin type=|plugin cni|CNI request)).{0,2000}(?:transport is closing|code = Unavailable)|dial unix \S{0,200}(?:containerd|crio|docker)\S{0,50}sock/is,
    title: 'The container runtime does not answer',
    says: (node) => `The container runtime of ${node} does not answer.`,
  },
  {
    causeId: 'image-platform-mismatch',
    pattern:
      /operating system (?:of the container )?does not match the (?:host operating system|operating system of the host)|0xc0370101/i,
    title: 'Pause image is for another Windows',
    says: (node) => `The pause image is built for another build of Windows than that of ${node}.`,
    candidates: [PAUSE_IMAGE],
  },
  {
    causeId: 'seccomp-profile-missing',
    pattern: /seccomp profile/i,
    title: 'Seccomp profile is not on the node',
    says: (node) => `${node} does not have the seccomp profile the pod asks for.`,
  },
  {
    causeId: 'apparmor-profile-missing',
    pattern:
      /apparmor[^\n]{0,200}(?:profile|not (?:loaded|enabled|supported|found))|profile[^\n]{0,200}apparmor/i,
    title: 'AppArmor profile is not on the node',
    says: (node) => `${node} does not have the AppArmor profile the pod asks for.`,
  },
  {
    causeId: 'device-or-gpu-hook-failed',
    pattern: /nvidia-container-(?:runtime|cli)|unresolvable CDI devices?/i,
    title: 'The GPU runtime of the node fails',
    says: (node) => `The GPU runtime the pod asks for does not work on ${node}.`,
  },
  {
    causeId: 'userns-unsupported',
    pattern: /create mapped mount|idmap|user namespaces? (?:is|are) not/i,
    title: 'Node cannot do user namespaces',
    says: (node) =>
      `The pod asks for a user namespace (hostUsers: false), and ${node} cannot map its file system.`,
  },
  {
    causeId: 'node-storage-driver-broken',
    pattern: /error creating (?:aufs|overlay\w{0,5}|devicemapper) mount|failed to mount rootfs/i,
    title: "The node's image storage is broken",
    says: (node) => `The image storage of ${node} cannot mount a file system.`,
  },
  {
    causeId: 'cni-ip-exhausted',
    pattern:
      /failed to assign an IP address|no (?:(?:more|available|free) ){1,3}(?:IP|addresses)|no (?:IP|addresses)[^\n]{0,20} available|range is full|IPAM[^\n]{0,100}exhausted|IPAM allocated only 0|could not allocate IP in range|NoAvailableAddress|not enough (?:free )?(?:IPs|addresses)/i,
    title: 'No free pod addresses',
    says: (node) => `The network plugin has no free address for a pod on ${node}.`,
  },
  {
    causeId: 'cni-plugin-not-running',
    pattern:
      /cni plugin not initialized|cni config unin?i?tiali[sz]ed|NetworkPluginNotReady|failed to find plugin|127\.0\.0\.1:6784|dial (?:tcp|unix) \S{1,200}: connect: (?:connection refused|no such file)|\/var\/lib\/calico\/nodename|subnet\.env|unable to connect to Cilium|failed to create cilium agent client|ReadinessIndicatorFile/i,
    title: 'The network plugin does not run',
    says: (node) => `The network plugin on ${node} does not run, so the pod gets no network.`,
  },
  {
    causeId: 'runtimeclass-missing',
    pattern: /RuntimeHandler "[^"]{0,100}" not supported|no runtime for "/i,
    title: 'Node lacks the RuntimeClass',
    says: (node) => `${node} has no runtime for the RuntimeClass of the pod.`,
  },
  {
    causeId: 'cni-plugin-failed',
    pattern:
      /(?:plugin type=|plugin cni|CNI).{0,2000}(?:unauthorized|forbidden|x509|host side routes|resource already exists|incompatible CNI versions|invalid configuration)/is,
    title: 'The network plugin fails',
    says: (node) => `The network plugin on ${node} runs, and refuses to set up the pod.`,
  },
  {
    causeId: 'cni-plugin-failed',
    pattern:
      /networkPlugin cni failed|SetupNetworkError|plugin type=|netplugin failed|failed to setup network for sandbox|to CNI network|CNI request failed|create pod network sandbox/i,
    title: 'The network plugin fails',
    says: (node) => `The network plugin on ${node} fails to set up the pod.`,
    // Only that it fails is known: what its own words say is for those who know the plugin.
    certainty: 'possible',
    candidates: [AGENT_DOWN, NO_ADDRESS, RUNTIME_BUSY],
  },
  {
    causeId: 'cgroup-error',
    pattern: /cgroup/i,
    title: 'The node cannot make a cgroup',
    says: (node) => `${node} cannot create the cgroup of the pod.`,
  },
  {
    causeId: 'node-runtime-unhealthy',
    pattern: /name "?\S{0,300}"? ?is reserved|reserve sandbox name|context deadline exceeded/i,
    title: 'An earlier attempt still hangs',
    says: (node) => `${node} is still busy with an earlier attempt to make this sandbox.`,
    certainty: 'possible',
    candidates: [FIRST_ERROR],
  },
];

/** The pod has a node and no sandbox yet. The pause image and the network are the node's own: no Secret of the pod helps. */
export const sandboxFailure: PodRule = (input) => {
  const failure = setupFailure(input);
  const told = failure?.events.filter(
    ({ event }) => event.reason !== 'FailedMount' && event.reason !== 'FailedAttachVolume',
  );
  for (const reading of READINGS) {
    const hit = told?.find(({ text }) => reading.pattern.test(text));
    if (!hit) continue;
    const node = input.pod?.nodeName ?? 'the node';
    const { causeId, certainty = 'likely', title, says, candidates } = reading;
    return finding({
      causeId,
      certainty,
      title,
      sentence: says(node),
      raw: hit.text,
      evidence: [eventEvidence(hit.event)],
      candidates: candidates ?? (causeId.startsWith('cni') ? [RUNTIME_BUSY] : []),
      remedies: [
        commandRemedy('Look at the node, and at what else does not start there', [
          `kubectl describe node ${shellWord(node)}`,
          `kubectl get pods -A -o wide --field-selector spec.nodeName=${shellWord(node)}`,
        ]),
      ],
    });
  }
  return undefined;
};
