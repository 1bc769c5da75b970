import { describe, expect, it } from 'vitest';
import type { ActionReceipt } from '#lib/contract/actions.ts';
import { createReceipts } from './receipts.ts';

const receipt = (intentId: string, outcome: ActionReceipt['outcome'] = 'done'): ActionReceipt => ({
  intentId,
  cluster: 'prod',
  actor: 'ana',
  at: 1,
  target: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' },
  action: { type: 'rollback', toRevision: 1 },
  reason: '',
  title: '',
  changes: [],
  kubectl: '',
  outcome,
});
const keep = async (receipts: ReturnType<typeof createReceipts>, kept: ActionReceipt) => {
  await receipts.once(kept, async () => ({ receipt: kept, conflict: false }));
};

describe('receipts', () => {
  it('lists the newest first and drops the oldest settled one at the limit', async () => {
    const receipts = createReceipts({ limit: 2 });
    for (const intentId of ['a', 'b', 'c']) await keep(receipts, receipt(intentId));
    expect(receipts.list().map(({ intentId }) => intentId)).toEqual(['c', 'b']);
  });

  it('keeps what is still open beyond the limit, and is bounded all the same', async () => {
    const receipts = createReceipts({ limit: 2 });
    await keep(receipts, receipt('open', 'unknown'));
    for (const intentId of ['a', 'b', 'c']) await keep(receipts, receipt(intentId));
    expect(receipts.get('open')).toBeDefined();
    for (let n = 0; n < 20; n++) await keep(receipts, receipt(`u${n}`, 'unknown'));
    expect(receipts.list().length).toBeLessThanOrEqual(4);
  });

  it('never drops an action in flight', async () => {
    const receipts = createReceipts({ limit: 1 });
    void receipts.once(receipt('flying', 'running'), () => new Promise(() => {}));
    for (const intentId of ['a', 'b', 'c', 'd']) await keep(receipts, receipt(intentId));
    expect(receipts.get('flying')).toBeDefined();
  });
});
