import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionReceipt } from '#lib/contract/actions.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { ApiStatusError } from '#lib/kube/api-error.ts';
import { asTextMap, asWire } from '#lib/kube/to-model/wire.ts';
import type { ActionClient } from './action-client.ts';
import { type Fate, id, imageOf, requestFor, run, setUp, TARGET, UNDO } from './action-world.fixture.ts';
import { executeAction } from './execute.ts';
import { previewAction } from './preview.ts';
import { createReceipts, IntentReusedError } from './receipts.ts';
import { settleReceipt } from './settle-receipt.ts';

describe('executeAction', () => {
  it('rolls back once and leaves a receipt with the diff', async () => {
    const world = setUp();
    const { receipt, conflict } = await run(world, await requestFor(world, 1));
    expect(conflict).toBe(false);
    expect(receipt).toMatchObject({
      outcome: 'done',
      actor: 'ana',
      title: 'Roll back shop/web from revision 2 to 1',
      kubectl: 'kubectl rollout undo deployment/web -n shop --to-revision=1',
      changes: [{ path: 'containers[web].image', before: 'ghcr.io/acme/web:2', after: 'ghcr.io/acme/web:1' }],
    });
    expect(imageOf(world)).toBe('ghcr.io/acme/web:1');
    expect(world.deps.receipts.list()).toEqual([receipt]);
  });

  it('sends one PATCH for a double click and gives both the same receipt', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const [first, second] = await Promise.all([run(world, request), run(world, request)]);
    expect(second).toEqual(first);
    expect(await run(world, request)).toEqual(first);
    expect(world.writesSent()).toBe(1);
  });

  it('does not let one intent id stand for two actions', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    await run(world, request);
    const other = { ...request, action: { type: 'set-image', container: 'web', image: 'x:1' } as const };
    await expect(run(world, other)).rejects.toThrow(IntentReusedError);
    await expect(run(world, request, 'ben')).rejects.toThrow(IntentReusedError);
  });

  it('tells the second of two people who was first', async () => {
    const world = setUp();
    const anas = await requestFor(world, 1);
    const bens = await requestFor(world, 2);
    await run(world, anas, 'ana');
    const { receipt, conflict } = await run(world, bens, 'ben');
    expect(conflict).toBe(true);
    expect(receipt.outcome).toBe('refused');
    expect(receipt.message).toContain(
      'ana did this at 03:12:07 UTC: Roll back shop/web from revision 2 to 1.',
    );
    expect(imageOf(world)).toBe('ghcr.io/acme/web:1');
  });

  it('answers a conflict when the object was made anew under the same name', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const metadata = asWire(world.server.deployment['metadata']);
    world.server.deployment = { ...world.server.deployment, metadata: { ...metadata, uid: 'uid-other' } };
    const { receipt, conflict } = await run(world, request);
    expect([receipt.outcome, conflict, world.writesSent()]).toEqual(['refused', true, 0]);
    expect(receipt.message).toContain('deleted and created again');
  });

  it('finds the template changed between its read and its write', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const { client } = world.deps;
    const racing: ActionClient = {
      ...client,
      patchWorkload(target, patch, options) {
        world.server.patch([
          { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'ghcr.io/acme/web:hotfix' },
        ]);
        return client.patchWorkload(target, patch, options);
      },
    };
    const { receipt, conflict } = await executeAction(
      { ...world.deps, client: racing },
      { request, actor: 'ana' },
    );
    expect([receipt.outcome, conflict]).toEqual(['refused', true]);
    expect(receipt.message).toContain('it now uses ghcr.io/acme/migrate:1, ghcr.io/acme/web:hotfix');
    expect(imageOf(world)).toBe('ghcr.io/acme/web:hotfix');
  });

  it.each<[Fate, ActionReceipt['outcome'], string]>([
    ['lost-after', 'done', 'ghcr.io/acme/web:1'],
    ['504-after', 'done', 'ghcr.io/acme/web:1'],
    ['connection-refused', 'failed', 'ghcr.io/acme/web:2'],
    ['lost-before', 'unknown', 'ghcr.io/acme/web:2'],
  ])('after %s says %s, and never sends a second PATCH', async (fate, outcome, image) => {
    const world = setUp({ fate: () => fate });
    const { receipt } = await run(world, await requestFor(world, 1));
    expect([receipt.outcome, imageOf(world), world.writesSent()]).toEqual([outcome, image, 1]);
  });

  it('settles a lost write: failed once it can no longer arrive', async () => {
    const world = setUp({ fate: () => 'lost-before' });
    await run(world, await requestFor(world, 1));
    expect((await settleReceipt(world.deps, id(1)))?.outcome).toBe('unknown');
    world.pass(71_000);
    expect((await settleReceipt(world.deps, id(1)))?.outcome).toBe('failed');
  });

  it('settles a lost write: done when it arrives late', async () => {
    const world = setUp({ fate: () => 'late' });
    await run(world, await requestFor(world, 1));
    world.arriveLate();
    expect(await settleReceipt(world.deps, id(1))).toMatchObject({
      outcome: 'done',
      message: 'The answer was lost; the change is there.',
    });
  });

  it('recognises its own write after this server lost its memory', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    await run(world, request);
    const { receipt } = await executeAction(
      { ...world.deps, receipts: createReceipts() },
      { request, actor: 'ana' },
    );
    expect(receipt).toMatchObject({
      outcome: 'done',
      message: 'This was applied before; it was not sent again.',
    });
    expect(world.writesSent()).toBe(1);
  });

  it('refuses with the sentences of the button, writes nothing, and keeps the receipt', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const { receipt } = await executeAction({ ...world.deps, readOnly: true }, { request, actor: 'ana' });
    expect(receipt).toMatchObject({
      outcome: 'refused',
      message: 'This server is read-only; it changes nothing in the cluster.',
    });
    expect(world.writesSent()).toBe(0);
    expect(world.deps.receipts.list()).toHaveLength(1);
  });

  it("shows the server's own words when it rejects the write, without credentials", async () => {
    const world = setUp();
    const client = {
      ...world.deps.client,
      patchWorkload: () =>
        Promise.reject(
          new ApiStatusError('admission webhook "gate.example" denied: see https://bot:s3cret@gate.example', {
            code: 403,
          }),
        ),
    };
    const { receipt } = await executeAction(
      { ...world.deps, client },
      { request: await requestFor(world, 1), actor: 'ana' },
    );
    expect(receipt).toMatchObject({
      outcome: 'failed',
      message: 'admission webhook "gate.example" denied: see https://***@gate.example',
    });
  });

  it('writes nothing when told to stop before the write', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const { receipt } = await executeAction(world.deps, {
      request,
      actor: 'ana',
      signal: AbortSignal.abort(),
    });
    expect([receipt.outcome, world.writesSent()]).toEqual(['failed', 0]);
  });

  it('says that the Deployment is gone', async () => {
    const world = setUp();
    const request = await requestFor(world, 1);
    const client = {
      ...world.deps.client,
      getWorkload: () =>
        Promise.reject(
          new ApiStatusError('deployments.apps "web" not found', { code: 404, reason: 'NotFound' }),
        ),
    };
    const { receipt } = await executeAction({ ...world.deps, client }, { request, actor: 'ana' });
    expect(receipt).toMatchObject({
      outcome: 'refused',
      message: 'Nothing was written. deployments.apps "web" not found',
    });
  });
});

