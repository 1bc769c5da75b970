/** One member of an archive. A name that ends with a slash is a directory. */
export type TarEntry = { readonly name: string; readonly text: string };

const BLOCK = 512;
/** GNU and BusyBox fill up to twenty blocks. */
const RECORD = 20 * BLOCK;
const FILE = '0';
const DIRECTORY = '5';

/**
 * A ustar archive, owned by root.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function writeTar(entries: readonly TarEntry[], at: number): Uint8Array {
  const blocks = entries.flatMap(({ name, text }) => {
    const content = Buffer.from(text, 'utf8');
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(name, content.length, at), content, padding];
  });
  const written = blocks.reduce((sum, { length }) => sum + length, 0);
  const end = RECORD - ((written + 2 * BLOCK) % RECORD || RECORD) + 2 * BLOCK;
  return Buffer.concat([...blocks, Buffer.alloc(end)]);
}

function header(name: string, size: number, at: number): Buffer {
  const isDirectory = name.endsWith('/');
  const block = Buffer.alloc(BLOCK);
  const [prefix, base] = split(name);
  block.write(base, 0, 100, 'utf8');
  block.write(isDirectory ? '0000755' : '0000644', 100);
  block.write('0000000', 108);
  block.write('0000000', 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(at / 1000), 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(isDirectory ? DIRECTORY : FILE, 156);
  block.write('ustar\u000000', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345, 155, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148);
  return block;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** Names of more than a hundred bytes are cut at a slash. */
function split(name: string): readonly [string, string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const at = name.indexOf('/', name.length - 101);
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}

/** The members of an archive, as far as it goes; links and extended headers are left out. */
export function readTar(archive: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const block = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(block, 124, 12), 8) || 0;
    const type = field(block, 156, 1) || FILE;
    const prefix = field(block, 345, 155);
    const path = `${prefix === '' ? '' : `${prefix}/`}${field(block, 0, 100)}`;
    const text = archive.toString('utf8', at + BLOCK, at + BLOCK + size);
    if (type === FILE) entries.push({ name: path, text });
    if (type === DIRECTORY) entries.push({ name: `${path.replace(/\/$/, '')}/`, text: '' });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

const field = (block: Buffer, at: number, length: number): string =>
  block.toString('utf8', at, at + length).split('\u0000', 1)[0] ?? '';
