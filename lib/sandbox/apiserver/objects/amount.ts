/** A Kubernetes quantity with exact arithmetic, for what the server computes and prints (quotas, limits). */
export type Amount = { readonly nanos: bigint; readonly format: 'binary' | 'decimal' };

const NANOS = 1_000_000_000n;

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Powers of ten of each decimal suffix, relative to a nano. */
const DECIMAL: readonly (readonly [suffix: string, exponent: number])[] = [
  ['n', 0],
  ['u', 3],
  ['m', 6],
  ['', 9],
  ['k', 12],
  ['M', 15],
  ['G', 18],
  ['T', 21],
  ['P', 24],
  ['E', 27],
];

export const NOTHING: Amount = { nanos: 0n, format: 'decimal' };

/** `500m`, `1.5Gi`, `2e3`, also a bare number. Undefined for what is no quantity. */
export function parseAmount(value: unknown): Amount | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', binary, decimal, exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const scale = 10n ** BigInt(fraction.length);
  const factor = binary
    ? NANOS * 1024n ** BigInt(BINARY.indexOf(binary))
    : 10n ** BigInt(DECIMAL.find(([suffix]) => suffix === (decimal ?? ''))?.[1] ?? 9);
  const power = Number(exponent ?? 0);
  const up = power > 0 ? 10n ** BigInt(power) : 1n;
  const down = scale * (power < 0 ? 10n ** BigInt(-power) : 1n);
  // Upstream rounds up to the smallest unit it keeps.
  const nanos = (digits * factor * up + down - 1n) / down;
  return { nanos: sign === '-' ? -nanos : nanos, format: binary ? 'binary' : 'decimal' };
}

export function count(value: number): Amount {
  return { nanos: BigInt(value) * NANOS, format: 'decimal' };
}

/** The sum is written in the format of `left`, unless that is zero (resource.Quantity.Add). */
export function plus(left: Amount, right: Amount): Amount {
  const { format } = left.nanos === 0n ? right : left;
  return { nanos: left.nanos + right.nanos, format };
}

export function largest(left: Amount, right: Amount): Amount {
  return right.nanos > left.nanos ? right : left;
}

/** The canonical text: the largest suffix that leaves a whole number (apimachinery/pkg/api/resource/quantity.go). */
export function amountText({ nanos, format }: Amount): string {
  if (nanos === 0n) return '0';
  const size = nanos < 0n ? -nanos : nanos;
  return format === 'binary' && size >= 1024n * NANOS ? binaryText(nanos) : decimalText(nanos);
}

function binaryText(nanos: bigint): string {
  let units = (nanos + NANOS - 1n) / NANOS;
  let step = 0;
  for (; step < BINARY.length - 1 && units % 1024n === 0n; step += 1) units /= 1024n;
  return `${units}${BINARY[step] ?? ''}`;
}

function decimalText(nanos: bigint): string {
  const best = DECIMAL.findLast(([, exponent]) => nanos % 10n ** BigInt(exponent) === 0n) ?? ['n', 0];
  return `${nanos / 10n ** BigInt(best[1])}${best[0]}`;
}
