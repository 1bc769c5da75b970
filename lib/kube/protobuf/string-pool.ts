const SLOTS = 4096;
/** An image with its digest is about 120 long. */
const LONGEST = 160;

/**
 * Text that comes again and again (label keys, images, reasons) as one string each: read off the bytes without making
 * a new one. A slot holds whatever came last, so that the pool never grows.
 */
export class StringPool {
  readonly #slots: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  text(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > LONGEST) return bytes.toString('utf8', from, to);
    let hash = length;
    let all = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      all |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (all > 0x7f) return bytes.toString('utf8', from, to);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length && isSame(known, bytes, from)) return known;
    return (this.#slots[slot] = bytes.toString('latin1', from, to));
  }
}

function isSame(text: string, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
