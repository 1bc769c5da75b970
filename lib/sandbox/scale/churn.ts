import type { Deployment } from '#lib/sandbox/client/objects.ts';
import { epochMs, seconds } from '#lib/sandbox/client/time.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { CRASHING_TAG } from '#lib/sandbox/programs/images.ts';
import type { Random } from '#lib/sandbox/random.ts';

/** One thing people do to such a cluster every so often; the more workloads, the more often. */
const EVERY_MS_PER_WORKLOAD = 4_000_000;
/** How much of the fleet crashes at a time. */
const CRASHING_SHARE = 0.003;
/** Somebody notices a bad release and rolls it back. */
const NOTICED_AFTER_MS = 25 * 60_000;
const BROKEN_AT = 'sandbox.local/broken-at';
const GOOD_IMAGE = 'sandbox.local/good-image';
const TAGS = ['1.0.0', '1.1.0', '1.2.0', '1.2.1', '1.3.0', '2.0.0', '2.0.1', '2.1.0', '3.0.0'];

/**
 * Keeps a large cluster moving: rolling restarts, releases, scaling, and a few bad releases that crash until they are
 * rolled back. Only touches Deployments of the in-house services.
 */
export function startChurn(cluster: Cluster, { pods, random }: { pods: number; random: Random }): void {
  const { clock, activity, report, informers } = cluster;
  const eligible = (): readonly Deployment[] => informers.deployments.list().filter(isInHouse);
  const act = async (): Promise<void> => {
    const all = eligible();
    await healOne(cluster, all);
    if (crashingPods(all) < pods * CRASHING_SHARE) await breakOne(cluster, all, random);
    else await changeOne(cluster, all, random);
  };
  const turn = (): void => {
    activity.track(act().catch(report));
    const pause = EVERY_MS_PER_WORKLOAD / Math.max(1, eligible().length);
    clock.after(Math.round(pause * (0.5 + random.unit())), turn);
  };
  // The first bad releases are there from the beginning.
  clock.after(1000, () => {
    const start = async (): Promise<void> => {
      for (let broken = -1; broken !== crashingPods(eligible());) {
        broken = crashingPods(eligible());
        if (broken < pods * CRASHING_SHARE) await breakOne(cluster, eligible(), random);
      }
    };
    activity.track(start().catch(report));
    clock.after(5000, turn);
  });
}

const isInHouse = ({ spec }: Deployment): boolean =>
  imageOf(spec.template.spec.containers[0]?.image).repository.startsWith('ghcr.io/acme/');

const isBroken = ({ metadata }: Deployment): boolean => metadata.annotations?.[BROKEN_AT] !== undefined;

/** A bad release replaces a quarter of the pods and adds a quarter; then it is stuck. */
const crashingOf = ({ spec: { replicas = 1 } }: Deployment): number =>
  Math.floor(replicas / 4) + Math.ceil(replicas / 4);
const crashingPods = (all: readonly Deployment[]): number =>
  all.filter(isBroken).reduce((sum, each) => sum + crashingOf(each), 0);

function imageOf(image = ''): { repository: string; tag: string } {
  const colon = image.lastIndexOf(':');
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
}

function patchOf(deployment: Deployment, image: string, annotations: Record<string, string | null>): object {
  const containers = deployment.spec.template.spec.containers.map((each, index) =>
    index === 0 ? { ...each, image } : each,
  );
  const cause = { 'kubernetes.io/change-cause': `release ${imageOf(image).tag}` };
  return {
    metadata: { annotations: { ...cause, ...annotations } },
    spec: { template: { spec: { containers } } },
  };
}

async function write({ api }: Cluster, deployment: Deployment, patch: object): Promise<void> {
  await api.apply({ verb: 'merge', target: targetOf('Deployment', deployment), patch });
}

async function healOne(cluster: Cluster, all: readonly Deployment[]): Promise<void> {
  const noticed = all.find(
    ({ metadata: { annotations } }) =>
      annotations?.[BROKEN_AT] !== undefined &&
      cluster.clock.now() - epochMs(annotations[BROKEN_AT]) > NOTICED_AFTER_MS,
  );
  const good = noticed?.metadata.annotations?.[GOOD_IMAGE];
  if (noticed && good)
    await write(cluster, noticed, patchOf(noticed, good, { [BROKEN_AT]: null, [GOOD_IMAGE]: null }));
}

async function breakOne(cluster: Cluster, all: readonly Deployment[], random: Random): Promise<void> {
  const small = all.filter((each) => !isBroken(each) && (each.spec.replicas ?? 1) <= 10);
  const unlucky = small[random.below(small.length)];
  if (!unlucky) return;
  const image = unlucky.spec.template.spec.containers[0]?.image ?? '';
  const bad = `${imageOf(image).repository}:${CRASHING_TAG}`;
  const annotations = { [BROKEN_AT]: seconds(cluster.clock.now()), [GOOD_IMAGE]: image };
  await write(cluster, unlucky, patchOf(unlucky, bad, annotations));
}

/** A restart, a release, or another size. */
async function changeOne(cluster: Cluster, all: readonly Deployment[], random: Random): Promise<void> {
  const healthy = all.filter((each) => !isBroken(each));
  const chosen = healthy[random.below(healthy.length)];
  if (!chosen) return;
  const { replicas = 1, template } = chosen.spec;
  const what = random.unit();
  if (what < 0.5) {
    const restartedAt = { 'kubectl.kubernetes.io/restartedAt': seconds(cluster.clock.now()) };
    await write(cluster, chosen, { spec: { template: { metadata: { annotations: restartedAt } } } });
  } else if (what < 0.75) {
    const step = Math.max(1, Math.round(replicas / 5));
    const next = replicas > 2 && random.unit() < 0.5 ? replicas - step : replicas + step;
    await write(cluster, chosen, { spec: { replicas: next } });
  } else {
    const { repository, tag } = imageOf(template.spec.containers[0]?.image);
    const next = TAGS[(TAGS.indexOf(tag) + 1) % TAGS.length] ?? tag;
    await write(cluster, chosen, patchOf(chosen, `${repository}:${next}`, {}));
  }
}
