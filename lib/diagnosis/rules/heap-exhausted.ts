import {
  changeEvidence,
  changesOf,
  exitEvidence,
  fieldEvidence,
  logEvidence,
  specPath,
} from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { heapFlag } from '#lib/diagnosis/heap-flag.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import { editRemedy, rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const FULL =
  /java\.lang\.OutOfMemoryError(?:: ([\w ]{1,60}))?|JavaScript heap out of memory|(?:^|\W)MemoryError(?:$|:)|System\.OutOfMemoryException|fatal error: runtime: out of memory|Allowed memory size of \d+ bytes exhausted|std::bad_alloc|memory allocation of \d+ bytes failed/;

/**
 * The runtime gave up at its own heap limit: the kernel did not kill anything. The limit is taken from the container's
 * memory limit unless a flag sets it, so both are a cure, and a leak is neither.
 */
export const heapExhausted: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0 || exit.reason === 'OOMKilled') return undefined;
  const hit = searchLog(container.log, FULL);
  if (!hit) return undefined;
  const heap = heapFlag(spec);
  // V8 aborts at its own limit with SIGABRT; a kernel that is out of memory sends SIGKILL.
  const isAbort = exit.exitCode === 134;
  const limit = spec.resources.limits['memory'];
  return finding({
    causeId: isAbort ? 'app-bug-exception' : 'oom-limit',
    certainty: isAbort ? 'likely' : 'possible',
    title: 'Its heap is full (not OOMKilled)',
    sentence: `The heap of ${spec.name} is full${heap ? ` at ${heap.text}` : ''}: its runtime gave up, the kernel did not kill it.`,
    raw: hit.line.text,
    container: spec.name,
    evidence: [
      logEvidence(hit.line),
      ...exitEvidence(container),
      ...(heap ? [fieldEvidence(specPath(container, heap.field), heap.text)] : []),
      ...(limit
        ? [fieldEvidence(specPath(container, 'resources.limits.memory'), `The memory limit is ${limit}`)]
        : []),
      ...[...changesOf(input, 'resources'), ...changesOf(input, 'image')].map(changeEvidence),
    ],
    candidates: [
      {
        causeId: isAbort ? 'oom-limit' : 'app-bug-exception',
        sentence: isAbort
          ? 'The heap may simply be too small for the load.'
          : 'The app may leak, and fill any heap.',
        check: 'See whether memory grows without more load; take a heap dump.',
      },
    ],
    remedies: [
      ...(input.changes.length > 0 ? rollbackRemedy(input) : []),
      editRemedy(
        input,
        heap ? `Raise ${heap.text}, and the memory limit above it` : 'Raise the heap and the memory limit',
      ),
    ],
  });
};
