import { changeEvidence, changesOf, exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { lastLine, searchLog } from '#lib/diagnosis/log-search.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

const ILLEGAL = new Set([132, 139]);

/** The CPU or the memory guard ended the process: its own machine code, a native library, or another CPU than meant. */
export const endedBySignal: ContainerRule = (input) => {
  const { container, pod } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  // A shell that waited for the program tells of the signal and ends with a code of its own.
  const told = searchLog(
    container.log,
    /^(?:[^\n]{0,200}[: ])?Illegal instruction(?: \(core dumped\))?\b/,
  )?.line;
  if (!ILLEGAL.has(exit.exitCode) && !told) return undefined;
  const isIllegal = exit.exitCode === 132 || told !== undefined;
  const line = told ?? lastLine(container.log);
  const node = pod.nodeName ?? 'the node';
  return finding({
    causeId: 'illegal-instruction-or-segfault',
    certainty: 'likely',
    title: isIllegal ? 'Illegal instruction (SIGILL)' : 'Segmentation fault (SIGSEGV)',
    sentence: isIllegal
      ? `${spec.name} runs an instruction the CPU of ${node} does not have.`
      : `${spec.name} touches memory it may not, and is ended by SIGSEGV.`,
    raw: line?.text,
    container: spec.name,
    evidence: [
      ...exitEvidence(container),
      ...(line ? [logEvidence(line)] : []),
      ...changesOf(input, 'image').map(changeEvidence),
    ],
    remedies: input.changes.length > 0 ? rollbackRemedy(input) : [],
  });
};
