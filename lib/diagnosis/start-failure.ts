import type { Evidence } from '#lib/model/finding.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { exitEvidence, waitingEvidence } from './evidence.ts';
import { clip } from './wording.ts';

const CREATE_REASONS = new Set(['CreateContainerError', 'RunContainerError']);
/** containerd's and dockershim's words for "the process never ran". */
const START_REASONS = new Set(['StartError', 'ContainerCannotRun']);

/** The runtime's own words when it could not start the process; `undefined` when it did start. */
export function startFailure({
  container,
}: ContainerInput): { text: string; evidence: Evidence[] } | undefined {
  const { state } = container.status;
  if (state.kind === 'waiting' && CREATE_REASONS.has(state.reason)) {
    return { text: clip(state.message ?? ''), evidence: waitingEvidence(container) };
  }
  const { exit } = container;
  if (!exit) return undefined;
  const neverRan = START_REASONS.has(exit.reason) || (exit.exitCode === 128 && exit.startedAt === undefined);
  return neverRan ? { text: clip(exit.message ?? ''), evidence: exitEvidence(container) } : undefined;
}
