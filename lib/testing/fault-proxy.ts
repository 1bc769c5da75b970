import { INITIAL_EVENTS_END } from '#lib/kube/bookmark.ts';
import type { Clock } from '#lib/kube/clock.ts';
import type { ClusterConnection, KubeRequest } from '#lib/kube/connection.ts';
import { networkError } from '#lib/kube/network-error.ts';
import type { ApiPath } from '#lib/kube/path.ts';
import type { KubeResponse } from '#lib/kube/response.ts';
import { ByteChannel } from './byte-channel.ts';
import { brokenSocket } from './fake-connection.ts';
import { encodeMessage, inEnvelope } from './encode-protobuf.ts';
import type { Fault, LastingFault } from './faults.ts';
import { bytesResponse, textResponse } from './text-response.ts';
import { PROTOBUF, watchWire, type WatchWire, type WireEncoding } from './watch-wire.ts';

type Upstream = Pick<ClusterConnection, 'request'>;

/** One answered watch as the client sees it. */
type OpenWatch = {
  readonly resource: string;
  readonly out: ByteChannel;
  readonly wire: WatchWire;
  isSilent: boolean;
  /** The end of its initial events was withheld: its reader must ask again. */
  lacksEnd: boolean;
};

export interface FaultProxy extends Upstream {
  /** `resource` narrows to one kind's requests and streams; undefined: all of them. */
  strike(fault: Fault, resource?: string): void;
  /** From now on everything is passed on. Streams that fell silent stay so. */
  heal(): void;
  /**
   * When, after `heal`, the API server first answered a request of this kind or was still sending it a stream, epoch ms;
   * undefined while neither has happened.
   */
  answeredAt(resource: string): number | undefined;
}

export type FaultProxyOptions = {
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** Uniform in [0, 1): where chunks are cut. */
  readonly random: () => number;
  /** Pages are made this small, so that lists of few objects have several. */
  readonly pageSize: number;
  /** Of the Status that the proxy answers with in the API server's name. */
  readonly encoding?: WireEncoding;
  /** Every request as the client made it. */
  readonly onRequest?: (path: ApiPath, request: KubeRequest) => void;
};

const resourceOf = (path: string) => path.split('/').at(-1) ?? '';
const broken = () => networkError(brokenSocket(), 'cluster.test');
const refused = () => networkError(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'cluster.test');

