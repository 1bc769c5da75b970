import type { Candidate } from '#lib/model/finding.ts';
import { changeEvidence, changesOf } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { startFailure } from '#lib/diagnosis/start-failure.ts';

type Reading = readonly [causeId: string, pattern: RegExp, title: string, sentence: string];

const READINGS: readonly Reading[] = [
  [
    'container-name-reserved',
    /name is reserved|is reserved for|error reserving ctr name|container name .{1,300} already in use/i,
    'An earlier create still hangs',
    'The runtime still holds the name of an earlier attempt: the first create hangs or was lost.',
  ],
  [
    'image-rootfs-unreadable',
    /mount callback failed|path escapes from parent/i,
    'The image content is not readable',
    'The image was pulled and its files cannot be read: a broken layer, or a snapshotter that is missing.',
  ],
  [
    'volume-mount-point-broken',
    /not a device node|transport endpoint is not connected|error while creating mount source path|failed to (?:mkdir|stat) \S{0,20}\/var\/lib\/kubelet|\/volumes\/kubernetes\.io~csi\/.{0,400}(?:file exists|input\/output error|errno=\d+)/i,
    'The mount point of a volume is dead',
    'A volume of the pod was mounted and its mount point on the node is dead or stale.',
  ],
  [
    'exec-format-error',
    /exec format error/i,
    'Program is not for this CPU',
    'The program is built for another CPU architecture, or is a script without an interpreter line.',
  ],
  [
    'invalid-env-value',
    /setenv: invalid argument/i,
    'An env value is not valid',
    'An environment variable holds a byte no process can receive.',
  ],
  [
    'oom-limit',
    /init was OOM-killed/i,
    'Memory limit too low to start',
    'The memory limit is too low even to start the container.',
  ],
  [
    'image-platform-mismatch',
    /operating system (?:of the container )?does not match the (?:host operating system|operating system of the host)|0xc0370101|cannot be used on this platform|does not match the (?:specified|host) platform/i,
    'Image is for another system',
    "The image is built for another operating system, or another build of Windows, than the node's.",
  ],
  [
    'image-path-permission-denied',
    /chdir to cwd.{0,600}permission denied/i,
    'May not use its working directory',
    'The working directory of the container exists, and its user may not enter it.',
  ],
  [
    'command-permission-denied',
    /exec: \\{0,3}"[^"]{1,500}": permission denied|exec user process caused:? \\{0,3}"?permission denied|container process caused[: \\"]{1,8}(?:exec: .{0,400})?permission denied/i,
    'Command is not executable',
    'The command exists and may not be executed.',
  ],
  [
    'cgroup-error',
    /mounting [\\"]*(?:\/sys\/fs\/)?cgroup/i,
    'The cgroups cannot be mounted',
    'The runtime cannot mount the cgroups into the container.',
  ],
  [
    'mount-type-mismatch',
    /mount a directory onto a file|not a directory|is a directory|mkdir [^\n]{0,400}file exists/i,
    'A mount does not fit its path',
    'A volume is mounted on a path of another type: a directory on a file, or a file on a directory.',
  ],
  [
    'mount-type-mismatch',
    /error mounting|rootfs_linux\.go/i,
    'A mount fails',
    'The runtime cannot mount a volume of the container on its path.',
  ],
  [
    'user-not-found-in-image',
    /unable to find user|linux spec user/i,
    'User is not in the image',
    'The user of the container does not exist in the image.',
  ],
  [
    'apparmor-profile-missing',
    /apparmor[^\n]{0,300}(?:not found|no such file|not loaded|does not exist|unable to load|cannot load|not (?:enabled|supported))/i,
    'AppArmor profile is not on the node',
    'The node does not have the AppArmor profile the container asks for.',
  ],
  [
    'seccomp-profile-missing',
    /seccomp[^\n]{0,300}(?:not found|no such file|does not exist|unable to load|cannot load|not (?:enabled|supported)|opening seccomp)/i,
    'Seccomp profile is not on the node',
    'The node does not have the seccomp profile the container asks for.',
  ],
  [
    'apparmor-profile-missing',
    /apparmor/i,
    'AppArmor keeps it from starting',
    'The AppArmor profile of the container cannot be applied on the node.',
  ],
  [
    'seccomp-profile-missing',
    /seccomp/i,
    'Seccomp keeps it from starting',
    'The seccomp profile of the container cannot be applied on the node.',
  ],
  [
    'device-or-gpu-hook-failed',
    /nvidia-container-cli|unresolvable CDI devices?|error running (?:\w+ )?hook/i,
    'A device cannot be given to it',
    'The node cannot hand the device (GPU) to the container: its driver or toolkit fails.',
  ],
  [
    'cgroup-error',
    /cgroup/i,
    'The node cannot make a cgroup',
    'The node cannot create the cgroup of the container.',
  ],
  [
    'node-runtime-unhealthy',
    /^context deadline exceeded|code = DeadlineExceeded/i,
    'The runtime takes too long',
    'The container runtime did not create the container in time.',
  ],
];

/** Start failures told by the runtime's text. */
export const startFailureByText: ContainerRule = (input) => {
  const failure = startFailure(input);
  const reading = failure && READINGS.find(([, pattern]) => pattern.test(failure.text));
  if (!failure || !reading) return undefined;
  const [causeId, , title, sentence] = reading;
  const others = OTHERS[title];
  return finding({
    causeId,
    certainty: others ? 'possible' : 'likely',
    candidates: others ?? [],
    title,
    sentence,
    raw: failure.text,
    container: input.container.spec.name,
    evidence: [...failure.evidence, ...changesOf(input, 'command').map(changeEvidence)],
    remedies: rollbackRemedy(input),
  });
};

const LOOK_FOR_FIRST = "Look for the first error in the runtime's log on the node.";
const FIRST_ERRORS = [
  {
    causeId: 'node-runtime-unhealthy',
    sentence: 'The runtime or the disk of the node may be overloaded.',
    check: 'See whether other pods of the node hang as well.',
  },
  {
    causeId: 'volume-mount-point-broken',
    sentence: 'The first attempt may hang on a dead volume.',
    check: LOOK_FOR_FIRST,
  },
  {
    causeId: 'sandbox-image-unavailable',
    sentence: "The first attempt may have failed for the node's pause image.",
    check: LOOK_FOR_FIRST,
  },
];

const BROKEN_MOUNT = {
  causeId: 'volume-mount-point-broken',
  sentence: 'The mount point of the volume on the node may be dead.',
  check: 'See whether other pods on the node use the same volume; create the pod again.',
};

const NOT_APPLIED = {
  causeId: 'node-runtime-unhealthy',
  sentence: 'The profile may be there, and the runtime or the kernel of the node not able to apply it.',
  check: 'Look for the profile on the node; start the pod on another one.',
};

/** By title: what says that something failed and not why. A reserved name only tells of an earlier attempt. */
const OTHERS: Readonly<Record<string, readonly Candidate[] | undefined>> = {
  'An earlier create still hangs': FIRST_ERRORS,
  'The cgroups cannot be mounted': [
    {
      causeId: 'mount-type-mismatch',
      sentence: 'The container may mount /sys of the node itself, without its cgroups.',
      check: 'Look for a volume mounted on /sys or above.',
    },
  ],
  'A mount fails': [BROKEN_MOUNT],
  'AppArmor keeps it from starting': [NOT_APPLIED],
  'Seccomp keeps it from starting': [NOT_APPLIED],
};
