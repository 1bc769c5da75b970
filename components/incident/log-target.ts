import type { IncidentView, PodView } from '#lib/contract/incident-view.ts';
import type { IncidentUrl } from './use-incident-url.ts';

export type LogTarget = {
  readonly pod: string;
  readonly container: string;
  readonly run: 'current' | 'previous';
};

export type LogChoice = {
  readonly pod: PodView;
  readonly container: PodView['containers'][number];
};

export const logChoices = (view: Pick<IncidentView, 'pods'>): LogChoice[] =>
  view.pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));

/** A crashed container's last words are in its previous run; a container without one has only the current. */
const bestRun = ({ container }: LogChoice): LogTarget['run'] =>
  container.logs.previous && !container.ready ? 'previous' : 'current';

/** What the URL names, else the run the diagnosis read, else the first unready container. */
export function logTarget(
  view: IncidentView,
  url: Pick<IncidentUrl, 'pod' | 'container' | 'run'>,
): LogTarget | undefined {
  const choices = logChoices(view);
  const named = choices.find(
    ({ pod, container }) =>
      pod.name === url.pod && (url.container === null || container.name === url.container),
  );
  const tail = view.logTail;
  const diagnosed = choices.find(
    ({ pod, container }) => pod.name === tail?.pod && container.name === tail.container,
  );
  const chosen = named ?? diagnosed ?? choices.find(({ container }) => !container.ready) ?? choices[0];
  if (!chosen) return undefined;
  const fromTail = chosen === diagnosed && tail ? (tail.previous ? 'previous' : 'current') : undefined;
  return {
    pod: chosen.pod.name,
    container: chosen.container.name,
    run: url.run ?? fromTail ?? bestRun(chosen),
  };
}

/** Why this run cannot have a log, known before anybody asks for it. */
export function logGap(view: Pick<IncidentView, 'pods'>, target: LogTarget): string | undefined {
  const choice = logChoices(view).find(
    ({ pod, container }) => pod.name === target.pod && container.name === target.container,
  );
  if (!choice) return undefined;
  const { current, previous } = choice.container.logs;
  if (!current && !previous) return 'The container never started, so there is no log.';
  return target.run === 'previous' && !previous ? 'There is no run before this one.' : undefined;
}
