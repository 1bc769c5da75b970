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
    const slot = sampleHash(bytes, from, to) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length && isSame(known, bytes, from)) return known;
    const text = bytes.toString('utf8', from, to);
    if (text.length === length) this.#slots[slot] = text; // of one byte per character
    return text;
  }
}

/** Of long texts some bytes: whether they are equal is decided by comparing all. */
function sampleHash(bytes: Buffer, from: number, to: number): number {
  const step = 1 + ((to - from) >>> 5);
  let hash = to - from;
  for (let at = to - 1; at >= from; at -= step) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame(text: string, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
