import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import { expanded } from '#lib/sandbox/kubelet/environment.ts';
import { quantity } from '#lib/sandbox/quantity.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import { IMAGES, type Image } from './images.ts';
import { fileSystem, type FileSystem } from './file-system.ts';
import type { ProgramInput, Run } from './program.ts';
import type { Network } from '#lib/sandbox/network.ts';
import { shell, TOOLS } from './shell.ts';

export type StartInput = {
  readonly env: Readonly<Record<string, string>>;
  readonly instance: number;
  readonly podUid: string;
  /** What its mounts, its user and its namespace are taken from; absent: a pod with nothing of that. */
  readonly pod?: Pod;
  /** Epoch ms. */
  readonly startedAt?: number;
  /** How connections go; absent: all are accepted. */
  readonly connect?: Network['connect'];
  readonly seed: string;
};

/** What happens when this container is started: `command` replaces the entrypoint, `args` the image's CMD. */
export function startProgram(container: ContainerSpec, given: StartInput): Run {
  const { env, pod = bare(given.podUid) } = given;
  const { repository = '', tag = '' } = parseImage(container.image) ?? {};
  const image = IMAGES[repository];
  if (!image) return cannotStart('no such image');
  const expand = (text: string) => expanded(text, env);
  const command = container.command?.map(expand);
  const args = container.args?.map(expand);
  const handsOver = image.handsOver && TOOLS.includes(args?.[0] ?? '');
  const entrypoint = command ?? (handsOver ? [] : image.entrypoint);
  const argv = [...entrypoint, ...(args ?? (command ? [] : image.cmd))];
  const files = fileSystem(pod, container, image.user ?? { uid: 0 });
  const input = inputOf(container, { ...given, tag, argv, command: command ?? [], files });
  const [first] = argv;
  if (first === undefined)
    return {
      ...NOTHING,
      createError: 'failed to generate container "" spec: failed to generate spec: no command specified',
    };
  const limit = input.memoryLimitBytes;
  if (limit !== undefined && limit < LEAST_MEMORY)
    return cannotStart('container init was OOM-killed (memory limit too low?)');
  const errno = command ? undefined : image.notExecutable?.[tag];
  if (errno === 'permission denied' || files.isNotExecutable(first)) {
    return cannotStart(`exec: "${first}": permission denied`);
  }
  if (errno !== undefined) return cannotExec(first, errno);
  // A script that may be executed ends in the image's own program: what else would it be mounted for.
  const run = files.isExecutable(first) ? image.program(input) : runOf(image, first, input);
  return image.isDistroless ? { ...run, isDistroless: true } : run;
}

const bare = (uid: string): Pod => ({
  metadata: { name: '', uid, resourceVersion: '', creationTimestamp: '' },
  spec: { containers: [] },
});

/** What runc itself needs: below that it is killed before the program is started. */
const LEAST_MEMORY = 6 * 2 ** 20;

function runOf(image: Image, first: string, input: ProgramInput): Run {
  if (image.binaries.includes(first)) return image.program(input);
  if (!image.isDistroless && TOOLS.includes(first)) return shell(input);
  return cannotStart(execError(first));
}

type Chosen = StartInput & {
  readonly tag: string;
  readonly argv: readonly string[];
  readonly command: readonly string[];
  readonly files: FileSystem;
};

function inputOf(container: ContainerSpec, chosen: Chosen): ProgramInput {
  const { env, instance, podUid, pod, seed, startedAt = 0, connect, tag, argv, command, files } = chosen;
  const namespace = pod?.metadata.namespace ?? 'default';
  return {
    image: container.image,
    tag,
    command,
    args: argv,
    env,
    memoryLimitBytes: quantity(container.resources?.limits?.memory) || undefined,
    canWrite: files.canWrite,
    isMounted: files.isMounted,
    isReadOnly: files.isReadOnly,
    ...(connect
      ? { connect: (host, port, atMs) => connect({ namespace, host, port, at: startedAt + atMs }) }
      : {}),
    instance,
    seed: `${seed}/${podUid}/${container.name}`,
  };
}

function execError(file: string): string {
  return file.includes('/')
    ? `exec: "${file}": stat ${file}: no such file or directory`
    : `exec: "${file}": executable file not found in $PATH`;
}

const NOTHING = { listeners: [], lines: [], steadyFromMs: 0 } as const;

/** The kernel refuses to execute a file that is there: runc has no way left to tell but the log. */
function cannotExec(file: string, errno: string): Run {
  return {
    ...NOTHING,
    lines: [{ atMs: 8, text: `exec ${file}: ${errno}` }],
    exit: { afterMs: 12, code: 255 },
  };
}

/** runc's words, as containerd passes them on. */
function cannotStart(reason: string): Run {
  const prefix =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';
  return { ...NOTHING, startError: `${prefix}${reason}: unknown` };
}
