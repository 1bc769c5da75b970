const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([\d.]+(?:[eE]\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** A Kubernetes quantity as a number: cores or bytes. Unreadable text counts as 0. */
export function quantity(text: string | undefined): number {
  const match = QUANTITY.exec(text ?? '');
  return match ? Number(match[1]) * (FACTORS[match[2] ?? ''] ?? 1) : 0;
}

/** resource.Quantity in BinarySI: the largest suffix that leaves a whole number. */
export function binary(bytes: number): string {
  let value = bytes;
  let suffix = '';
  for (const next of ['Ki', 'Mi', 'Gi', 'Ti']) {
    if (value === 0 || value % 1024 !== 0) break;
    value /= 1024;
    suffix = next;
  }
  return `${value}${suffix}`;
}
