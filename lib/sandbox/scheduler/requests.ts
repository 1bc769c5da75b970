import type { ContainerSpec, Pod, ResourceList } from '#lib/sandbox/client/objects.ts';
import { quantity } from '#lib/sandbox/quantity.ts';

/** Whole units by resource: cpu in thousandths of a core, everything else in bytes or pieces. */
export type Amounts = Readonly<Record<string, number>>;

const known = new WeakMap<Pod, Amounts>();

/** Integers, so that sums are exact: 4000 - 3700 leaves room for 300. */
export function amount(resource: string, text: string | undefined): number {
  const value = quantity(text) * (resource === 'cpu' ? 1000 : 1);
  return Math.ceil(Number(value.toFixed(6)));
}

/**
 * What a pod asks for: its containers and sidecars together, or the hungriest moment of its start if that is more, plus
 * the overhead (component-helpers/resource/helpers.go, PodRequests).
 */
export function requestsOf(pod: Pod): Amounts {
  const before = known.get(pod);
  if (before) return before;
  const { containers, initContainers = [], overhead } = pod.spec;
  const running = containers.map(requestsOfContainer).reduce(plus, {});
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of initContainers) {
    const own = plus(requestsOfContainer(container), sidecars);
    if (container.restartPolicy === 'Always') sidecars = own;
    starting = larger(starting, own);
  }
  const made = plus(larger(plus(running, sidecars), starting), amounts(overhead));
  known.set(pod, made);
  return made;
}

const sums = new WeakMap<readonly Pod[], Amounts>();

/** The sum over pods; remembered by the list, which stays the same as long as nothing on its node changes. */
export function requestsOfAll(pods: readonly Pod[]): Amounts {
  const before = sums.get(pods);
  if (before) return before;
  const sum: Record<string, number> = {};
  for (const pod of pods) {
    for (const [name, value] of Object.entries(requestsOf(pod))) sum[name] = (sum[name] ?? 0) + value;
  }
  sums.set(pods, sum);
  return sum;
}

const requestsOfContainer = ({ resources }: ContainerSpec): Amounts => amounts(resources?.requests);

export function amounts(list: ResourceList = {}): Amounts {
  return Object.fromEntries(Object.entries(list).map(([name, text]) => [name, amount(name, String(text))]));
}

const plus = (a: Amounts, b: Amounts): Amounts => merged(a, b, (x, y) => x + y);
const larger = (a: Amounts, b: Amounts): Amounts => merged(a, b, Math.max);

function merged(a: Amounts, b: Amounts, join: (x: number, y: number) => number): Amounts {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, join(a[name] ?? 0, b[name] ?? 0)]));
}
