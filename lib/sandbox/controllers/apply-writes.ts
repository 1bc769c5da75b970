import { ApiFailure, type ApiClient } from '#lib/sandbox/client/api-client.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';

type Tools = { readonly api: ApiClient; readonly recorder: EventRecorder };

/** A create that was refused and has its Event: a fact of the cluster for everybody to see, no error of the sandbox. */
export class ToldRefusal extends ApiFailure {}

/** Carries out the writes of one pass in order; stops at the first refusal (ApiFailure), after its batch. */
export async function applyWrites(writes: readonly Write[], { api, recorder }: Tools): Promise<void> {
  let refusal: { readonly error: ApiFailure; readonly batch: number | undefined } | undefined;
  for (const write of writes) {
    if (refusal && (write.verb !== 'create' || write.batch === undefined || write.batch !== refusal.batch))
      break;
    if (write.verb === 'event') {
      recorder.record(write);
      continue;
    }
    try {
      const answer = await api.apply(write);
      if (write.verb !== 'create' || !answer) continue;
      if (write.created) recorder.record(write.created(answer.metadata.name));
      if (write.followUp) await applyWrites(write.followUp(answer), { api, recorder });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const isTold = write.verb === 'create' && write.refused !== undefined;
      if (isTold) recorder.record(write.refused(error.message));
      refusal ??= {
        error: isTold ? new ToldRefusal(error.status, error.reason, error.message) : error,
        batch: write.verb === 'create' ? write.batch : undefined,
      };
    }
  }
  if (refusal) throw refusal.error;
}
