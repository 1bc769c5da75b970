'use client';
import type { ReactNode } from 'react';
import { Age } from '#components/live/age.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import type { NodeView } from '#lib/contract/node-view.ts';
import { NodePods } from './node-pods.tsx';

const CELL = 'py-1 pr-3 align-top [overflow-wrap:anywhere]';

function Table({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-separate border-spacing-0 text-12">
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col" className="py-1 pr-3 text-left font-medium text-ink-3">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Conditions({ node }: { node: NodeView }) {
  return (
    <Section
      title={`Conditions of ${node.name}`}
      aside={
        <span>
          last report{' '}
          {node.reportedAt === undefined ? (
            'never'
          ) : (
            <>
              <ClockTime at={node.reportedAt} />, <Age at={node.reportedAt} /> ago
            </>
          )}
        </span>
      }
    >
      {node.conditions.length === 0 ? (
        <p className="text-ink-3">Its kubelet has reported no condition.</p>
      ) : (
        <Table
          label={`Conditions of ${node.name}`}
          head={['Condition', 'Status', 'Since', 'Reason', 'Message']}
        >
          {node.conditions.map((condition) => (
            <tr key={condition.type}>
              <th scope="row" className={`${CELL} text-left font-medium`}>
                {condition.type}
              </th>
              <td
                className={`${CELL} whitespace-nowrap ${condition.isBad ? 'font-semibold text-crit' : 'text-ok'}`}
              >
                {condition.status}
                {condition.isBad ? ', bad' : ', good'}
              </td>
              <td className={`${CELL} whitespace-nowrap`}>
                {condition.since === undefined ? (
                  'not known'
                ) : (
                  <ClockTime at={condition.since} format="date" />
                )}
              </td>
              <td className={CELL}>
                <ForeignText text={condition.reason} />
              </td>
              <td className={`${CELL} text-ink-2`}>
                <ForeignText text={condition.message} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Outlook({ node }: { node: NodeView }) {
  if (node.outlook.length === 0) return null;
  return (
    <Section title={`What happens on ${node.name} by itself`}>
      <ul className="list-disc pl-4">
        {node.outlook.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Section>
  );
}

function Taints({ node }: { node: NodeView }) {
  return (
    <Section title={`Taints of ${node.name}`} note={node.cordoned ? 'cordoned' : undefined}>
      {node.taints.length === 0 ? (
        <p className="text-ink-3">None: every pod may come.</p>
      ) : (
        <ul aria-label={`Taints of ${node.name}`} className="text-12">
          {node.taints.map(({ text, addedAt }) => (
            <li key={text} className="flex items-baseline gap-2">
              <code className="[overflow-wrap:anywhere]">
                <ForeignText text={text} />
              </code>
              {addedAt !== undefined && (
                <span className="ml-auto whitespace-nowrap text-ink-3">
                  since <ClockTime at={addedAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function Resources({ node }: { node: NodeView }) {
  return (
    <Section
      title={`Resources of ${node.name}`}
      note={node.seesAllPods ? undefined : 'requested by the pods we may see: there may be more'}
    >
      {node.resources.length === 0 ? (
        <p className="text-ink-3">Its kubelet has not said what it has.</p>
      ) : (
        <Table
          label={`Resources of ${node.name}`}
          head={['Resource', 'Capacity', 'Allocatable', 'Requested', 'Of allocatable']}
        >
          {node.resources.map((resource) => (
            <tr key={resource.name} className="tnum">
              <th scope="row" className={`${CELL} text-left font-medium`}>
                {resource.name}
              </th>
              <td className={CELL}>{resource.capacity}</td>
              <td className={CELL}>{resource.allocatable}</td>
              <td className={CELL}>{resource.requested}</td>
              <td className={CELL}>{resource.share === undefined ? 'not known' : percent(resource.share)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

/** A node that is, or has, what is wrong: what it says of itself, what is on it, and what happens by itself. */
export function NodeSection({ node }: { node: NodeView }) {
  return (
    <section aria-label={`Node ${node.name}`} className="border-b border-line-strong">
      <div className="flex h-9 items-center gap-3 px-4">
        <h2 className="font-semibold">Node {node.name}</h2>
        <span className="truncate text-12 text-ink-3">
          <ForeignText
            text={[`kubelet ${node.kubelet}`, node.runtime, node.machine].filter(Boolean).join(', ')}
          />
        </span>
      </div>
      <Conditions node={node} />
      <Outlook node={node} />
      <NodePods node={node} />
      <Resources node={node} />
      <Taints node={node} />
    </section>
  );
}

/** All of them; without any, what that means. */
export function NodeSections({ nodes, name }: { nodes: readonly NodeView[]; name: string }) {
  if (nodes.length === 0)
    return (
      <Section title={`Node ${name}`}>
        <p className="text-ink-3">
          Nothing can be shown of it: it is no longer there, or nodes may not be listed. That needs{' '}
          <code>list nodes</code>.
        </p>
      </Section>
    );
  return nodes.map((node) => <NodeSection key={node.name} node={node} />);
}
