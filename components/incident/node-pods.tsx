'use client';
import Link from 'next/link';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster, useLive } from '#components/live/live-provider.tsx';
import { useNow } from '#components/live/now-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { NamespaceName } from '#components/ui/namespace-name.tsx';
import { Section } from '#components/ui/section.tsx';
import { countdown } from '#lib/client/durations.ts';
import { incidentHref } from '#lib/client/hrefs.ts';
import type { NodeView, PodFate } from '#lib/contract/node-view.ts';

type Pod = NodeView['pods'][number];

function LeavesAt({ at }: { at: number }) {
  const now = useNow();
  const { stale } = useLive();
  if (now >= at)
    return (
      <>
        due since <ClockTime at={at} />
      </>
    );
  return (
    <>
      in <b className="tnum">{stale ? '?' : countdown(at - now)}</b>, at <ClockTime at={at} />
    </>
  );
}

function Fate({ fate }: { fate: PodFate | undefined }) {
  switch (fate?.kind) {
    case 'at':
      return <LeavesAt at={fate.at} />;
    case 'leaving':
      return (
        <>
          told to, since <ClockTime at={fate.since} />
        </>
      );
    case 'never':
      return <>never: it tolerates the taints</>;
    case 'unknown':
      return <>soon: nobody says when</>;
    default:
      return <>no</>;
  }
}

function IncidentLink({ pod }: { pod: Pod }) {
  const cluster = useCluster();
  if (pod.incident)
    return (
      <Link href={incidentHref(cluster, pod.incident.id)} className="text-link hover:underline">
        <ForeignText text={pod.incident.cause || 'its incident'} />
      </Link>
    );
  return <span className="text-ink-3">{pod.suffers ? 'told here' : 'none'}</span>;
}

const HEAD = ['Pod', 'Status', 'Leaves', 'Workload', 'Its incident'];
const CELL = 'py-1 pr-3 align-top [overflow-wrap:anywhere]';

/** What runs on the node, those that suffer first: when each has to leave, and where its own trouble is told. */
export function NodePods({ node }: { node: NodeView }) {
  const suffering = node.pods.filter(({ suffers }) => suffers).length;
  const hidden = node.podCount - node.pods.length;
  return (
    <Section
      title={`Pods on ${node.name}`}
      note={
        suffering === 0 ? `${node.podCount}, none in trouble` : `${node.podCount}, ${suffering} in trouble`
      }
    >
      {node.pods.length === 0 ? (
        <p className="text-ink-3">
          {node.seesAllPods ? 'No pod is on it.' : 'No pod that may be looked at is on it.'}
        </p>
      ) : (
        <div className="overflow-x-auto">
          <table
            aria-label={`Pods on ${node.name}`}
            className="w-full border-separate border-spacing-0 text-12"
          >
            <thead>
              <tr>
                {HEAD.map((title) => (
                  <th key={title} scope="col" className="py-1 pr-3 text-left font-medium text-ink-3">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {node.pods.map((pod) => (
                <tr key={pod.uid}>
                  <th scope="row" className={`${CELL} text-left font-normal`}>
                    <NamespaceName namespace={pod.namespace} name={pod.name} />
                  </th>
                  <td className={`${CELL} whitespace-nowrap ${pod.suffers ? 'font-medium text-crit' : ''}`}>
                    <ForeignText text={pod.status} />
                  </td>
                  <td className={CELL}>
                    <Fate fate={pod.fate} />
                  </td>
                  <td className={CELL}>
                    {pod.workload.kind} <ForeignText text={pod.workload.name} />
                  </td>
                  <td className={CELL}>
                    <IncidentLink pod={pod} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden > 0 && <p className="mt-1 text-ink-3">and {hidden} more</p>}
    </Section>
  );
}
