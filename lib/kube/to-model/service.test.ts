import { describe, expect, it } from 'vitest';
import type { ToModelContext } from './context.ts';
import { toNode } from './node.ts';
import { toEndpointSlice, toService } from './service.ts';
import { createValueHash } from './value-hash.ts';

const context: ToModelContext = { hash: createValueHash(Buffer.from('k')), odd: () => undefined };

describe('the smaller kinds', () => {
  it('a node keeps taints, conditions and versions', () => {
    const node = toNode(
      {
        metadata: { name: 'n1', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
        spec: { unschedulable: true, taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
        status: {
          allocatable: { cpu: '4', pods: 110 },
          nodeInfo: {
            kubeletVersion: 'v1.35.7',
            architecture: 'arm64',
            containerRuntimeVersion: 'containerd://2.1',
          },
          conditions: [{ type: 'Ready', status: 'Unknown' }],
        },
      },
      context,
    );
    expect(node).toMatchObject({
      unschedulable: true,
      taints: [{ key: 'gpu', value: '', effect: 'NoSchedule' }],
      allocatable: { cpu: '4', pods: '110' },
      kubeletVersion: 'v1.35.7',
      architecture: 'arm64',
      conditions: [{ type: 'Ready', status: 'Unknown', reason: '', message: '' }],
    });
  });

  it('a service port without targetPort targets itself; a slice endpoint is ready unless it says no', () => {
    expect(
      toService({ spec: { ports: [{ port: 80 }, { port: 81, targetPort: 'http' }] } }, context).ports,
    ).toEqual([
      { name: undefined, port: 80, targetPort: 80 },
      { name: undefined, port: 81, targetPort: 'http' },
    ]);
    const slice = toEndpointSlice(
      {
        metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
        endpoints: [
          { targetRef: { kind: 'Pod', name: 'web-1' }, conditions: {} },
          { conditions: { ready: false } },
        ],
      },
      context,
    );
    expect(slice).toMatchObject({
      serviceName: 'web',
      endpoints: [
        { podName: 'web-1', ready: true },
        { podName: undefined, ready: false },
      ],
    });
  });
});
