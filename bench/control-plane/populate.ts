import { asText, asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import type { ApiRequest, Transport } from '#lib/sandbox/transport.ts';
import { PAGE_SIZE, podsToCreate } from '../ingest/pods.ts';
import { inParallel } from './in-parallel.ts';

/** A pod on the server, as far as a later change of its status needs it. */
export type PodThere = {
  readonly namespace: string;
  readonly name: string;
  readonly isBroken: boolean;
  readonly containerStatuses: readonly Wire[];
};

/** Who writes: the API server keeps their names in managedFields. */
export type Writers = { readonly controllers: Transport; readonly kubelet: Transport };

export const WORKERS = 16;

/** The pods of `count / PAGE_SIZE` pages, their namespaces and service accounts. @throws Error with what the API server said. */
export async function populate(
  { controllers, kubelet }: Writers,
  count: number,
  signal: AbortSignal,
): Promise<readonly PodThere[]> {
  const pods = podsOf(count);
  const namespaces = new Map<string, Set<string>>();
  for (const { metadata, spec } of pods) {
    const namespace = asText(asWire(metadata)['namespace']);
    const accounts = namespaces.get(namespace) ?? new Set(['default']);
    namespaces.set(namespace, accounts.add(asText(asWire(spec)['serviceAccountName'])));
  }
  await inParallel(namespaces, { workers: WORKERS }, async ([name, accounts]) => {
    await create(controllers, '/api/v1/namespaces', { metadata: { name } }, signal);
    for (const account of accounts) {
      const path = `/api/v1/namespaces/${name}/serviceaccounts`;
      await create(controllers, path, { metadata: { name: account } }, signal);
    }
  });
  const there: PodThere[] = [];
  await inParallel(pods, { workers: WORKERS }, async ({ status, ...pod }) => {
    const namespace = asText(asWire(pod['metadata'])['namespace']);
    const name = asText(asWire(pod['metadata'])['name']);
    await create(controllers, `/api/v1/namespaces/${namespace}/pods`, pod, signal);
    const containerStatuses = asWires(asWire(status)['containerStatuses']);
    const isBroken = containerStatuses.some(({ ready }) => ready === false);
    const made = { namespace, name, isBroken, containerStatuses };
    await patchStatus(kubelet, made, asWire(status), signal);
    there.push(made);
  });
  return there;
}

function podsOf(count: number): readonly Wire[] {
  const pages = Array.from({ length: Math.ceil(count / PAGE_SIZE) }, (_, number) => podsToCreate(number));
  return pages.flat().slice(0, count).map(ownedApart);
}

/** A failing pod is the only one of its workload that fails: its restarts are the workload's then. */
function ownedApart(pod: Wire, index: number): Wire {
  const metadata = asWire(pod['metadata']);
  const [owner = {}] = asWires(metadata['ownerReferences']);
  const isBroken = asWires(asWire(pod['status'])['containerStatuses']).some(({ ready }) => ready === false);
  if (!isBroken) return pod;
  const uid = `${asText(owner['uid']).slice(0, -6)}${String(index).padStart(6, '0')}`;
  return {
    ...pod,
    metadata: {
      ...metadata,
      ownerReferences: [{ ...owner, name: `${asText(owner['name'])}-${index}`, uid }],
    },
  };
}

/** As the kubelet reports a restart: the list of statuses is one value to the API server, so all of it is sent. */
export function restart(
  kubelet: Transport,
  pod: PodThere,
  restartCount: number,
  signal: AbortSignal,
): Promise<void> {
  const [first = {}, ...others] = pod.containerStatuses;
  const containerStatuses = [{ ...first, restartCount }, ...others];
  return patchStatus(kubelet, pod, { containerStatuses }, signal);
}

async function create(by: Transport, path: string, body: Wire, signal: AbortSignal): Promise<void> {
  // What is there already was made by the first of two attempts.
  await asked(by, { method: 'POST', path, body, signal }, { done: [201, 409] });
}

function patchStatus(by: Transport, pod: PodThere, status: Wire, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/status`;
  const contentType = 'application/strategic-merge-patch+json';
  return asked(by, { method: 'PATCH', path, body: { status }, contentType, signal }, { done: [200] });
}

const ATTEMPTS = 4;
/** Too busy, or not done in time: a crowded machine must not end a run of minutes. */
const TRANSIENT = new Set([429, 500, 503, 504]);

async function asked(
  by: Transport,
  request: ApiRequest,
  { done }: { readonly done: readonly number[] },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { status, body } = await by.request(request);
    if (done.includes(status)) return;
    if (attempt < ATTEMPTS && TRANSIENT.has(status)) continue;
    const { method, path } = request;
    throw new Error(`${method} ${path}: HTTP ${status}: ${asText(asWire(body)['message'])}`);
  }
}
