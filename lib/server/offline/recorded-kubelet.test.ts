import { expect, it } from 'vitest';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { diagnoseOffline } from './diagnose-offline.ts';
import { momentOf } from './newest-time.ts';
import { offlineCluster } from './offline-cluster.ts';
import { readManifests } from './read-manifests.ts';

/** Of which family, why, and what happens next. */
function told() {
  const [pods, events] = ['pods', 'events'].map((kind) =>
    readManifests(recordedBytes(`kubelet/${kind}.json`).toString(), kind),
  );
  const objects = [...(pods?.objects ?? []), ...(events?.objects ?? [])];
  const cluster = offlineCluster({ objects, listedKinds: new Set(['Pod', 'Event']) });
  const now = momentOf(objects, Date.parse('2030-01-01T00:00:00Z'));
  return diagnoseOffline(cluster, { logs: new Map(), now })
    .map(({ incident: { owner, family }, findings: [first], next }) => {
      const then = next?.kind === 'untimed' ? next.text : next?.kind === 'timed' ? next.what : undefined;
      return `${owner.name}: ${family}, ${first.causeId}, ${then}`;
    })
    .toSorted();
}

it('explains pods in trouble as a real kubelet writes of them', () => {
  expect(told()).toEqual([
    'absent-host: image, registry-dns-failure, pull',
    'absent-tag: image, image-tag-not-found, pull',
    'config-map-missing: config, configmap-not-found, every sync, 10-15 s',
    'exits-0: crash, app-exits-immediately, restart',
    'exits-1-probed: crash, app-error-exit, restart',
    'exits-1: crash, app-error-exit, restart',
    'exits-3-never: crash, app-error-exit, never by itself',
    'exits-3-with-words: crash, app-error-exit, restart',
    'init-absent-tag: image, image-tag-not-found, pull',
    'init-exits-1: crash, init-container-failing, restart',
    'invalid-name: image, image-name-invalid, every sync, 10-15 s',
    'liveness-404: crash, probe-wrong-port-or-path, restart',
    'must-not-be-root: config, run-as-non-root-root-image, every sync, 10-15 s',
    'never-pull: image, image-never-pull-absent, every sync, 10-15 s',
    'no-such-command: crash, command-not-found, restart',
    'post-start-404: crash, poststart-hook-failed, restart',
    'pull-secret-missing: image, pull-secret-not-found, within 5 min',
    'readiness-404: readiness, probe-wrong-port-or-path, probed every 5 s',
    'readiness-named-port: readiness, probe-named-port-missing, probed every 5 s',
    'secret-key-missing: config, secret-key-not-found, every sync, 10-15 s',
    'sidecar-crashes: crash, wrong-arguments, restart',
    'startup-404: crash, probe-wrong-port-or-path, restart',
    'too-large: eviction, kubelet-admission-rejected, never by itself',
    'volume-config-map-missing: sandbox, configmap-not-found, within 2m2s',
    'volume-secret-missing: sandbox, secret-not-found, within 2m2s',
  ]);
});
