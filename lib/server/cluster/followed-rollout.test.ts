import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aDeployment } from '#lib/testing/build-workload.ts';
import { followedRollout, writtenState } from './followed-rollout.ts';

const deployment = aDeployment({
  meta: { generation: 4 },
  observedGeneration: 4,
  replicas: { desired: 2, current: 2, updated: 2, ready: 2, available: 2 },
});
const written = {
  uid: deployment.meta.uid,
  generation: 4,
  templateHash: deployment.template.hash,
};

describe('followedRollout', () => {
  it("says what kubectl says once the watch shows the write's own generation", () => {
    expect(followedRollout(written, deployment)).toMatchObject({ state: 'done', updated: 2 });
  });

  it('never calls the rollout before the write its own success', () => {
    const behind = { ...deployment, meta: { ...deployment.meta, generation: 3 } };
    expect(followedRollout(written, behind).state).toBe('waiting');
  });

  it('is superseded by another template, whoever wrote it', () => {
    const other = { ...deployment, template: { ...deployment.template, hash: 'other' } };
    expect(followedRollout(written, other).state).toBe('superseded');
  });

  it('is superseded when the object was created anew under the same name', () => {
    const other = { ...deployment, meta: { ...deployment.meta, uid: 'new' } };
    expect(followedRollout(written, other).state).toBe('superseded');
  });

  const deadline = (lastUpdateAt: number) => ({
    ...deployment,
    replicas: { ...deployment.replicas, available: 1 },
    conditions: [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', lastUpdateAt })],
  });

  it('does not take the missed deadline of the rollout before for its own', () => {
    const after = writtenState(deadline(1_000));
    expect(followedRollout(after, deadline(1_000)).state).toBe('progressing');
  });

  it('reports a deadline that was missed since', () => {
    const after = writtenState(deadline(1_000));
    expect(followedRollout(after, deadline(2_000)).state).toBe('failed');
  });

  it('knows nothing when the Deployment is not in view', () => {
    expect(followedRollout(written, undefined).state).toBe('unknown');
  });
});
