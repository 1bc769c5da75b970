import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FIXTURE_NOW } from '#components/fixtures/an-incident-row.ts';
import { renderOnScreen } from '#components/test-screen.tsx';
import type { NodeView } from '#lib/contract/node-view.ts';
import { NodeSections } from './node-section.tsx';

const NODE: NodeView = {
  name: 'n1',
  cordoned: true,
  createdAt: FIXTURE_NOW - 3_600_000,
  kubelet: 'v1.35.4',
  runtime: 'containerd://2.1.4',
  conditions: [
    { type: 'Ready', status: 'Unknown', isBad: true, reason: 'NodeStatusUnknown', message: 'silent' },
  ],
  taints: [{ text: 'node.kubernetes.io/unreachable:NoExecute', addedAt: FIXTURE_NOW - 60_000 }],
  resources: [{ name: 'memory', capacity: '16 GiB', allocatable: '15 GiB', requested: '12 GiB', share: 0.8 }],
  seesAllPods: true,
  pods: [
    {
      uid: 'a',
      namespace: 'shop',
      name: 'web-1',
      status: 'Running',
      workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      suffers: true,
      incident: { id: 'x1', cause: 'No endpoint is left' },
      fate: { kind: 'at', at: FIXTURE_NOW - 1_000 },
    },
    {
      uid: 'b',
      namespace: 'monitoring',
      name: 'agent',
      status: 'Running',
      workload: { kind: 'DaemonSet', namespace: 'monitoring', name: 'agent' },
      suffers: false,
      fate: { kind: 'never' },
    },
  ],
  podCount: 2,
  outlook: ['It is cordoned.'],
};
const draw = (nodes: readonly NodeView[]) => renderOnScreen(<NodeSections nodes={nodes} name="n1" />);
const row = (table: string, name: RegExp) =>
  within(screen.getByRole('table', { name: table })).getByRole('row', { name }).textContent;

describe('a node', () => {
  it('tells its conditions, its resources and its taints by words, not by colour', () => {
    draw([NODE]);
    expect(row('Conditions of n1', /Ready/)).toContain('Unknown, bad');
    expect(row('Resources of n1', /memory/)).toContain('80 %');
    expect(screen.getByRole('list', { name: 'Taints of n1' }).textContent).toContain('unreachable:NoExecute');
    expect(screen.getByText('last report', { exact: false }).textContent).toContain('never');
  });

  it('says of each pod when it leaves, and links to the incident that tells of its trouble', () => {
    draw([NODE]);
    expect(row('Pods on n1', /web-1/)).toContain('due since');
    expect(row('Pods on n1', /agent/)).toContain('never: it tolerates the taints');
    const link = screen.getByRole('link', { name: 'No endpoint is left' });
    expect(link.getAttribute('href')).toContain('/incidents/x1');
  });

  it('without pods, resources, taints and conditions says so', () => {
    draw([{ ...NODE, pods: [], podCount: 0, resources: [], taints: [], conditions: [], seesAllPods: false }]);
    expect(screen.getByText('No pod that may be looked at is on it.')).toBeDefined();
    expect(screen.getByText('None: every pod may come.')).toBeDefined();
    expect(screen.getByText('Its kubelet has reported no condition.')).toBeDefined();
    expect(screen.getByText('Its kubelet has not said what it has.')).toBeDefined();
  });

  it('that is gone, or may not be read, names the permission', () => {
    draw([]);
    expect(screen.getByText('list nodes')).toBeDefined();
  });
});
