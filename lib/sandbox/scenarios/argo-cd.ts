import type { ConfigMap, KubeObject } from '#lib/sandbox/client/objects.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { upsert } from './upsert.ts';

/** `<application>:<group>/<kind>:<namespace>/<name>`, as Argo CD marks what it manages since 3.0. */
export const TRACKING_ID = 'argocd.argoproj.io/tracking-id';

/** A ConfigMap with it is the Git repository of one application: its data are manifests by file name. */
const GIT_LABEL = 'sandbox.local/git-repository';

/**
 * How long a change by hand lasts
 * (https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-self-healing: 5 s).
 */
const SELF_HEAL_MS = 5000;

/** What Git says of one application: a commit is nothing but a new content. */
export function gitCommit(application: string, ...manifests: readonly Draft[]): Draft {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'argocd',
      name: `git-${application}`,
      labels: { [GIT_LABEL]: application },
    },
    data: Object.fromEntries(
      manifests.map((manifest) => [`${manifest.metadata.name ?? ''}.json`, JSON.stringify(manifest)]),
    ),
  };
}

/**
 * Plays Argo CD with automatic sync and self-healing for Deployments: an API client like any other that makes the
 * cluster look like Git, at once after a commit and a few seconds after anybody else's change. Fields Git does not
 * name are nobody's business of its.
 */
export function startArgoCd(cluster: Cluster): void {
  const { clock, activity, report, api, informers } = cluster;
  const queue = new WorkQueue({ clock, activity, report, process: sync });

  async function sync(repository: string): Promise<void> {
    const found = informers.configMaps.get('argocd', repository);
    for (const manifest of manifestsIn(found)) {
      const live = informers.deployments.get(manifest.metadata.namespace, manifest.metadata.name ?? '');
      if (!live || !covers(live, wanted(manifest))) await upsert(api, manifest);
    }
  }

  informers.configMaps.subscribe(({ object, deleted }) => {
    if (!deleted && isRepository(object)) queue.add(object.metadata.name);
  });
  informers.deployments.subscribe(({ object }) => {
    const application = object.metadata.annotations?.[TRACKING_ID]?.split(':')[0];
    if (application) queue.addAfter(`git-${application}`, SELF_HEAL_MS);
  });
}

const isRepository = ({ metadata: { namespace, labels } }: KubeObject): boolean =>
  namespace === 'argocd' && labels?.[GIT_LABEL] !== undefined;

/** Deployments only; a file that cannot be read is skipped, as a broken commit would be. */
function manifestsIn(repository: ConfigMap | undefined): readonly Draft[] {
  if (!repository || !isRepository(repository)) return [];
  return Object.values(repository.data ?? {}).flatMap((text): Draft[] => {
    try {
      const manifest = JSON.parse(text) as Partial<Draft>; // wire edge
      return manifest.kind === 'Deployment' && manifest.metadata ? [manifest as Draft] : [];
    } catch {
      return [];
    }
  });
}

const wanted = ({ metadata: { labels, annotations }, spec }: Draft): unknown => ({
  metadata: { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
  spec,
});

/** Whether everything `part` says is so in `whole`; lists must agree item by item. */
function covers(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((each, index) => covers(whole[index], each))
    );
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return false;
  const fields = new Map(Object.entries(whole));
  return Object.entries(part).every(([name, value]) => covers(fields.get(name), value));
}
