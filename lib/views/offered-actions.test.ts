import { describe, expect, it } from 'vitest';
import type { Finding } from '#lib/model/finding.ts';
import { aRevision } from '#lib/testing/build-cluster.ts';
import { aContainer, aTemplate } from '#lib/testing/build-template.ts';
import { aDeployment, aJob, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import type { IncidentFacts } from './incident-facts.ts';
import { rollbackAction, setImageAction } from './offered-actions.ts';

const finding: Finding = {
  causeId: 'unknown',
  certainty: 'unknown',
  title: '',
  sentence: '',
  evidence: [],
  candidates: [],
  unchecked: [],
  remedies: [],
};

function facts(input: Partial<IncidentFacts> = {}): IncidentFacts {
  const rolling = input.rolling ?? aDeployment({ template: { hash: 'bad' } });
  const good = aRevision({ number: 1, template: aTemplate({ hash: 'good' }) });
  const bad = aRevision({ number: 2, isCurrent: true, template: rolling.template });
  const problem = {
    family: 'crash',
    owner: aWorkloadRef(),
    reason: 'x',
    sinceAt: 1,
    restartCount: 1,
  } as const;
  return {
    incident: {
      id: 'a',
      cluster: 'test',
      owner: aWorkloadRef(),
      family: 'crash',
      severity: 'critical',
      sinceAt: 1,
      problems: [problem],
    },
    findings: [finding],
    workload: rolling,
    rolling,
    revisions: [bad, good],
    lastGood: { revision: good, proof: 'proven', because: '' },
    changes: [],
    pods: [],
    services: [],
    strip: { createdAt: 0, recordedFromAt: 0, bars: [], marks: [], rolloutAt: [] },
    lanes: [],
    entries: [],
    readOnly: false,
    now: at('10:00:00'),
    ...input,
  };
}

describe('rollbackAction', () => {
  it('goes to the last good revision by its number', () => {
    expect(rollbackAction(facts())).toMatchObject({
      spec: { type: 'rollback', toRevision: 1 },
      refusals: [],
      kubectl: expect.stringContaining('--to-revision=1') as string,
    });
  });

  it.each([
    ['without a good revision', { lastGood: undefined }, /No other revision/],
    ['with one revision only', { lastGood: undefined, revisions: [] }, /no other revision in the history/],
    [
      'with a history that may not be read',
      {
        lastGood: undefined,
        revisions: [],
        historyGap: { what: 'Earlier revisions of web', permission: 'list replicasets in shop' },
      },
      /it takes permission to list replicasets in shop/,
    ],
    ['on a read-only server', { readOnly: true }, /read-only/],
    ['while the rollout is paused', { rolling: aDeployment({ paused: true }) }, /paused/],
    ['when the Deployment cannot be read', { rolling: undefined }, /cannot be read/],
  ])('is shown with the reason against it %s', (_when, input, sentence) => {
    const all = { ...facts(), ...input };
    expect(rollbackAction(all).refusals.join(' ')).toMatch(sentence);
  });

  it('is not offered on what keeps no templates', () => {
    const job = facts();
    const incident = { ...job.incident, owner: aWorkloadRef({ kind: 'Job' }) };
    const offered = rollbackAction({
      ...job,
      incident,
      workload: aJob(),
      rolling: undefined,
      lastGood: undefined,
    });
    expect(offered.refusals).toEqual([
      'Only Deployments, StatefulSets and DaemonSets can be changed from here, not a Job.',
    ]);
  });

  it('has nothing to undo once the incident has recovered', () => {
    const open = facts();
    const recovered = { ...open, incident: { ...open.incident, problems: [], recoveredAt: 2 } };
    expect(rollbackAction(recovered).refusals).toHaveLength(1);
  });
});

describe('setImageAction', () => {
  it('opens on the container that fails', () => {
    const containers = [aContainer({ name: 'web' }), aContainer({ name: 'redis', image: 'redis:7' })];
    const action = setImageAction(
      facts({
        rolling: aDeployment({ template: { containers } }),
        findings: [{ ...finding, container: 'redis' }],
      }),
    );
    expect(action).toMatchObject({ spec: { container: 'redis', image: 'redis:7' }, refusals: [] });
  });

  it('stays open when the present image has no valid name: that is what it cures', () => {
    const containers = [aContainer({ image: 'Acme/web:1:2' })];
    expect(setImageAction(facts({ rolling: aDeployment({ template: { containers } }) })).refusals).toEqual(
      [],
    );
  });

  it('refuses an image that runs already', () => {
    const [container] = facts().rolling?.template.containers ?? [];
    expect(setImageAction(facts(), { image: container?.image ?? '' }).refusals.join()).toMatch(
      /already uses/,
    );
  });
});
