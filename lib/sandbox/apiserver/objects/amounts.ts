import type { Amount } from './amount.ts';
import { amountText, largest, NOTHING, parseAmount, plus } from './amount.ts';
import type { JsonObject } from './json.ts';
import { objectAt, objectsAt, stringAt } from './json.ts';

/** A ResourceList: amounts by resource name. */
export type Amounts = { readonly [resource: string]: Amount };

/** The readable entries of a ResourceList such as `resources.limits`. */
export function amountsAt(parent: JsonObject, ...path: readonly string[]): Amounts {
  return Object.fromEntries(
    Object.entries(objectAt(parent, ...path)).flatMap(([name, value]): [string, Amount][] => {
      const amount = parseAmount(value);
      return amount ? [[name, amount]] : [];
    }),
  );
}

export function added(left: Amounts, right: Amounts): Amounts {
  return combined(left, right, plus);
}

function combined(left: Amounts, right: Amounts, combine: (a: Amount, b: Amount) => Amount): Amounts {
  const entries = Object.entries(right).map(([name, amount]): [string, Amount] => {
    const known = left[name];
    return [name, known ? combine(known, amount) : amount];
  });
  return { ...left, ...Object.fromEntries(entries) };
}

export function amountsJson(amounts: Amounts): JsonObject {
  const entries = Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, amount]) => [name, amountText(amount)]));
}

export function onlyNamed(amounts: Amounts, names: readonly string[]): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => names.includes(name)));
}

/**
 * What a Pod takes in all: the sum of its containers and sidecars, or its most demanding moment while the init
 * containers run, whichever is more (component-helpers/resource/helpers.go, PodRequests).
 */
export function podAmounts(pod: JsonObject, side: 'requests' | 'limits'): Amounts {
  const containers = objectsAt(pod, 'spec', 'containers');
  let total = containers.map((container) => amountsAt(container, 'resources', side)).reduce(added, {});
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of objectsAt(pod, 'spec', 'initContainers')) {
    const own = amountsAt(container, 'resources', side);
    if (stringAt(container, 'restartPolicy') === 'Always') {
      total = added(total, own);
      sidecars = added(sidecars, own);
      starting = combined(starting, sidecars, largest);
    } else starting = combined(starting, added(own, sidecars), largest);
  }
  const needed = combined(total, starting, largest);
  const overhead = side === 'requests' ? amountsAt(pod, 'spec', 'overhead') : {};
  return { ...added(needed, overhead), ...amountsAt(pod, 'spec', 'resources', side) };
}

export function isMore(amount: Amount, other: Amount | undefined): boolean {
  return amount.nanos > (other ?? NOTHING).nanos;
}
