import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Node, Pod, Service } from '#lib/sandbox/client/objects.ts';
import { reconcileEndpointSlice } from './endpoint-slice.ts';

const metadata = (name: string) => ({
  name,
  namespace: 'shop',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '',
});
const service: Service = {
  metadata: metadata('cart'),
  spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'http' }] },
};
const nodes: readonly Node[] = [
  { metadata: { ...metadata('n'), labels: { 'topology.kubernetes.io/zone': 'zone-a' } }, spec: {} },
];
const aPod = (name: string, ready: boolean, app = 'cart'): Pod => ({
  metadata: { ...metadata(name), labels: { app } },
  spec: {
    nodeName: 'n',
    containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }],
  },
  status: {
    phase: 'Running',
    podIP: `10.0.0.${name}`,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});

/** The slice a pass asks for. */
function written(pods: readonly Pod[], slices: readonly EndpointSlice[] = []): EndpointSlice {
  const [write] = reconcileEndpointSlice({ service, pods, slices, nodes }).writes;
  if (write?.verb === 'create') {
    return {
      ...write.object,
      metadata: { ...metadata('cart-x'), ...write.object.metadata },
    } as EndpointSlice;
  }
  if (write?.verb === 'merge') return write.patch as EndpointSlice;
  throw new Error('nothing was written');
}

describe('EndpointSlice controller', () => {
  it('publishes selected pods with their readiness, and the port by name', () => {
    const slice = written([aPod('1', true), aPod('2', false), aPod('3', true, 'other')]);
    expect(slice.endpoints?.map(({ addresses, conditions }) => [addresses[0], conditions.ready])).toEqual([
      ['10.0.0.1', true],
      ['10.0.0.2', false],
    ]);
    expect(slice.endpoints?.map(({ nodeName, zone }) => [nodeName, zone])).toContainEqual(['n', 'zone-a']);
    expect(slice.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }]);
  });

  it('takes a pod that is being deleted out of the ready ones at once', () => {
    const pod = aPod('1', true);
    const going = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-05T12:00:00Z' } };
    expect(written([going]).endpoints?.[0]?.conditions).toEqual({
      ready: false,
      serving: true,
      terminating: true,
    });
  });

  it('asks for nothing new the second time', () => {
    const pods = [aPod('1', true)];
    const slice = written(pods);
    expect(reconcileEndpointSlice({ service, pods, slices: [slice], nodes }).writes).toEqual([]);
    expect(written([aPod('1', false)], [slice]).endpoints?.[0]?.conditions.ready).toBe(false);
  });
});
