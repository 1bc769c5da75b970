import { createHash } from 'node:crypto';
import { canonicalJson } from '#lib/kube/to-model/canonical-json.ts';
import { asWire, type Wire } from '#lib/kube/to-model/wire.ts';

/** SHA-256 over the canonical JSON of the raw `/spec/template`: what a confirm is based on. */
export function rawTemplateHash(workload: Wire): string {
  const template = asWire(workload['spec'])['template'];
  return createHash('sha256').update(canonicalJson(template)).digest('hex');
}
