import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, parseAmount, plus } from './amount.ts';
import { amountsJson, podAmounts } from './amounts.ts';

const canonical = (text: string): string | undefined => {
  const amount = parseAmount(text);
  return amount && amountText(amount);
};

describe('an amount', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['512', '512'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['128974848', '128974848'],
    ['1500M', '1500M'],
    ['2e3', '2k'],
    ['0', '0'],
    ['100u', '100u'],
  ])('%s is written as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each(['', 'lots', '1 Gi', '1Gib', '--1'])('"%s" is none', (text) => {
    expect(parseAmount(text)).toBeUndefined();
  });

  it('keeps the format of the first summand', () => {
    const [gibi, mega] = [parseAmount('1Gi'), parseAmount('1M')];
    expect(gibi && mega && amountText(plus(gibi, mega))).toBe('1074741824');
    expect(gibi && amountText(plus(gibi, gibi))).toBe('2Gi');
  });

  it('is the same amount after it was written and read again', () => {
    const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi');
    fc.assert(
      fc.property(fc.nat(), suffix, (number, unit) => {
        const once = canonical(`${number}${unit}`) ?? '';
        return (
          parseAmount(once)?.nanos === parseAmount(`${number}${unit}`)?.nanos && canonical(once) === once
        );
      }),
    );
  });
});

describe('what a Pod takes', () => {
  const container = (cpu: string, restartPolicy?: string) => ({
    resources: { requests: { cpu } },
    ...(restartPolicy !== undefined && { restartPolicy }),
  });

  it('is the sum of its containers', () => {
    const pod = { spec: { containers: [container('250m'), container('1')] } };
    expect(amountsJson(podAmounts(pod, 'requests'))).toEqual({ cpu: '1250m' });
  });

  it('is at least what its greediest init container takes beside the sidecars before it', () => {
    const initContainers = [container('100m', 'Always'), container('2')];
    const pod = { spec: { containers: [container('250m')], initContainers } };
    expect(amountsJson(podAmounts(pod, 'requests'))).toEqual({ cpu: '2100m' });
  });
});
