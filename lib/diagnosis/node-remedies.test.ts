import { describe, expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import { nodeRemedies } from './node-remedies.ts';

const CAUSES = [
  'node-kubelet-stopped',
  'node-network-not-ready',
  'node-runtime-unhealthy',
  'node-disk-pressure',
  'node-memory-pressure',
] as const;
const commands = (...args: Parameters<typeof nodeRemedies>) =>
  nodeRemedies(...args).flatMap((remedy) => remedy.commands);

describe('nodeRemedies', () => {
  it.each(CAUSES)('of %s begin with a look at the node, and name it in every command', (causeId) => {
    const found = commands(aNode({ name: 'gpu-7' }), causeId);
    expect(found[0]).toBe('kubectl describe node gpu-7');
    const general = ['kubectl top pods -A --sort-by=memory'];
    expect(found.filter((command) => !command.includes('gpu-7') && !general.includes(command))).toEqual([]);
  });

  it.each(CAUSES)('of %s end with lifting a cordon where there is one', (causeId) => {
    expect(commands(aNode({ name: 'gpu-7', unschedulable: true }), causeId).at(-1)).toBe(
      'kubectl uncordon gpu-7',
    );
  });

  it('restart the runtime that the node has', () => {
    const restart = (containerRuntime: string) =>
      commands(aNode({ containerRuntime }), 'node-runtime-unhealthy').find((each) => each.startsWith('ssh'));
    expect(restart('cri-o://1.35.0')).toContain('restart crio');
    expect(restart('containerd://2.1.4')).toContain('restart containerd');
  });

  it('warn before the pods of a silent node are given up', () => {
    const last = nodeRemedies(aNode(), 'node-kubelet-stopped').at(-1);
    expect(last?.commands.at(-1)).toBe('kubectl delete node node-1');
    expect(last?.detail).toMatch(/run twice/);
  });
});
