import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { decodeProtobufObject } from '#lib/sandbox/apiserver/protobuf/decode-object.ts';
import { StatusError, badRequest, unsupportedMediaType } from '#lib/sandbox/apiserver/status-error.ts';

/** As the real server limits it (apiserver --max-request-bytes). */
const MAX_BYTES = 3 * 1024 * 1024;

type Decoder = (bytes: Buffer) => Json;

const fromJson: Decoder = (bytes) => JSON.parse(bytes.toString('utf8')) as Json;
const fromYaml: Decoder = (bytes) => parse(bytes.toString('utf8')) as Json;

const DECODERS: Readonly<Record<string, Decoder>> = {
  'application/json': fromJson,
  'application/json-patch+json': fromJson,
  'application/merge-patch+json': fromJson,
  'application/strategic-merge-patch+json': fromJson,
  'application/yaml': fromYaml,
  'application/apply-patch+yaml': fromYaml,
  'application/vnd.kubernetes.protobuf': decodeProtobufObject,
};

/** The body as JSON, whatever it was sent as; undefined when there is none. Throws 400, 413 and 415. */
export async function requestBody(request: IncomingMessage): Promise<Json | undefined> {
  const bytes = await collect(request);
  if (bytes.length === 0) return undefined;
  const type = mediaType(request.headers['content-type']);
  const decode = DECODERS[type];
  if (!decode) throw unsupportedMediaType(Object.keys(DECODERS));
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type object): ${String(error)}`);
  }
}

export function mediaType(header: string | undefined): string {
  return (header ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): StatusError {
  return new StatusError({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: limit is ${MAX_BYTES}`,
    details: {},
  });
}
