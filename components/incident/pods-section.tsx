'use client';
import { podEnd } from '#components/timeline/timeline-model.ts';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import { shortAge } from '#lib/client/durations.ts';
import type { PodView } from '#lib/contract/incident-view.ts';

type Container = PodView['containers'][number];

function Stages({ pod }: { pod: PodView }) {
  return (
    <ol aria-label="Stages" className="mt-1 flex">
      {pod.stages.map((stage, index) => (
        <li key={stage.name} className="relative flex-1 pt-4 text-11 leading-[15px] text-ink-2">
          {index < pod.stages.length - 1 && (
            <span
              aria-hidden="true"
              className={`absolute inset-x-0 top-[5px] h-0.5 ${pod.stages[index + 1]?.done ? 'bg-run' : 'bg-line-strong'}`}
            />
          )}
          <span
            aria-hidden="true"
            className={`absolute top-px left-0 size-2.5 ${stage.done ? 'rounded-full bg-run' : `border-2 bg-surface ${stage.failed ? 'border-crash' : 'rounded-full border-control'}`}`}
          />
          {stage.name}
          <span className={`block ${stage.failed ? 'text-crit' : 'text-ink-3'}`}>
            {stage.done ? (
              stage.at === undefined ? (
                'done'
              ) : index === 0 ? (
                <ClockTime at={stage.at} />
              ) : (
                `+${shortAge(stage.at - pod.createdAt)}`
              )
            ) : stage.failed ? (
              'stuck'
            ) : (
              'not yet'
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

const pairs = (record: Readonly<Record<string, string>>): string =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'none';

function ContainerFacts({ container }: { container: Container }) {
  const facts: [string, string][] = [
    ['Image', container.image],
    ['Digest', container.imageId || 'not pulled'],
    ['Requests', pairs(container.requests)],
    ['Limits', pairs(container.limits)],
    ['Ports', container.ports.join(', ') || 'none'],
    ...container.probes.map(({ type, text }): [string, string] => [type, text]),
  ];
  return (
    <details className="border-t border-line py-1 text-12">
      <summary className="flex items-baseline gap-2 [overflow-wrap:anywhere]">
        <span aria-hidden="true" className="text-ink-3">
          ▸
        </span>
        <b>{container.name}</b>
        {container.role !== 'app' && <span className="text-ink-3">{container.role}</span>}
        <span className={container.ready ? '' : 'text-crit'}>
          <ForeignText text={container.state} />
        </span>
        <span className="ml-auto whitespace-nowrap text-ink-2">
          {container.restartCount} restarts
          {container.lastExit && `, exit ${container.lastExit.exitCode}`}
        </span>
      </summary>
      {container.message !== undefined && (
        <p className="mono mt-1 text-ink-2 [overflow-wrap:anywhere]">
          <ForeignText text={container.message} />
        </p>
      )}
      <dl className="mt-1 grid grid-cols-[72px_1fr] gap-x-2">
        {facts.map(([name, value]) => (
          <div key={`${name} ${value}`} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="mono [overflow-wrap:anywhere]">
              <ForeignText text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** The way of each pod, where it stands, and its containers. */
export function PodsSection({ pods }: { pods: readonly PodView[] }) {
  return (
    <>
      {pods.map((pod) => (
        <Section
          key={pod.uid}
          title={`Pod ${podEnd(pod.name)}`}
          note={<ForeignText text={`${pod.ready} ${pod.status}`} />}
          aside={pod.node === undefined ? 'on no node' : `on ${pod.node}`}
        >
          <Stages pod={pod} />
          <div className="mt-2">
            {pod.containers.map((container) => (
              <ContainerFacts key={container.name} container={container} />
            ))}
          </div>
        </Section>
      ))}
    </>
  );
}
