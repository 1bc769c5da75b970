import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import { expanded } from '#lib/sandbox/kubelet/environment.ts';
import { quantity } from '#lib/sandbox/quantity.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import { IMAGES, type Image } from './images.ts';
import type { Run } from './program.ts';
import { shell, TOOLS } from './shell.ts';

export type StartInput = {
  readonly env: Readonly<Record<string, string>>;
  readonly instance: number;
  readonly pod: Pod;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly seed: string;
};

/** What happens when this container is started: `command` replaces the entrypoint, `args` the image's CMD. */
export function startProgram(container: ContainerSpec, { env, instance, pod, seed }: StartInput): Run {
  const { repository = '', tag = '' } = parseImage(container.image) ?? {};
  const image = IMAGES[repository];
  if (!image) return cannotStart('no such image');
  const expand = (text: string) => expanded(text, env);
  const command = container.command?.map(expand);
  const args = container.args?.map(expand);
  const argv = command ? [...command, ...(args ?? [])] : [...image.entrypoint, ...(args ?? image.cmd)];
  const input = {
    image: container.image,
    tag,
    command: command ?? [],
    args: argv,
    env,
    memoryLimitBytes: quantity(container.resources?.limits?.memory) || undefined,
    instance,
    seed: `${seed}/${pod.metadata.uid}/${container.name}`,
  };
  const [first = ''] = argv;
  if (image.binaries.includes(first)) return image.program(input);
  if (!image.isDistroless && TOOLS.includes(first)) return shell(input);
  return cannotStart(execError(first, image));
}

function execError(file: string, _image: Image): string {
  return file.includes('/')
    ? `exec: "${file}": stat ${file}: no such file or directory`
    : `exec: "${file}": executable file not found in $PATH`;
}

/** runc's words, as containerd passes them on. */
function cannotStart(reason: string): Run {
  const prefix =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ';
  return { startError: `${prefix}${reason}: unknown`, listeners: [], lines: [], steadyFromMs: 0 };
}
