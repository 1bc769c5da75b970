import type { ClusterConnection } from '#lib/kube/connection.ts';
import type { ApiPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';

/** POSTs one object to its collection. @throws ApiStatusError when it is refused. */
export async function createObject(
  connection: Pick<ClusterConnection, 'request'>,
  path: ApiPath,
  object: object,
): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await connection.request(path, { method: 'POST', body: JSON.stringify(object), headers });
  (await expectOk(answer)).discard();
}
