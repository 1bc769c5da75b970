import type { ContainerSpec } from '#lib/model/pod-template.ts';

const FLAGS: readonly (readonly [RegExp, (amount: string, unit: string) => number])[] = [
  [
    /(?:^|\s)(-Xmx(\d{1,15})([kKmMgGtT]?))(?=\s|$)/,
    (amount, unit) => Number(amount) * (JAVA_UNIT[unit.toLowerCase()] ?? 1),
  ],
  [/(?:^|\s)(--max[-_]old[-_]space[-_]size[= ](\d{1,9})())(?=\s|$)/, (amount) => Number(amount) * 2 ** 20],
];
const JAVA_UNIT: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

export type HeapFlag = { readonly text: string; readonly bytes: number; readonly field: 'command' | 'args' };

/** A heap size on the command line (JVM, Node). Those in env values are not kept, so they are not seen. */
export function heapFlag({ command, args }: Pick<ContainerSpec, 'command' | 'args'>): HeapFlag | undefined {
  for (const [field, words] of [
    ['args', args],
    ['command', command],
  ] as const) {
    const line = words?.join(' ').slice(0, 8192) ?? '';
    for (const [pattern, toBytes] of FLAGS) {
      const match = pattern.exec(line);
      if (match) return { text: match[1] ?? '', bytes: toBytes(match[2] ?? '', match[3] ?? ''), field };
    }
  }
  return undefined;
}
