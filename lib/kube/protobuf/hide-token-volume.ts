import { hideTokenVolume } from '#lib/kube/to-model/spec-portion.ts';
import { TOKEN_VOLUME, TOKEN_VOLUME_LENGTH, TOKEN_VOLUME_PREFIX } from '#lib/kube/to-model/token-volume.ts';

/** `volumes` of a PodSpec and `name` of a Volume: field 1, nested. */
const FIELD_1 = 0x0a;
const PREFIX = Buffer.from(TOKEN_VOLUME_PREFIX, 'latin1');

/** In the bytes of a PodSpec, gives the volume of the token the name it could have in every pod. */
export function hideTokenIn(spec: Buffer): void {
  const name = tokenVolume(spec);
  if (name !== undefined) hideTokenVolume(spec, name);
}

/** The name of the first volume that has such a name: `volumes { name … }`, and volumes stand first. */
function tokenVolume(spec: Buffer): string | undefined {
  for (let at = spec.indexOf(PREFIX); at >= 0; at = spec.indexOf(PREFIX, at + 1)) {
    const name = spec.subarray(at, at + TOKEN_VOLUME_LENGTH);
    if (spec[at - 2] === FIELD_1 && spec[at - 1] === TOKEN_VOLUME_LENGTH && isVolume(spec, at - 2)) {
      const text = name.toString('latin1');
      if (TOKEN_VOLUME.test(text)) return text;
    }
  }
  return undefined;
}

/** Whether a volume of the spec begins at `place`: volumes are its first fields, one after the other. */
function isVolume(spec: Buffer, place: number): boolean {
  for (let at = 0; at < place && spec[at] === FIELD_1;) {
    let length = 0;
    let next = at + 1;
    for (let shift = 0; next < place; shift += 7) {
      const byte = spec[next++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (next === place) return true;
    at = next + length;
  }
  return false;
}
