import { describe, expect, it } from 'vitest';
import type { ApiClient } from '#lib/sandbox/client/api-client.ts';
import { ApiFailure } from '#lib/sandbox/client/api-client.ts';
import type { EventDraft, Write } from '#lib/sandbox/client/write.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import { applyWrites, ToldRefusal } from './apply-writes.ts';
import { slowStart } from './slow-start.ts';

const metadata = (name: string) => ({ name, uid: name, resourceVersion: '1', creationTimestamp: '' });
const event = (reason: string, message: string): EventDraft => ({
  verb: 'event',
  about: { kind: 'ReplicaSet', object: { metadata: metadata('web') } },
  type: 'Normal',
  reason,
  message,
});
const create = (name: string): Extract<Write, { verb: 'create' }> => ({
  verb: 'create',
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } },
  created: (pod) => event('SuccessfulCreate', pod),
  refused: (message) => event('FailedCreate', message),
});
const pods = (count: number) => slowStart(Array.from({ length: count }, (_, index) => create(`p${index}`)));

/** A server with room for so many Pods. */
async function carriedOut(writes: readonly Write[], room: number) {
  const asked: string[] = [];
  const said: string[] = [];
  const api = {
    apply: (write: Exclude<Write, { verb: 'event' }>) => {
      const name = write.verb === 'create' ? (write.object.metadata.name ?? '') : write.verb;
      asked.push(name);
      if (asked.length > room) return Promise.reject(new ApiFailure(403, 'Forbidden', 'exceeded quota'));
      return Promise.resolve({ metadata: metadata(name) });
    },
  } as Pick<ApiClient, 'apply'> as ApiClient;
  const recorder = {
    record: ({ reason, message }: EventDraft) => said.push(`${reason} ${message}`),
  } as Pick<EventRecorder, 'record'> as EventRecorder;
  const failure = await applyWrites(writes, { api, recorder }).catch((error: unknown) => error);
  return { asked, said, failure };
}

describe('carrying out a pass', () => {
  it('stops after the batch in which something was refused, and says each refusal', async () => {
    const { asked, said, failure } = await carriedOut(pods(15), 4);
    expect(asked).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']);
    expect(said.filter((text) => text.startsWith('FailedCreate'))).toEqual([
      'FailedCreate exceeded quota',
      'FailedCreate exceeded quota',
      'FailedCreate exceeded quota',
    ]);
    expect(failure).toMatchObject({ reason: 'Forbidden', message: 'exceeded quota' });
  });

  it('fails with a refusal that was told where an Event says it, with the bare failure where none does', async () => {
    const { refused: _refused, ...silent } = create('a');
    expect((await carriedOut([create('a')], 0)).failure).toBeInstanceOf(ToldRefusal);
    expect((await carriedOut([silent], 0)).failure).not.toBeInstanceOf(ToldRefusal);
  });

  it('asks once when there is no room at all, and leaves out what would have followed', async () => {
    const { asked, said } = await carriedOut([...pods(15), event('After', '')], 0);
    expect(asked).toEqual(['p0']);
    expect(said).toEqual(['FailedCreate exceeded quota']);
  });

  it('follows a creation up with what needs the created object', async () => {
    const followed: Write = {
      ...create('a'),
      followUp: (created) => [create(`${created.metadata.uid}-next`)],
    };
    expect((await carriedOut([followed, create('b')], 9)).asked).toEqual(['a', 'a-next', 'b']);
  });
});
