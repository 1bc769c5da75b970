'use client';
import Link from 'next/link';
import { useRef } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { useNow } from '#components/live/now-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { useRowWindow } from '#components/ui/use-row-window.ts';
import { kubectlAge } from '#lib/client/durations.ts';
import { incidentHref } from '#lib/client/hrefs.ts';
import { usePods } from '#lib/client/queries.ts';
import type { PodRow } from '#lib/contract/pods.ts';

const ROW_HEIGHT = 24;
const COLUMNS = ['NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'NODE'] as const;
const WIDTHS = ['w-[14%] pl-4', 'w-[32%]', 'w-[7%]', 'w-[19%]', 'w-[11%]', 'w-[7%]', ''] as const;
const CELL = 'h-6 truncate px-1.5 shadow-[inset_0_-1px_var(--line)] first:pl-4';

const restartsText = (pod: PodRow, now: number): string =>
  pod.restartedAt === undefined
    ? String(pod.restarts)
    : `${pod.restarts} (${kubectlAge(now - pod.restartedAt)} ago)`;

const matches = (pod: PodRow, words: readonly string[]): boolean => {
  const text = `${pod.namespace}/${pod.name} ${pod.status} ${pod.node ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

function PodLine({ pod, now }: { pod: PodRow; now: number }) {
  const cluster = useCluster();
  return (
    <tr className="hover:bg-hover">
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
      <td className={CELL}>{restartsText(pod, now)}</td>
      <td className={CELL}>{kubectlAge(now - pod.createdAt)}</td>
      <td className={CELL}>{pod.node ?? '<none>'}</td>
    </tr>
  );
}

function PodTable({ pods }: { pods: readonly PodRow[] }) {
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const { from, to } = useRowWindow(scroller, { count: pods.length, rowHeight: ROW_HEIGHT, overscan: 20 });
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-auto"
      tabIndex={0}
      role="group"
      aria-label="Pods, scrollable"
    >
      <table
        aria-label="Pods"
        aria-rowcount={pods.length + 1}
        className="mono w-full min-w-[900px] table-fixed border-separate border-spacing-0 text-12"
      >
        <thead className="sticky top-0 z-10">
          <tr>
            {COLUMNS.map((name, index) => (
              <th key={name} scope="col" className={`table-head ${WIDTHS[index]}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="dims">
          <tr aria-hidden="true">
            <td colSpan={COLUMNS.length} className="p-0" height={from * ROW_HEIGHT} />
          </tr>
          {pods.slice(from, to).map((pod) => (
            <PodLine key={pod.uid} pod={pod} now={now} />
          ))}
          <tr aria-hidden="true">
            <td colSpan={COLUMNS.length} className="p-0" height={(pods.length - to) * ROW_HEIGHT} />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** The flat list, exactly the columns of `kubectl get pods -A -o wide` that tell the state. */
export function AllPods({ filter }: { filter: string }) {
  const query = usePods(useCluster());
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (
    <Loaded query={query} skeleton={<p className="px-4 py-1.5 text-ink-3">Loading pods</p>}>
      {({ pods }) => {
        const shown = pods.filter((pod) => matches(pod, words));
        if (shown.length > 0) return <PodTable pods={shown} />;
        return <p className="px-4 py-1.5">{pods.length === 0 ? 'No pods.' : 'No pod matches the filter.'}</p>;
      }}
    </Loaded>
  );
}
