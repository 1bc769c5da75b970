/** One field as it stands in a protobuf message: a varint, eight or four fixed bytes, or a run of bytes. */
export type WireField = { readonly number: number; readonly value: bigint | Buffer };

/** Splits a message into its fields. Throws RangeError when it is cut short. */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('protobuf message is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const READERS: Readonly<Record<number, () => bigint | Buffer>> = {
    0: varint,
    1: () => take(8),
    2: () => take(Number(varint())),
    5: () => take(4),
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const read = READERS[tag & 7];
    if (!read) throw new RangeError(`protobuf wire type ${tag & 7} is not in use`);
    yield { number: tag >>> 3, value: read() };
  }
}
