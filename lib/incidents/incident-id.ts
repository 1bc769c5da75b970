import type { FailureFamily } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The id of an incident: 13 characters from (cluster, owner, family), so a link survives restarts of everything, new
 * pods and flapping words. The uid is left out on purpose: a workload that is deleted and applied again is the same
 * one to the people who get the link, and a guessed owner has no uid.
 */
export function incidentId(
  cluster: string,
  { kind, namespace, name }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>,
  family: FailureFamily,
): string {
  return base32(mix(fnv1a(JSON.stringify([cluster, kind, namespace, name, family]))));
}

/** FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ (64 bits: a clash among 1e6 incidents is 1 in 4e7). */
function fnv1a(text: string): bigint {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return hash;
}

/** FNV leaves the last bytes visible in the low bits; one xor-shift-multiply spreads them (murmur3's finaliser). */
function mix(hash: bigint): bigint {
  const spread = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn);
  return spread ^ (spread >> 33n);
}

/** Crockford's alphabet: no letter can be taken for a digit when a link is read aloud. */
function base32(value: bigint): string {
  return Array.from(
    { length: 13 },
    (_, digit) => ALPHABET[Number((value >> BigInt(60 - 5 * digit)) & 31n)],
  ).join('');
}
