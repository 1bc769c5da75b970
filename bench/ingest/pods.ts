import { INITIAL_EVENTS_END } from '#lib/kube/bookmark.ts';
import { encodeEvent, encodeMessage, encodeNested, inEnvelope } from '#lib/testing/encode-protobuf.ts';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';

/** As many as the reflector asks for at a time. */
export const PAGE_SIZE = 250;
/** One pod in so many is broken. */
const BROKEN_EVERY = 20;
/** Places for numbers of fixed width, so that a page is encoded once and served under any number. */
export const MARKS = { page: 'PAGEMK', next: 'NEXTMK', version: '1VERSMRK' } as const;

export type Encoding = 'json' | 'protobuf';

/**
 * A pod a real API server wrote, grown to what is common: two containers with environment and probes, managedFields of
 * three managers; about 8 KB of JSON.
 */
function pod(index: number): Wire {
  const [recorded = {}] = asWires(asWire(JSON.parse(recordedBytes('pods.json').toString()))['items']);
  const place = `${MARKS.page}${String(index).padStart(3, '0')}`;
  const metadata = asWire(recorded['metadata']);
  // The volume of the service account's token has a name of its own in every pod.
  const spec = asWire(
    JSON.parse(
      JSON.stringify(recorded['spec']).replaceAll(/kube-api-access-\w+/g, `kube-api-access-${place}`),
    ),
  );
  const status = asWire(recorded['status']);
  const [container = {}] = asWires(spec['containers']);
  const [containerStatus = {}] = asWires(status['containerStatuses']);
  const managed = asWires(metadata['managedFields']);
  const env = Array.from({ length: 6 }, (_, n) => ({
    name: `SETTING_${n}`,
    value: `value-${n}-of-${index % 7}`,
  }));
  const isBroken = index % BROKEN_EVERY === 0;
  const healthy = {
    ...containerStatus,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: metadata['creationTimestamp'] } },
    lastState: {},
  };
  const app = isBroken ? containerStatus : healthy;
  const conditions = asWires(status['conditions']).map(({ type, lastTransitionTime, ...rest }) =>
    isBroken ? { type, lastTransitionTime, ...rest } : { type, lastTransitionTime, status: 'True' },
  );
  return {
    metadata: {
      ...metadata,
      name: `checkout-5bf7d644df-${place}`,
      uid: `1112310f-4f8f-4d27-875d-${place}`,
      resourceVersion: MARKS.version,
      managedFields: [...managed, ...managed.slice(1)],
    },
    spec: {
      ...spec,
      containers: [
        { ...container, env },
        { ...container, name: 'proxy', env },
      ],
    },
    status: { ...status, conditions, containerStatuses: [app, { ...healthy, name: 'proxy' }] },
  };
}

const pods = Array.from({ length: PAGE_SIZE }, (_, index) => pod(index));

/** With managedFields, which the product's own table of fields does not know. */
function inProtobuf({ metadata, spec, status }: Wire): Buffer {
  const managed = asWires(asWire(metadata)['managedFields']).map((entry) => {
    const texts = (['manager', 'operation', 'apiVersion'] as const).map((name, at) =>
      encodeNested(at + 1, Buffer.from(String(entry[name]))),
    );
    const fields = encodeNested(1, Buffer.from(JSON.stringify(entry['fieldsV1'])));
    return encodeNested(17, Buffer.concat([...texts, encodeNested(7, fields)]));
  });
  return Buffer.concat([
    encodeNested(1, Buffer.concat([encodeMessage('ObjectMeta', asWire(metadata)), ...managed])),
    encodeNested(2, encodeMessage('PodSpec', asWire(spec))),
    encodeNested(3, encodeMessage('PodStatus', asWire(status))),
  ]);
}

/** The items of a JSON page, without brackets. */
export const jsonItems = (): Buffer => Buffer.from(pods.map((each) => JSON.stringify(each)).join(','));

/** A page under marks; the last one has no mark of a next. */
export function page(encoding: Encoding, { isLast }: { isLast: boolean }): Buffer {
  const metadata = { resourceVersion: '10000000', ...(isLast ? {} : { continue: MARKS.next }) };
  if (encoding === 'json') {
    const head = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata }).slice(0, -1);
    return Buffer.concat([Buffer.from(`${head},"items":[`), jsonItems(), Buffer.from(']}')]);
  }
  const list = [encodeNested(1, encodeMessage('ListMeta', metadata))];
  for (const each of pods) list.push(encodeNested(2, inProtobuf(each)));
  return inEnvelope('PodList', Buffer.concat(list));
}

/** One page of events under marks. */
export function events(encoding: Encoding, type: 'ADDED' | 'MODIFIED'): Buffer {
  if (encoding === 'json') {
    return Buffer.from(pods.map((object) => `${JSON.stringify({ type, object })}\n`).join(''));
  }
  const frames = pods.map((each) => {
    const object = encodeNested(1, inEnvelope('Pod', inProtobuf(each)));
    const event = Buffer.concat([encodeNested(1, Buffer.from(type)), encodeNested(2, object)]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(event.length);
    return Buffer.concat([length, event]);
  });
  return Buffer.concat(frames);
}

/** The bookmark that ends initial events. */
export function initialEventsEnd(encoding: Encoding): Buffer {
  const metadata = { resourceVersion: '10000000', annotations: { [INITIAL_EVENTS_END]: 'true' } };
  if (encoding === 'protobuf') return encodeEvent('BOOKMARK', 'Pod', { metadata });
  return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Pod', metadata } })}\n`);
}
