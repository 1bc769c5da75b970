import type { Evidence } from '#lib/model/finding.ts';
import type { ContainerInput } from './diagnosis-input.ts';
import { containerEvents, eventEvidence, exitEvidence, waitingEvidence } from './evidence.ts';
import { clip } from './wording.ts';

const CREATE_REASONS = new Set(['CreateContainerError', 'RunContainerError']);
/** containerd's and dockershim's words for "the process never ran". */
const START_REASONS = new Set(['StartError', 'ContainerCannotRun']);

type StartFailure = { readonly text: string; readonly evidence: readonly Evidence[] };

/** The runtime's own words when it could not start the process; `undefined` when it did start. */
export function startFailure(input: ContainerInput): StartFailure | undefined {
  const { container } = input;
  const { state } = container.status;
  if (state.kind === 'waiting' && CREATE_REASONS.has(state.reason)) {
    return told(input, { text: state.message, evidence: waitingEvidence(container) });
  }
  const { exit } = container;
  if (!exit) return undefined;
  const neverRan = START_REASONS.has(exit.reason) || (exit.exitCode === 128 && exit.startedAt === undefined);
  return neverRan ? told(input, { text: exit.message, evidence: exitEvidence(container) }) : undefined;
}

/** A status without words (older kubelets): the `Failed` event of the attempt has them, as `Error: text`. */
function told(
  input: ContainerInput,
  { text, evidence }: { text: string | undefined; evidence: readonly Evidence[] },
): StartFailure {
  if (text) return { text: clip(text), evidence };
  const event = containerEvents(input, 'Failed').find(
    ({ message }) => !message.startsWith('Failed to pull image'),
  );
  if (!event) return { text: '', evidence };
  return { text: clip(event.message).replace(/^Error: /, ''), evidence: [...evidence, eventEvidence(event)] };
}
