import { ApiFailure, type ApiClient } from '#lib/sandbox/client/api-client.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

/** Creates an object, or changes the existing one to what the manifest says. */
export async function upsert(api: ApiClient, object: Draft): Promise<void> {
  if (await createIfMissing(api, object)) return;
  const { apiVersion: _apiVersion, kind, metadata, status: _status, ...content } = object;
  const { name = '', namespace, labels = {}, annotations = {} } = metadata;
  const patch = { metadata: { labels, annotations }, ...content };
  await api.apply({ verb: 'merge', target: { kind, namespace, name }, patch });
}

/** Whether it had to be created. */
export async function createIfMissing(api: ApiClient, object: Draft): Promise<boolean> {
  try {
    await api.apply({ verb: 'create', object });
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}
