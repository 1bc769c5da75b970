import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { realClock } from '#lib/kube/clock.ts';
import { connectCluster } from '#lib/kube/connection.ts';
import { readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { apiPath, underPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';

/** `delete-namespaces.ts <kubeconfig> <context> <label selector>`: says that it stands by, waits for the end of stdin. */
const [kubeconfig = '', context = '', selector = ''] = process.argv.slice(2);
const GONE_WITHIN_MS = 180_000;
const NAMESPACES = apiPath`/api/v1/namespaces`;

// Signals are for those who made the namespaces; we stay until they are gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
if (!/^[^=,]+=[^=,]+$/.test(selector)) throw new Error('a selector of exactly one label is needed');
const connection = connectCluster(readKubeconfig({ source: 'flag', files: [kubeconfig] }).resolve(context), {
  clock: realClock,
});
process.stdout.on('error', () => undefined);
process.stdout.write('standing by\n');
process.stdin.on('error', () => undefined).resume();
await once(process.stdin, 'close');

const deadline = Date.now() + GONE_WITHIN_MS;
let left = await labelled();
for (const name of left) await remove(name);
while (left.length > 0 && Date.now() < deadline) {
  await delay(500);
  left = await labelled();
}
if (left.length > 0) process.stderr.write(`still being deleted: ${left.join(', ')}\n`);
await connection.close();
process.exit(left.length > 0 ? 1 : 0);

async function labelled(): Promise<readonly string[]> {
  const answer = await expectOk(await connection.request(NAMESPACES, { query: { labelSelector: selector } }));
  const { items } = (await answer.json()) as { items: readonly { metadata: { name: string } }[] }; // wire edge
  return items.map(({ metadata }) => metadata.name);
}

async function remove(name: string): Promise<void> {
  const answer = await connection.request(underPath(NAMESPACES, name), { method: 'DELETE' });
  answer.discard();
}
