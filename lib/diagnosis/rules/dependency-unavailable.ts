import type { Candidate } from '#lib/model/finding.ts';
import { exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { loggedDependency } from '#lib/diagnosis/logged-dependency.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import type { ServiceState } from '#lib/diagnosis/service-state.ts';
import { serviceRemedy } from '#lib/diagnosis/remedies.ts';

/** The app ended because something it calls did not answer. The Service and its endpoints say more, if readable. */
export const dependencyUnavailable: ContainerRule = (input) => {
  const { container } = input;
  const { exit, spec } = container;
  if (!exit || exit.exitCode === 0) return undefined;
  const dependency = loggedDependency(input);
  if (!dependency) return undefined;
  const { line, where, host, service, isUnknownName } = dependency;
  // A name that does not exist and whose Service nobody could look up; one that exists may just not be published yet.
  const unknown = isUnknownName && service === undefined;
  return finding({
    causeId:
      service?.state === 'absent'
        ? spec.role === 'init'
          ? 'init-container-waits-for-missing-object'
          : 'dns-name-wrong'
        : unknown
          ? 'dns-name-wrong'
          : 'dependency-unavailable',
    certainty: service?.state === 'no-endpoint' || service?.state === 'absent' ? 'likely' : 'possible',
    title: [
      `${where} does not answer`,
      `${host ?? 'A service'} does not answer`,
      'A service it needs does not answer',
    ],
    sentence: unknown
      ? `${spec.name} ends because DNS knows no ${host ?? 'name that it asks for'}.`
      : sentenceOf(spec.name, where, service),
    raw: line.text,
    container: spec.name,
    evidence: [
      logEvidence(line),
      ...(service?.evidence
        ? [{ kind: 'object' as const, text: service.evidence, path: `services/${service.name}` }]
        : []),
      ...exitEvidence(container),
    ],
    candidates: candidatesOf({ where, host, service, unknown }),
    unchecked: input.services
      ? []
      : [{ what: 'Services', permission: `list services in ${input.owner.namespace}` }],
    remedies: service ? [serviceRemedy(input, service.name)] : [],
  });
};

type Known = {
  readonly where: string;
  readonly host?: string;
  readonly service?: ServiceState;
  readonly unknown: boolean;
};

function candidatesOf({ where, host, service, unknown }: Known): Candidate[] {
  if (unknown) {
    return [
      {
        causeId: 'dependency-unavailable',
        sentence: `${host ?? 'What it asks for'} may not have been created yet, or may be gone.`,
        check: `Look for a Service or a host of that name.`,
      },
    ];
  }
  if (service === undefined) {
    return [
      {
        causeId: 'dependency-unreachable-network',
        sentence: `The way to ${where} may be closed: by a NetworkPolicy, a firewall, or the sidecar of a mesh that is not ready when the app starts.`,
        check: 'See whether another pod reaches it at the same time, and whether a restart heals it.',
      },
    ];
  }
  if (service.state !== 'ready') return [];
  return [
    {
      causeId: 'dependency-unreachable-network',
      sentence: `Service ${service.name} has ready endpoints: a NetworkPolicy or the port may be in the way.`,
      check: `Compare the port with Service ${service.name}; list NetworkPolicies.`,
    },
  ];
}

function sentenceOf(container: string, where: string, service: ServiceState | undefined): string {
  if (service?.state === 'no-endpoint')
    return `${container} gets no answer from ${where}: Service ${service.name} has no ready endpoint.`;
  if (service?.state === 'absent') {
    return `${container} calls ${where}, and there is no Service ${service.name}${service.meant ? `; there is ${service.meant}` : ''}.`;
  }
  return `${container} ends because ${where} does not answer.`;
}
