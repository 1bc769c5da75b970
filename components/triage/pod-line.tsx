'use client';
import Link from 'next/link';
import { memo } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { useNowText } from '#components/live/now-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { kubectlAge } from '#lib/client/durations.ts';
import { incidentHref } from '#lib/client/hrefs.ts';
import type { PodRow } from '#lib/contract/pods.ts';

const CELL = 'h-6 truncate px-1.5 shadow-[inset_0_-1px_var(--line)] first:pl-4';

const restartsText = ({ restarts, restartedAt }: PodRow, now: number): string =>
  restartedAt === undefined ? String(restarts) : `${restarts} (${kubectlAge(now - restartedAt)} ago)`;

/** One line of `kubectl get pods -A -o wide`; drawn again only when it says something else. */
export const PodLine = memo(function PodLine({ pod, rowIndex }: { pod: PodRow; rowIndex: number }) {
  const cluster = useCluster();
  const restarts = useNowText((now) => restartsText(pod, now));
  const age = useNowText((now) => kubectlAge(now - pod.createdAt));
  return (
    <tr aria-rowindex={rowIndex} className="hover:bg-hover">
      <td className={CELL}>{pod.namespace}</td>
      <td className={CELL}>
        {pod.incidentId === undefined ? (
          pod.name
        ) : (
          <Link
            href={incidentHref(cluster, pod.incidentId)}
            prefetch={false}
            className="text-link -outline-offset-1 hover:underline"
          >
            {pod.name}
          </Link>
        )}
      </td>
      <td className={CELL}>{pod.ready}</td>
      <td className={`${CELL} ${pod.healthy ? '' : 'font-semibold text-crit'}`}>
        <ForeignText text={pod.status} />
      </td>
      <td className={CELL}>{restarts}</td>
      <td className={CELL}>{age}</td>
      <td className={CELL}>{pod.node ?? '<none>'}</td>
    </tr>
  );
});
