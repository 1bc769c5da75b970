import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';

export function decodeProtobufObject(_bytes: Buffer): Json {
  return {};
}
