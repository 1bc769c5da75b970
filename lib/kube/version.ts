import type { ClusterConnection } from './connection.ts';
import { apiPath } from './path.ts';
import { expectOk } from './response.ts';
import { asText, asWire } from './to-model/wire.ts';

export type ServerVersion = {
  /** e.g. "v1.35.7", or with a provider's suffix: "v1.31.4-gke.1234". */
  readonly gitVersion: string;
  readonly major: number;
  readonly minor: number;
};

/** Reads GET /version, which every authenticated user may. @throws as `ClusterConnection.request` and `expectOk`. */
export async function readServerVersion(
  connection: Pick<ClusterConnection, 'request'>,
  signal?: AbortSignal,
): Promise<ServerVersion> {
  const response = await expectOk(await connection.request(apiPath`/version`, { signal }));
  const version = asWire(await response.json());
  return {
    gitVersion: asText(version['gitVersion']),
    major: Number.parseInt(asText(version['major'], '0'), 10) || 0,
    minor: Number.parseInt(asText(version['minor'], '0'), 10) || 0, // "35+" with some providers
  };
}
