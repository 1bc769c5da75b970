import type { Candidate } from '#lib/model/finding.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { exitEvidence, logEvidence } from '#lib/diagnosis/evidence.ts';
import { finding, type FindingParts } from '#lib/diagnosis/finding.ts';
import { type LogLine, searchLog } from '#lib/diagnosis/log-search.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';

/** The resolver did not answer at all. "no such host" is an answer, and another cause. */
const NO_ANSWER =
  /Temporary failure in name resolution|EAI_AGAIN|lookup (\S{1,253}) on \S{1,60}:53: (?:read \w{1,5} \S{1,120}: )?(?:i\/o timeout|connection refused|connect: connection refused|server misbehaving)|lookup (\S{1,253}) on \S{1,60}:53: dial \w{1,5} \S{1,80}: (?:connect: |i\/o )|communications error to \S{1,60}#53|connection timed out; no servers could be reached/i;
const NAMED = /EAI_AGAIN ([\w.-]{1,253})|lookup ([\w.-]{1,253}) on|host ["']([\w.-]{1,253})["']/;
/** CoreDNS's own log about the resolver above it; its loop plugin ends CoreDNS on purpose. */
const UPSTREAM =
  /\[ERROR\] plugin\/errors: \d .{0,300}(?:i\/o timeout|connection refused|server misbehaving)|plugin\/loop: (?:Loop \([^)]{0,100}\) detected|Seen "HINFO IN [^"]{0,200}" more than (?:once|twice))/;

/** DNS of the cluster, told by who could not use it (or by CoreDNS itself), and by how many of its endpoints are ready. */
export const dnsFailure: ContainerRule = (input) => {
  const { container } = input;
  if (!container.exit || container.exit.exitCode === 0) return undefined;
  const upstream = searchLog(container.log, UPSTREAM)?.line;
  if (upstream) return said(input, upstream, UPSTREAM_DOWN);
  const line = searchLog(container.log, NO_ANSWER)?.line;
  if (!line) return undefined;
  const name = NAMED.exec(line.text)
    ?.slice(1)
    .find((part) => part !== undefined);
  return said(input, line, readDns(input, name?.replace(/\.$/, '')));
};

const UPSTREAM_DOWN = {
  causeId: 'cluster-dns-upstream-unreachable',
  certainty: 'likely',
  title: 'CoreDNS cannot reach its upstream',
  sentence: 'CoreDNS does not get answers from the resolver it forwards to.',
} as const;

type Said = Pick<FindingParts, 'causeId' | 'certainty' | 'title' | 'sentence' | 'candidates'>;

function readDns(input: ContainerInput, name: string | undefined): Said {
  const { dnsEndpoints, container } = input;
  const what = name ? `${name}` : 'a name';
  const down = dnsEndpoints?.ready === 0;
  if (down) {
    return {
      causeId: 'cluster-dns-down',
      certainty: 'proven',
      title: 'The cluster DNS is down',
      sentence: `${container.spec.name} cannot resolve ${what}: the cluster DNS has no ready endpoint.`,
    };
  }
  const isOutside = name !== undefined && /\.[a-z]{2,}$/i.test(name) && !/\.(?:svc|local)$/.test(name);
  return {
    causeId: 'cluster-dns-down',
    certainty: 'possible',
    title: 'DNS does not answer',
    sentence: `${container.spec.name} gets no answer from DNS for ${what}${dnsEndpoints ? `; the cluster DNS has ${dnsEndpoints.ready} ready endpoints` : ''}.`,
    candidates: [...(isOutside ? [NO_UPSTREAM] : []), ...IN_THE_WAY],
  };
}

const NO_UPSTREAM: Candidate = {
  causeId: 'cluster-dns-upstream-unreachable',
  sentence: 'Names of the cluster may work, and only names outside fail.',
  check: 'Resolve kubernetes.default from the pod; look for plugin/errors in the log of CoreDNS.',
};
const IN_THE_WAY: readonly Candidate[] = [
  {
    causeId: 'dns-networkpolicy',
    sentence: 'A NetworkPolicy may keep the pod from port 53 of kube-system.',
    check: 'List the NetworkPolicies that select the pod and have an egress part.',
  },
  {
    causeId: 'pod-network-broken',
    sentence: 'The network of the node may be broken.',
    check: 'See whether pods on other nodes resolve the same name.',
  },
];

function said(input: ContainerInput, line: LogLine, { candidates = [], ...parts }: Said) {
  const { dnsEndpoints, events, pod } = input;
  const limits = events.find(
    ({ reason, regarding }) => reason === 'DNSConfigForming' && regarding.uid === pod.meta.uid,
  );
  return finding({
    ...parts,
    raw: line.text,
    container: input.container.spec.name,
    evidence: [
      logEvidence(line),
      ...(dnsEndpoints
        ? [
            {
              kind: 'object' as const,
              text: `${dnsEndpoints.ready} of ${dnsEndpoints.total} endpoints ready`,
              path: 'services/kube-system/kube-dns',
            },
          ]
        : []),
      ...exitEvidence(input.container),
    ],
    candidates: limits
      ? [
          ...candidates,
          {
            causeId: 'dns-search-limits',
            sentence: limits.message,
            check: 'Shorten the search list or set dnsConfig ndots.',
          },
        ]
      : candidates,
    unchecked: dnsEndpoints
      ? []
      : [{ what: 'The cluster DNS', permission: 'list endpointslices in kube-system' }],
    remedies: [
      {
        title: 'Look at the cluster DNS',
        commands: [
          'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
          'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50',
        ],
      },
    ],
  });
}
