import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '#lib/sandbox/scenarios/catalog.ts';
import { diagnoseOffline } from '#lib/server/offline/diagnose-offline.ts';
import { dumpOf } from './scenario-dump.ts';

/** A busy machine is no failure. */
const PATIENCE_MS = 60_000;

describe('the product on what a scenario leaves behind', () => {
  it.each(SCENARIOS.filter(({ cause }) => cause !== undefined))(
    '$id: $cause first, proven or likely',
    async ({ id, cause, expect: { namespace, workload } }) => {
      const { cluster, logs, now } = await dumpOf([id]);
      const found = diagnoseOffline(cluster, { logs, now });
      const about = found.find(
        ({ incident: { owner } }) => owner.namespace === namespace && owner.name === workload,
      );
      expect(about?.findings[0].causeId, about?.findings[0].sentence).toBe(cause);
      expect(['proven', 'likely']).toContain(about?.findings[0].certainty);
    },
    PATIENCE_MS,
  );
});