const actionArb: fc.Arbitrary<ActionSpec> = fc.oneof(
  fc.constantFrom<ActionSpec>(UNDO, { type: 'rollback', toRevision: 2 }),
  fc
    .constantFrom('1', '3', '4')
    .map((tag): ActionSpec => ({ type: 'set-image', container: 'web', image: `ghcr.io/acme/web:${tag}` })),
);
const fateArb = fc.constantFrom<Fate>(
  'ok',
  'ok',
  'ok',
  'lost-before',
  'lost-after',
  'late',
  '504-after',
  '500-before',
  'connection-refused',
);

describe('executeAction, for any people, clicks, losses and order', () => {
  it('applies each intent at most once, exactly those it calls done, and only onto the template that was previewed', async () => {
    const plan = fc.record({
      people: fc.array(fc.record({ action: actionArb, clicks: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      fates: fc.array(fateArb, { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), plan, async (scheduler, { people, fates }) => {
        let write = 0;
        const world = setUp({
          pause: () => scheduler.schedule(Promise.resolve()),
          fate: () => fates[write++ % fates.length] ?? 'ok',
        });
        const { server, deps } = world;
        const applied: string[] = [];
        const templatesBefore: string[] = [];
        const original = server.patch.bind(server);
        server.patch = (operations, options) => {
          const before = server.templates.at(-1) ?? '';
          const result = original(operations, options);
          if (!options?.dryRun) {
            applied.push(
              String(asTextMap(asWire(asWire(result)['metadata'])['annotations'])['uncrash.dev/intent']),
            );
            templatesBefore.push(before);
          }
          return result;
        };
        const done = Promise.all(
          people.map(async ({ action, clicks }, n) => {
            const preview = await previewAction(deps, { target: TARGET, action });
            const request = {
              intentId: id(n),
              target: TARGET,
              action,
              precondition: preview.precondition,
              reason: '',
            };
            await Promise.all(
              Array.from({ length: clicks }, () => executeAction(deps, { request, actor: `person ${n}` })),
            );
          }),
        );
        await scheduler.waitFor(done);
        world.arriveLate();
        world.pass(100_000);
        await scheduler.waitFor(Promise.all(people.map((_, n) => settleReceipt(deps, id(n)))));

        const receipts = deps.receipts.list();
        expect(receipts).toHaveLength(people.length);
        expect(new Set(applied).size).toBe(applied.length);
        for (const { intentId, outcome } of receipts) {
          const times = applied.filter((intent) => intent === intentId).length;
          if (outcome === 'done') expect(times).toBe(1);
          if (outcome === 'refused' || outcome === 'failed') expect(times).toBe(0);
          expect(outcome).not.toBe('running');
        }
        // No flip-flop: every write went onto another template than it left, and the count adds up.
        expect(server.templates.length).toBe(2 + applied.length);
        templatesBefore.forEach((before, at) => expect(server.templates[at + 2]).not.toBe(before));
      }),
      { numRuns: 150 },
    );
  });
});
