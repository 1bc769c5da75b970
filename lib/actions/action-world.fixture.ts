import type { ExecuteRequest } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { ApiNetworkError } from '#lib/kube/network-error.ts';
import { FakeDeployments } from '#lib/testing/fake-deployments.ts';
import type { ActionClient } from './action-client.ts';
import { type ExecuteDeps, executeAction } from './execute.ts';
import { previewAction } from './preview.ts';
import { createReceipts } from './receipts.ts';

export type Fate =
  'ok' | 'lost-before' | 'lost-after' | 'late' | '504-after' | '500-before' | 'connection-refused';
const context = { hash: (text: string) => text, odd: () => undefined };
export const TARGET = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const;
export const UNDO: ActionSpec = { type: 'rollback', toRevision: 1 };
export const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const broken = () => new ApiNetworkError('reset', 'The connection broke.');
/** What the client gets when the write was not applied, and when it was. */
const BEFORE: Partial<Record<Fate, () => Error>> = {
  'connection-refused': () => new ApiNetworkError('refused', 'The API server refuses connections.'),
  'lost-before': broken,
  '500-before': () => new ApiStatusError('etcdserver: request timed out', { code: 500 }),
};
const AFTER: Partial<Record<Fate, () => Error>> = {
  'lost-after': broken,
  '504-after': () => new ApiStatusError('Timeout: request did not complete', { code: 504 }),
};

/** A cluster with revision 1 (web:1) and 2 (web:2, running), and a server process in front of it. */
export function setUp({
  pause = async () => {},
  fate = () => 'ok',
}: { pause?: () => Promise<unknown>; fate?: () => Fate } = {}) {
  const server = new FakeDeployments();
  server.patch([
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'ghcr.io/acme/web:2' },
  ]);
  const late: (() => void)[] = [];
  let sent = 0;
  let now = Date.UTC(2026, 0, 15, 3, 12, 7);
  const client: ActionClient = {
    async getWorkload() {
      await pause();
      return structuredClone(server.deployment);
    },
    async listRecords() {
      await pause();
      return structuredClone(server.replicaSets);
    },
    async listPods() {
      await pause();
      return [];
    },
    async mayPatch() {
      return true;
    },
    async patchWorkload(_target, patch, { dryRun }) {
      await pause();
      if (dryRun) return server.patch(patch, { dryRun });
      sent += 1;
      const chosen = fate();
      if (BEFORE[chosen]) throw BEFORE[chosen]();
      if (chosen === 'late') {
        late.push(() => {
          try {
            server.patch(patch);
          } catch {
            // its test failed: the world moved on while it was on its way
          }
        });
        throw new ApiNetworkError('timeout', 'The API server does not answer.');
      }
      const answer = server.patch(patch);
      await pause();
      if (AFTER[chosen]) throw AFTER[chosen]();
      return answer;
    },
  };
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      await pause();
    },
  };
  const deps: ExecuteDeps = {
    client,
    context,
    clock,
    receipts: createReceipts(),
    readOnly: false,
    cluster: 'prod',
  };
  return {
    server,
    deps,
    writesSent: () => sent,
    arriveLate: () => late.splice(0).forEach((arrive) => arrive()),
    pass: (ms: number) => (now += ms),
  };
}
export type World = ReturnType<typeof setUp>;

export async function requestFor(
  { deps }: World,
  intent: number,
  action: ActionSpec = UNDO,
): Promise<ExecuteRequest> {
  const { precondition } = await previewAction(deps, { target: TARGET, action });
  return { intentId: id(intent), target: TARGET, action, precondition, reason: '' };
}
export const run = ({ deps }: World, request: ExecuteRequest, actor = 'ana') =>
  executeAction(deps, { request, actor });
export const imageOf = ({ server }: World) =>
  /"image":"(ghcr.io\/acme\/web:[^"]*)"/.exec(server.templates.at(-1) ?? '')?.[1];
