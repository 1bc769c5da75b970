import { ApiFailure, type ApiClient } from '#lib/sandbox/client/api-client.ts';
import { objectPath } from '#lib/sandbox/client/kinds.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';

/** Creates an object, or changes the existing one to what the manifest says. */
export async function upsert(api: ApiClient, object: Draft): Promise<void> {
  if (await createIfMissing(api, object)) return;
  const { apiVersion: _apiVersion, kind, metadata, status: _status, ...content } = object;
  const { name = '', namespace, labels = {}, annotations = {} } = metadata;
  const patch = { metadata: { labels, annotations }, ...content };
  await api.apply({ verb: 'merge', target: { kind, namespace, name }, patch });
}

/**
 * Whether it had to be created. Looks before it writes: a real API server allocates an address for a Service before it
 * finds that the Service exists, and its repair loop warns of that address (IPAddressWrongReference) when both were
 * made in the same second (kubernetes/pkg/registry/core/service/ipallocator/controller/repairip.go).
 */
export async function createIfMissing(api: ApiClient, object: Draft): Promise<boolean> {
  if (await exists(api, object)) return false;
  try {
    await api.apply({ verb: 'create', object });
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.reason === 'AlreadyExists') return false;
    throw error;
  }
}

async function exists(api: ApiClient, { kind, metadata: { namespace, name = '' } }: Draft): Promise<boolean> {
  try {
    await api.send('GET', objectPath({ kind, namespace, name }));
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.reason === 'NotFound') return false;
    throw error;
  }
}