/** Stands between a client and any API server, fake or real, and does to the wire what is asked of it. */
export function createFaultProxy({
  upstream,
  clock,
  random,
  pageSize,
  encoding = 'json',
  onRequest = () => undefined,
}: FaultProxyOptions): FaultProxy {
  const watches = new Set<OpenWatch>();
  const answered = new Map<string, number>();
  /** Whose last request did not get through. */
  const refusedOnes = new Set<string>();
  let lasting: { readonly fault: LastingFault; readonly resource?: string; readonly until: number }[] = [];
  let armed: { readonly fault: Fault; readonly resource?: string }[] = [];
  let healed = false;

  const isOf = (resource: string, scope: string | undefined) => scope === undefined || scope === resource;
  const active = <K extends LastingFault['do']>(resource: string, what: K) => {
    lasting = lasting.filter(({ until }) => until > clock.now());
    const found = lasting.find((each) => each.fault.do === what && isOf(resource, each.resource));
    return found?.fault as Extract<LastingFault, { do: K }> | undefined;
  };
  /** Takes a fault that waits for its next occasion. */
  const due = <K extends Fault['do']>(resource: string, what: K): boolean => {
    const found = armed.find((each) => each.fault.do === what && isOf(resource, each.resource));
    armed = armed.filter((each) => each !== found);
    return found !== undefined;
  };

  /** What stands in for the API server's answer, if anything does. */
  async function interfere(
    resource: string,
    { isWatch, isWatchList, signal }: { isWatch: boolean; isWatchList: boolean; signal?: AbortSignal },
  ): Promise<KubeResponse | undefined> {
    const delay = active(resource, 'delay');
    if (delay) await clock.sleep(delay.delayMs, signal);
    signal?.throwIfAborted();
    if (active(resource, 'blackhole')) await untilAborted(signal);
    if (active(resource, 'restart')) throw refused();
    if (active(resource, 'reset')) throw broken();
    const refuse = active(resource, 'refuse');
    if (refuse) return refusal(refuse, encoding);
    if (active(resource, 'portal')) return textResponse(200, '<!DOCTYPE html><title>Log in</title>', HTML);
    const refuseLists = isWatchList && active(resource, 'refuse-watch-list');
    if (refuseLists) return statusResponse(status(refuseLists.status, REASONS[refuseLists.status]), encoding);
    if (isWatch && due(resource, 'expire')) return statusResponse(status(410, 'Expired'), encoding);
    if (isWatch && due(resource, 'too-large'))
      return statusResponse(status(504, 'Timeout', TOO_LARGE), encoding);
    return undefined;
  }

  async function request(path: ApiPath, init: KubeRequest = {}): Promise<KubeResponse> {
    const resource = resourceOf(path);
    const isWatch = init.query?.['watch'] !== undefined;
    onRequest(path, init);
    const isWatchList = init.query?.['sendInitialEvents'] !== undefined;
    refusedOnes.add(resource);
    const instead = await interfere(resource, { isWatch, isWatchList, signal: init.signal });
    if (instead) return instead;
    refusedOnes.delete(resource);
    const gone = new AbortController();
    const limit = init.query?.['limit'];
    const response = await upstream.request(path, {
      ...init,
      query: { ...init.query, limit: typeof limit === 'number' ? Math.min(limit, pageSize) : limit },
      signal: init.signal ? AbortSignal.any([init.signal, gone.signal]) : gone.signal,
    });
    if (healed && !answered.has(resource)) answered.set(resource, clock.now());
    if (response.status !== 200) return response;
    const out = new ByteChannel(() => gone.abort('the reader left'));
    init.signal?.addEventListener('abort', () => out.fail(init.signal?.reason as Error), { once: true });
    const isProtobuf = response.headers['content-type']?.startsWith(PROTOBUF) === true;
    const wire = watchWire(isProtobuf ? 'protobuf' : 'json');
    const watch = { resource, out, wire, isSilent: false, lacksEnd: false };
    void (isWatch ? relayWatch(response, watch) : relayList(response, watch));
    return { ...response, body: out };
  }

  async function relayList(response: KubeResponse, { resource, out }: OpenWatch) {
    try {
      const body = await bytesOf(response);
      if (!due(resource, 'truncate')) {
        pushTorn(out, body);
        return out.end();
      }
      pushTorn(out, body.subarray(0, Math.floor(body.length * random())));
      if (random() < 0.5) out.end();
      else out.fail(broken(), { keepUnread: true });
    } catch (error) {
      out.fail(error as Error);
    }
  }

  async function relayWatch(response: KubeResponse, watch: OpenWatch) {
    const { out, wire } = watch;
    watches.add(watch);
    try {
      for await (const chunk of response.body) {
        for (const event of wire.split(chunk)) await relayEvent(event, watch);
        if (!out.isOpen) break;
      }
      if (!watch.isSilent) out.end(); // a silent one stays open for ever, whatever becomes of its other half
    } catch (error) {
      if (!watch.isSilent) out.fail(error as Error);
    } finally {
      watches.delete(watch);
    }
  }

  async function relayEvent(event: Uint8Array, watch: OpenWatch): Promise<void> {
    const { resource, out, wire } = watch;
    const delay = active(resource, 'delay');
    if (delay) await clock.sleep(delay.delayMs);
    if (watch.isSilent) return;
    if (due(resource, 'cut-mid-event')) {
      pushTorn(out, event.subarray(0, Math.floor(event.length * random())));
      return out.fail(broken(), { keepUnread: true });
    }
    if (isInitialEventsEnd(event) && due(resource, 'withhold-end')) {
      watch.lacksEnd = true;
      return;
    }
    if (due(resource, 'garble')) return out.push(wire.garbled(event));
    pushTorn(out, event);
    if (due(resource, 'duplicate')) pushTorn(out, event);
  }

  /** In up to three pieces, cut anywhere: also inside a character. */
  function pushTorn(out: ByteChannel, bytes: Uint8Array): void {
    const cuts = [random(), random()].map((at) => Math.floor(at * bytes.length)).toSorted((a, b) => a - b);
    let from = 0;
    for (const to of [...cuts, bytes.length]) {
      out.push(bytes.subarray(from, to));
      from = to;
    }
  }

  function strikeStream(fault: Fault, watch: OpenWatch): void {
    const { out, wire } = watch;
    if (watch.isSilent) return;
    if (fault.do === 'cut' || fault.do === 'restart') out.fail(broken());
    if (fault.do === 'close') out.end();
    if (fault.do === 'blackhole' || fault.do === 'hang') watch.isSilent = true;
    if (fault.do === 'expire') {
      out.push(wire.error(status(410, 'Expired')));
      out.end();
    }
    if (!out.isOpen) watches.delete(watch);
  }

  return {
    request,
    strike(fault, resource) {
      if ('forMs' in fault) lasting.push({ fault, resource, until: clock.now() + fault.forMs });
      if (AWAITED.has(fault.do) || (fault.do === 'expire' && fault.as === 'status'))
        armed.push({ fault, resource });
      else for (const watch of watches) if (isOf(watch.resource, resource)) strikeStream(fault, watch);
    },
    heal() {
      healed = true;
      lasting = [];
      armed = [];
      for (const { resource, out, isSilent, lacksEnd } of watches)
        if (out.isOpen && !isSilent && !lacksEnd && !refusedOnes.has(resource))
          answered.set(resource, clock.now());
    },
    answeredAt: (resource) => answered.get(resource),
  };
}

const HTML = { 'content-type': 'text/html' };
/** Faults that wait for their next occasion. */
const AWAITED: ReadonlySet<Fault['do']> = new Set<Fault['do']>([
  'duplicate',
  'truncate',
  'cut-mid-event',
  'garble',
  'too-large',
  'withhold-end',
]);
const TOO_LARGE = {
  details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
};

const status = (code: number, reason: string, extra: object = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `${reason} says the proxy`,
  reason,
  code,
  ...extra,
});

function statusResponse(
  body: ReturnType<typeof status>,
  encoding: WireEncoding,
  headers: Readonly<Record<string, string>> = {},
): KubeResponse {
  if (encoding === 'json')
    return textResponse(body.code, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  const bytes = inEnvelope('Status', encodeMessage('Status', body));
  return bytesResponse(body.code, bytes, { 'content-type': PROTOBUF, ...headers });
}

const REASONS = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
} as const;

function refusal(fault: Extract<Fault, { do: 'refuse' }>, encoding: WireEncoding): KubeResponse {
  const headers: Record<string, string> =
    fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  return fault.html
    ? textResponse(fault.status, '<html><title>Bad Gateway</title></html>', { ...HTML, ...headers })
    : statusResponse(status(fault.status, REASONS[fault.status]), encoding, headers);
}

const isInitialEventsEnd = (event: Uint8Array) => Buffer.from(event).includes(INITIAL_EVENTS_END);

async function bytesOf({ body }: KubeResponse): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
