import type { PodRule } from '#lib/diagnosis/rule.ts';
import { fieldEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import { serviceState } from '#lib/diagnosis/service-state.ts';
import { durationText } from '#lib/diagnosis/wording.ts';

const WAITS =
  /no response|waiting for|not (?:yet )?(?:ready|available|reachable)|retrying|could not connect|connection refused|no such host/i;
const HOST = /\b([a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,5}):(\d{2,5})\b/i;

/** An init container that has been waiting for something else; the app has not even been started. */
export const waitsForDependency: PodRule = (input) => {
  const { pod, logs, now } = input;
  const status = pod?.initStatuses.find(({ state, ready }) => state.kind === 'running' && !ready);
  const spec = pod?.template.containers.find(({ name }) => name === status?.name);
  if (!pod || status?.state.kind !== 'running' || spec?.role !== 'init') return undefined;
  const log = logs.get(status.name);
  const hit = log && searchLog(log, WAITS);
  if (!log || !hit) return undefined;
  const named = HOST.exec(hit.line.text) ?? searchLog(log, HOST)?.match;
  const host = named?.[1]?.toLowerCase();
  const service = host === undefined ? undefined : serviceState(input, host);
  const what = named ? `${named[1] ?? ''}:${named[2] ?? ''}` : 'something else';
  return finding({
    causeId:
      service?.state === 'absent'
        ? 'init-container-waits-for-missing-object'
        : service?.state === 'ready'
          ? 'dependency-unreachable-network'
          : 'dependency-unavailable',
    certainty: service?.state === 'absent' || service?.state === 'no-endpoint' ? 'likely' : 'possible',
    title: [`Waits for ${what}`, 'An init container waits'],
    sentence: `Init container ${status.name} has waited ${durationText(now - status.state.startedAt)} for ${what}; the app has not been started.`,
    raw: hit.line.text,
    container: status.name,
    evidence: [
      logEvidence(hit.line),
      fieldEvidence(`status.initContainerStatuses[${status.name}].state`, 'running'),
      ...(service
        ? [{ kind: 'object' as const, text: service.evidence, path: `services/${service.name}` }]
        : []),
    ],
    candidates: service ? [] : CANDIDATES,
    unchecked: input.services
      ? []
      : [{ what: 'Services', permission: `list services in ${input.owner.namespace}` }],
  });
};

const CANDIDATES = [
  {
    causeId: 'dependency-unreachable-network',
    sentence: 'It may run and be unreachable: a NetworkPolicy, a wrong port, DNS.',
    check: 'Compare the name and port with the Service, and see whether it has ready endpoints.',
  },
  {
    causeId: 'init-container-waits-for-missing-object',
    sentence: 'It may not exist under this name.',
    check: 'List the Services of the namespace.',
  },
];
