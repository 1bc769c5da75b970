import { describe, expect, it } from 'vitest';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { asWire } from '#lib/kube/to-model/wire.ts';
import { aRawDeployment, FakeDeployments } from '#lib/testing/fake-deployments.ts';
import { imageOf, setUp, TARGET, UNDO } from './action-world.fixture.ts';
import { previewAction } from './preview.ts';

describe('previewAction', () => {
  it('checks, dry-runs and writes nothing', async () => {
    const world = setUp();
    const preview = await previewAction(world.deps, { target: TARGET, action: UNDO });
    expect(preview).toMatchObject({
      title: 'Roll back shop/web from revision 2 to 1',
      confirmLabel: 'Roll back to 1',
      refusals: [],
    });
    expect(preview.checks.map(({ name, result }) => [name, result])).toEqual([
      ['Permission', 'pass'],
      ['Dry run', 'pass'],
      ['Target', 'pass'],
      ['Image', 'unknown'],
      ['Autoscaler', 'unknown'],
    ]);
    expect(imageOf(world)).toBe('ghcr.io/acme/web:2');
    expect(world.deps.receipts.list()).toEqual([]);
  });

  it('never shows an env value', async () => {
    const preview = await previewAction(setUp().deps, { target: TARGET, action: UNDO });
    expect(JSON.stringify(preview)).not.toContain('hunter2');
  });

  it('refuses what the dry run shows the server would refuse', async () => {
    const world = setUp();
    const client = {
      ...world.deps.client,
      patchWorkload: () => Promise.reject(new ApiStatusError('exceeded quota: q', { code: 403 })),
    };
    const preview = await previewAction({ ...world.deps, client }, { target: TARGET, action: UNDO });
    expect(preview.refusals).toEqual(['The server does not accept the change: exceeded quota: q']);
  });

  it('says how to make the change stay under Argo CD', async () => {
    const world = setUp();
    world.server.deployment = {
      ...world.server.deployment,
      metadata: {
        ...asWire(world.server.deployment['metadata']),
        labels: { 'argocd.argoproj.io/instance': 'shop' },
      },
    };
    const preview = await previewAction(world.deps, { target: TARGET, action: UNDO });
    expect(preview.advice?.command).toBe('argocd app set shop --sync-policy none');
    expect(preview.checks.at(-1)).toMatchObject({ name: 'Managed by', result: 'note' });
  });

  it('explains an undo that has nowhere to go', async () => {
    const deps = { ...setUp().deps };
    const only = new FakeDeployments(aRawDeployment());
    const client = {
      ...deps.client,
      getWorkload: async () => only.deployment,
      listRecords: async () => only.replicaSets,
    };
    const preview = await previewAction(
      { ...deps, client },
      { target: TARGET, action: { type: 'rollback', toRevision: 4 } },
    );
    expect(preview.refusals).toEqual(['There is no other revision in the history.']);
  });
});
