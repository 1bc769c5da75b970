const FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
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

/**
 * A Kubernetes quantity in its base unit (bytes, cores), `undefined` when it is not one. `m` is milli, also
 * for memory: "400m" is 0.4 byte, a classic typing error.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E))?$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, number = '', exponent = '', suffix = ''] = match;
  const value = Number(`${number}${exponent}`) * (FACTOR[suffix] ?? 1);
  return Number.isFinite(value) ? value : undefined;
}

/** "512 MiB", "1.5 GiB". */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, '')} ${units[unit] ?? ''}`;
}

type Unit = 'bytes' | 'cores' | 'count';

/** Of a resource of a container or a quota: "limits.memory", "requests.storage", "cpu", "pods", "count/jobs.batch". */
export const unitOf = (resource: string): Unit =>
  /memory|storage$|ephemeral-storage|hugepages-/.test(resource)
    ? 'bytes'
    : /(?:^|\.)cpu$/.test(resource)
      ? 'cores'
      : 'count';

/** For people: "512 MiB", "0.25 CPU", "3". */
export function amountText(resource: string, value: number): string {
  const unit = unitOf(resource);
  if (unit === 'bytes') return bytesText(value);
  const number = String(Number(value.toFixed(3)));
  return unit === 'cores' ? `${number} CPU` : number;
}

/** For a manifest: "2560Mi", "250m", "3"; rounded up, so that what was asked for fits. */
export function quantityOf(resource: string, value: number): string {
  const unit = unitOf(resource);
  if (unit === 'cores') {
    const milli = Math.ceil(Number((value * 1000).toFixed(6)));
    return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
  }
  if (unit === 'count') return String(Math.ceil(value));
  const mebi = Math.ceil(value / 2 ** 20);
  return mebi % 1024 === 0 ? `${mebi / 1024}Gi` : `${mebi}Mi`;
}
