import { expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { aContainerStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { RunningImages } from './running-images.ts';

const web = aPod({ name: 'web', nodeName: 'node-1' });
const [image = ''] = web.template.containers.map((container) => container.image);
const pulling = (pod: Pod): Pod => ({
  ...pod,
  statuses: [aContainerStatus({ state: waiting('ImagePullBackOff') })],
});

function seen(...pods: readonly Pod[]): RunningImages {
  const images = new RunningImages();
  for (const object of pods) images.see({ type: 'added', object });
  return images;
}

it('what a pod runs itself is not what others run beside it', () => {
  expect(seen(web).besides(web)).toEqual([]);
});

it('an image another pod runs on the node is in its store, whatever the pod itself runs', () => {
  const other = aPod({ name: 'api', nodeName: 'node-1' });
  expect(seen(web, other).besides(web)).toEqual([image]);
  expect(seen(pulling(web), other).besides(pulling(web))).toEqual([image]);
});

it('what runs on another node, or only wants to run, proves nothing about this one', () => {
  const elsewhere = aPod({ name: 'api', nodeName: 'node-2' });
  const waits = pulling(aPod({ name: 'db', nodeName: 'node-1' }));
  expect(seen(web, elsewhere, waits).besides(web)).toEqual([]);
});

it('a pod without a node has no store beside it', () => {
  const unbound = aPod({ name: 'new', nodeName: undefined });
  expect(seen(web, unbound).besides(unbound)).toEqual([]);
});

it('an image is gone from the node with the last pod that ran it', () => {
  const other = aPod({ name: 'api', nodeName: 'node-1' });
  const images = seen(web, other);
  images.see({ type: 'modified', object: pulling(other), previous: other });
  expect(images.besides(web)).toEqual([]);
  images.see({ type: 'modified', object: other, previous: pulling(other) });
  images.see({ type: 'deleted', object: other });
  expect(images.besides(web)).toEqual([]);
});
