import type { ToModelContext } from './context.ts';
import type { KnownParts } from './known-parts.ts';
import { POD_SPEC_FIELDS } from './pod-template.ts';
import { Portion } from './portion.ts';
import { ANY_TOKEN_VOLUME, TOKEN_VOLUME } from './token-volume.ts';
import { asText, asWire, asWires, type Wire } from './wire.ts';

/** A pod's spec: its own fields, and what the pods of a workload have in common. */
export type SpecPortion = Pick<Portion, 'own' | 'become'>;

/** Of a spec that came as protobuf the decoder has made one; of JSON it is made here. */
export function portionOf(value: unknown, { parts }: ToModelContext): SpecPortion {
  if (value instanceof Portion) return value;
  const spec = asWire(value);
  return parts ? knownPortion(spec, parts) : { own: spec, become: (make) => make(rest(spec)).made };
}

function knownPortion(spec: Wire, parts: KnownParts): Portion {
  const text = commonText(spec);
  parts.wipe();
  parts.addText(text);
  return new Portion(spec, parts, () => asWire(JSON.parse(text)));
}

const rest = (spec: Wire): Wire =>
  tokenVolume(spec['volumes']) === undefined ? spec : asWire(JSON.parse(commonText(spec)));

/** As JSON, with the name that all pods of one workload could have. */
function commonText(spec: Wire): string {
  const common: Record<string, unknown> = {};
  for (const name of POD_SPEC_FIELDS) common[name] = spec[name];
  const text = JSON.stringify(common);
  const token = tokenVolume(spec['volumes']);
  return token === undefined ? text : text.replaceAll(token, ANY_TOKEN_VOLUME);
}

/** The name of the token's volume among the volumes of a spec. */
export const tokenVolume = (volumes: unknown): string | undefined =>
  asWires(volumes)
    .map(({ name }) => asText(name))
    .find((name) => TOKEN_VOLUME.test(name));

/** Gives it, wherever the bytes of a spec name it, the name it could have in every pod. */
export function hideTokenVolume(spec: Buffer, name: string): void {
  for (let at = spec.indexOf(name); at >= 0; at = spec.indexOf(name, at)) {
    spec.write(ANY_TOKEN_VOLUME, at, 'latin1');
  }
}
