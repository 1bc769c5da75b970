import { describe, expect, it } from 'vitest';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { aRevision } from '#lib/testing/build-cluster.ts';
import { aContainer, aTemplate } from '#lib/testing/build-template.ts';
import { aDeployment, type DeploymentInput } from '#lib/testing/build-workload.ts';
import { kubectlCommand } from './kubectl-command.ts';
import { actionRefusals, type RefusalInput } from './refusals.ts';

const containers = [
  aContainer({ image: 'ghcr.io/acme/web:2' }),
  aContainer({ name: 'proxy', image: 'envoy:1' }),
];
const current = aRevision({
  number: 8,
  isCurrent: true,
  template: aTemplate({ hash: 'h8' }),
  pastRevisions: [6],
});
const old = aRevision({ number: 7, template: aTemplate({ hash: 'h7' }) });

function inputOf(deployment: DeploymentInput = {}, input: Partial<RefusalInput> = {}): RefusalInput {
  return {
    workload: aDeployment({ ...deployment, template: { hash: 'h8', containers } }),
    revisions: [current, old],
    readOnly: false,
    ...input,
  };
}
const undo = (toRevision: number): ActionSpec => ({ type: 'rollback', toRevision });
const image = (container: string, name: string): ActionSpec => ({
  type: 'set-image',
  container,
  image: name,
});

describe('actionRefusals', () => {
  it('has nothing against an undo to another template', () => {
    expect(actionRefusals(inputOf(), undo(7))).toEqual([]);
  });

  it.each<[string, RefusalInput, ActionSpec, string]>([
    [
      'a paused rollout',
      inputOf({ paused: true }),
      undo(7),
      'The rollout is paused; resume it first: kubectl rollout resume deployment/web -n shop',
    ],
    [
      'the current template',
      inputOf(),
      undo(8),
      'Revision 8 is already running: its template is the current one.',
    ],
    ['a number that moved', inputOf(), undo(6), 'Revision 6 is now revision 8: somebody rolled back to it.'],
    [
      'a revision out of the history',
      inputOf(),
      undo(2),
      'Revision 2 has left the history (spec.revisionHistoryLimit is 10).',
    ],
    [
      'a history of one',
      inputOf({}, { revisions: [old] }),
      undo(3),
      'There is no other revision in the history.',
    ],
    ['an object on its way out', inputOf({ meta: { deletedAt: 1 } }), undo(7), 'shop/web is being deleted.'],
    [
      'a missing permission',
      inputOf({}, { mayPatch: false }),
      undo(7),
      'You may not patch deployments in namespace shop.',
    ],
    [
      'a read-only server',
      inputOf({}, { readOnly: true }),
      undo(7),
      'This server is read-only; it changes nothing in the cluster.',
    ],
    [
      'an unknown container',
      inputOf(),
      image('api', 'x:1'),
      'There is no container api; there is web, proxy.',
    ],
    ['the same image', inputOf(), image('proxy', 'envoy:1'), 'proxy already uses envoy:1.'],
    [
      'a text that is no image',
      inputOf(),
      image('web', 'https://ghcr.io/web:1'),
      '"https://ghcr.io/web:1" is not an image name: it starts with a URL scheme.',
    ],
  ])('refuses %s', (_what, input, action, sentence) => {
    expect(actionRefusals(input, action)).toEqual([sentence]);
  });

  it('gives every reason at once', () => {
    expect(actionRefusals(inputOf({ paused: true }, { readOnly: true }), undo(8))).toHaveLength(3);
  });
});

describe('kubectlCommand', () => {
  const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };

  it('is there beside a refusal', () => {
    expect(actionRefusals(inputOf({}, { readOnly: true }), undo(7))).toEqual([
      'This server is read-only; it changes nothing in the cluster.',
    ]);
    expect(kubectlCommand(web, undo(7))).toBe('kubectl rollout undo deployment/web -n shop --to-revision=7');
  });

  it('quotes what could run in a shell', () => {
    expect(kubectlCommand(web, image('web', 'x:1; rm -rf ~'))).toBe(
      "kubectl set image deployment/web -n shop 'web=x:1; rm -rf ~'",
    );
  });
});
