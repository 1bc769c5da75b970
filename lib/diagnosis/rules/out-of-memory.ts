import type { Remedy } from '#lib/model/finding.ts';
import type { ContainerInput, ContainerSubject } from '#lib/diagnosis/diagnosis-input.ts';
import {
  changeEvidence,
  changesOf,
  eventEvidence,
  exitEvidence,
  fieldEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { heapFlag } from '#lib/diagnosis/heap-flag.ts';
import { bytesText, parseQuantity } from '#lib/diagnosis/quantity.ts';
import { rollbackRemedy, targetWords } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { durationText } from '#lib/diagnosis/wording.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const MIB = 2 ** 20;

/** Limit in force: an in-place resize changes the status, not the template. */
const memoryLimit = ({ status, spec }: ContainerSubject) =>
  status.actualLimits?.['memory'] ?? spec.resources.limits['memory'];

/** The runtime saw the kernel kill a process of this container's cgroup, and the container has a limit. */
export const oomLimit: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  const limit = memoryLimit(container);
  if (exit?.reason !== 'OOMKilled' || limit === undefined) return undefined;
  const bytes = parseQuantity(limit);
  const limitText = bytes === undefined ? limit : bytesText(bytes);
  const heap = heapFlag(spec);
  const heapTooBig = heap !== undefined && bytes !== undefined && heap.bytes >= bytes;
  const child = exit.exitCode !== 137;
  const ran = exit.startedAt === undefined ? '' : ` after ${durationText(exit.finishedAt - exit.startedAt)}`;
  return finding({
    causeId: child ? 'oom-child-process' : 'oom-limit',
    certainty: 'proven',
    title: heapTooBig
      ? 'OOMKilled: heap exceeds limit'
      : [`OOMKilled at ${limitText}`, 'OOMKilled at its memory limit'],
    sentence: heapTooBig
      ? `The heap may grow to ${bytesText(heap.bytes)} inside a ${limitText} limit, so the kernel kills it.`
      : child
        ? `The kernel killed a process inside ${spec.name} at its ${limitText} memory limit.`
        : `${spec.name} needs more memory than its limit of ${limitText}: the kernel kills it${ran}.`,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      fieldEvidence(specPath(container, 'resources.limits.memory'), `The memory limit is ${limit}`),
      ...(heap ? [fieldEvidence(specPath(container, heap.field), heap.text)] : []),
      ...changesOf(input, 'resources').map(changeEvidence),
      ...(heap ? changesOf(input, heap.field).map(changeEvidence) : []),
    ],
    remedies: [...(input.changes.length > 0 ? rollbackRemedy(input) : []), ...raiseLimit(input, bytes)],
  });
};

/** Killed for memory without a limit of its own: the node ran out. */
export const oomNode: ContainerRule = (input) => {
  const { container, nodes, pod, events } = input;
  if (container.exit?.reason !== 'OOMKilled' || memoryLimit(container) !== undefined) return undefined;
  const node = nodes.find(({ meta }) => meta.name === pod.nodeName);
  const pressure = node?.conditions.find(
    ({ type, status }) => type === 'MemoryPressure' && status === 'True',
  );
  const system = events.find(
    ({ reason, regarding }) => reason === 'SystemOOM' && regarding.name === pod.nodeName,
  );
  return finding({
    causeId: 'oom-node',
    certainty: pressure || system ? 'proven' : 'likely',
    title: 'OOMKilled: the node ran out of memory',
    sentence: `${container.spec.name} has no memory limit: node ${pod.nodeName ?? ''} itself ran out of memory.`,
    container: container.spec.name,
    evidence: [
      ...exitEvidence(container),
      fieldEvidence(specPath(container, 'resources.limits.memory'), 'No memory limit is set'),
      ...(system ? [eventEvidence(system)] : []),
      ...(pressure
        ? [fieldEvidence(`nodes/${pod.nodeName ?? ''} status.conditions[MemoryPressure]`, pressure.message)]
        : []),
    ],
    unchecked: [{ what: 'A limit set on the pod as a whole' }],
    remedies: [
      {
        title: 'Find what uses the memory of the node, and set requests and limits',
        commands: [`kubectl describe node ${shellWord(pod.nodeName ?? '')}`],
      },
    ],
  });
};

function raiseLimit(input: ContainerInput, bytes: number | undefined): Remedy[] {
  if (bytes === undefined) return [];
  // Below 4 MiB nothing starts: "128m" is 0.128 byte, and doubling it helps nobody.
  const wanted = bytes < 4 * MIB ? undefined : Math.ceil((bytes * 2) / MIB);
  const text = wanted === undefined ? '128Mi' : wanted % 1024 === 0 ? `${wanted / 1024}Gi` : `${wanted}Mi`;
  return [
    {
      title: wanted === undefined ? 'Correct the unit of the limit' : `Raise the limit to ${text}`,
      detail:
        wanted === undefined
          ? 'm is milli: 128m is 0.128 byte.'
          : 'Twice the present limit; look at the real use afterwards.',
      commands: [
        `kubectl set resources ${targetWords(input)} -c ${shellWord(input.container.spec.name)} --limits=memory=${text}`,
      ],
    },
  ];
}
