import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hub } from '#lib/live/hub.ts';
import { installAccessPolicy } from '#lib/server/access-policy.ts';
import { startHttpServer } from '#lib/server/http-server.ts';
import { withOwnRoutes } from '#lib/server/own-routes.ts';
import { type ClusterRuntime, installRuntime, type Runtime } from '#lib/server/runtime.ts';

/**
 * The sending side in a process of its own: `fanout-server.ts product [interval ms]` is the product's HTTP server with its checks, route, hub and
 * stream, over a list that is made up; `floor` writes one shared Buffer with bare node:http. Both send 4.5 KB
 * twenty times a second unless told otherwise. Every message carries the moment it was made, on the clock all processes share.
 */
const INTERVAL_MS = Number(process.argv[3] ?? 50);
const ROWS = 200;
const CHANGED_ROWS = 6;
/** Times, as most of a row is. */
const padding = (row: number) =>
  Array.from({ length: 46 }, (_, at) => 1_763_000_000_000 + at * 61_237 + row * 977).join();

type Row = { readonly id: string; readonly version: number; readonly padding: string };
const responses = new Set<ServerResponse>();
let messages = 0;
let largestQueue = 0;
let closed = 0;

const sentAt = () => ({ sentAt: Number(process.hrtime.bigint() / 1_000n) });

function track(response: ServerResponse): void {
  responses.add(response);
  response.on('close', () => {
    responses.delete(response);
    closed += 1;
  });
}

/** Answers how to send the next message. */
const senders = {
  async product() {
    const hub = new Hub<Row>({
      keyOf: ({ id }) => id,
      snapshot: () => ({ type: 'snapshot' }),
      delta: (removes) => ({ type: 'delta', ...sentAt(), removes }),
      rowsAs: { snapshot: 'rows', delta: 'upserts' },
      schedule: (delayMs, task) => void setTimeout(task, delayMs),
      windowMs: () => 1,
      epoch: 'bench',
    });
    const cluster = { subscribe: (options) => hub.subscribe(options) } as ClusterRuntime;
    installRuntime({
      shutdown: new AbortController().signal,
      cluster: () => cluster,
    } as Partial<Runtime> as Runtime);
    const server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      dev: false,
      policyFor: (port) => {
        const policy = { hosts: [`127.0.0.1:${port}`], origins: [], readOnly: true };
        installAccessPolicy(policy);
        return policy;
      },
    });
    const handler = withOwnRoutes((_request, response) => void response.end());
    server.serve({
      handler: (request, response) => {
        track(response);
        return handler(request, response);
      },
    });
    const row = (at: number, version: number): Row => ({ id: `row-${at}`, version, padding: padding(at) });
    const rows = Array.from({ length: ROWS }, (_, at) => row(at, 0));
    hub.set(rows);
    let version = 0;
    const send = () => {
      for (let n = 0; n < CHANGED_ROWS; n++) {
        version += 1;
        rows[version % ROWS] = row(version % ROWS, version);
      }
      hub.set(rows);
    };
    return { port: server.port, send };
  },
  async floor() {
    const server = createServer((_request, response) => {
      track(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const text = padding(0).repeat(CHANGED_ROWS + 1);
    const send = () => {
      const bytes = Buffer.from(`data: ${JSON.stringify({ ...sentAt(), text })}\n\n`);
      for (const response of responses) response.write(bytes);
    };
    return { port: (server.address() as AddressInfo).port, send };
  },
};

const { port, send } = await senders[process.argv[2] === 'floor' ? 'floor' : 'product']();
let timer: NodeJS.Timeout | undefined;
let cpu = process.cpuUsage();
setInterval(() => {
  for (const response of responses) largestQueue = Math.max(largestQueue, response.writableLength);
}, 100).unref();

const commands = {
  /** From now on a message every 50 ms. */
  send() {
    timer = setInterval(() => {
      send();
      messages += 1;
    }, INTERVAL_MS);
  },
  stop: () => clearInterval(timer),
  reset() {
    messages = 0;
    largestQueue = 0;
    cpu = process.cpuUsage();
  },
  /** What is held, after a collection. */
  heap() {
    globalThis.gc?.();
    process.send?.(process.memoryUsage());
  },
  report() {
    const { user, system } = process.cpuUsage(cpu);
    const rss = process.memoryUsage.rss();
    process.send?.({ cpuUs: user + system, messages, rss, readers: responses.size, largestQueue, closed });
  },
};
process.on('message', (command: keyof typeof commands) => commands[command]());
process.once('disconnect', () => process.exit());
process.send?.(port);
