import type { ApiClient } from '#lib/sandbox/client/api-client.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';

/** Carries out the writes of one pass in order; stops at the first refusal (ApiFailure). */
export async function applyWrites(
  writes: readonly Write[],
  { api, recorder }: { api: ApiClient; recorder: EventRecorder },
): Promise<void> {
  for (const write of writes) {
    if (write.verb === 'event') {
      recorder.record(write);
      continue;
    }
    const answer = await api.apply(write);
    if (write.verb === 'create' && write.created && answer)
      recorder.record(write.created(answer.metadata.name));
  }
}
