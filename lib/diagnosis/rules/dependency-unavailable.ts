import { exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { searchLog } from '#lib/diagnosis/log-search.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { serviceState, type ServiceState } from '#lib/diagnosis/service-state.ts';
import { shellWord } from '#lib/rollout/shell-word.ts';

const FAILED =
  /connection refused|ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|no such host|could not connect|could not translate host name|Name or service not known|i\/o timeout|ETIMEDOUT/i;
const HOST_PORT = /(?:\/\/|@|\s|["'([])([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?):(\d{2,5})\b/i;
const LOOKED_UP = /(?:ENOTFOUND|lookup|host name|resolve)[: ]+["']?([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)/i;

/** The app ended because something it calls did not answer. The Service and its endpoints say more, if readable. */
export const dependencyUnavailable: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const hit = searchLog(container.log, FAILED);
  if (!hit) return undefined;
  const host = (HOST_PORT.exec(hit.line.text)?.[1] ?? LOOKED_UP.exec(hit.line.text)?.[1])?.toLowerCase();
  const port = HOST_PORT.exec(hit.line.text)?.[2];
  const where = host ? `${host}${port ? `:${port}` : ''}` : 'a service it needs';
  const service = host === undefined ? undefined : serviceState(input, host);
  return finding({
    causeId: service?.state === 'absent' ? 'dns-name-wrong' : 'dependency-unavailable',
    certainty: service?.state === 'no-endpoint' || service?.state === 'absent' ? 'likely' : 'possible',
    title: [
      `${where} does not answer`,
      `${host ?? 'A service'} does not answer`,
      'A service it needs does not answer',
    ],
    sentence: sentenceOf(spec.name, where, service),
    raw: hit.line.text,
    container: spec.name,
    evidence: [
      logEvidence(hit.line),
      ...(service?.evidence
        ? [{ kind: 'object' as const, text: service.evidence, path: `services/${service.name}` }]
        : []),
      ...exitEvidence(container),
    ],
    candidates:
      service?.state === 'ready'
        ? [
            {
              causeId: 'dependency-unreachable-network',
              sentence: `Service ${service.name} has ready endpoints: a NetworkPolicy or the port may be in the way.`,
              check: `Compare the port with Service ${service.name}; list NetworkPolicies.`,
            },
          ]
        : [],
    unchecked: input.services
      ? []
      : [{ what: 'Services', permission: `list services in ${input.owner.namespace}` }],
    remedies: service
      ? [
          {
            title: `Look at ${service.name} first`,
            commands: [`kubectl get service,endpointslice -n ${shellWord(input.owner.namespace)}`],
          },
        ]
      : [],
  });
};

function sentenceOf(container: string, where: string, service: ServiceState | undefined): string {
  if (service?.state === 'no-endpoint')
    return `${container} gets no answer from ${where}: Service ${service.name} has no ready endpoint.`;
  if (service?.state === 'absent') {
    return `${container} calls ${where}, and there is no Service ${service.name}${service.meant ? `; there is ${service.meant}` : ''}.`;
  }
  return `${container} ends because ${where} does not answer.`;
}
