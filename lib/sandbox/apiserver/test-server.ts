import type { Clock } from '#lib/sandbox/clock.ts';
import type { ApiServer, ApiServerRequest } from './api-server.ts';
import { createApiServer } from './api-server.ts';
import { MASTER } from './in-process-transport.ts';
import type { Json, JsonObject } from './objects/json.ts';
import { isObject } from './objects/json.ts';
import type { WatchFrame } from './reply.ts';

/** 2026-01-05T12:00:00Z. */
export const TEST_START = Date.UTC(2026, 0, 5, 12);

type Task = { readonly at: number; readonly run: () => void };

/** A server whose clock tests move, for tests of this folder. */
export function testServer({ journalLimit }: { readonly journalLimit?: number } = {}) {
  let now = TEST_START;
  let tasks: readonly Task[] = [];
  const clock: Clock = {
    now: () => now,
    after: (delayMs, run) => {
      const task = { at: now + delayMs, run };
      tasks = [...tasks, task];
      return () => {
        tasks = tasks.filter((known) => known !== task);
      };
    },
  };
  const advance = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const next = tasks.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      tasks = tasks.filter((known) => known !== next);
      now = next.at;
      next.run();
    }
    now = end;
  };
  const server = createApiServer({ clock, random: counting(), journalLimit });
  const client = clientOf(server);
  const opened: { readonly ended: boolean }[] = [];
  const watch: typeof client.watch = (path, more) => {
    const state = client.watch(path, more);
    opened.push(state);
    return state;
  };
  return {
    server,
    clock,
    advance,
    ...client,
    watch,
    /** Watches the server has not ended. */
    openWatches: () => opened.filter(({ ended }) => !ended).length,
    /** What waits for the clock. */
    pendingTasks: () => tasks.length,
  };
}

function counting(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

type Ask = Partial<Omit<ApiServerRequest, 'method' | 'path'>>;

/** Requests as the administrator unless told otherwise. */
export function clientOf(server: ApiServer) {
  const ask = (method: string, path: string, more: Ask = {}): { status: number; body: JsonObject } => {
    const reply = server.handle({ method, path, user: MASTER, ...more });
    if (reply.kind !== 'json') throw new TypeError(`${path} answered with ${reply.kind}`);
    return { status: reply.status, body: isObject(reply.body) ? reply.body : {} };
  };
  return {
    ask,
    get: (path: string, more?: Ask) => ask('GET', path, more),
    post: (path: string, body: Json, more?: Ask) => ask('POST', path, { body, ...more }),
    put: (path: string, body: Json, more?: Ask) => ask('PUT', path, { body, ...more }),
    patch: (path: string, type: PatchType, body: Json, more?: Ask) =>
      ask('PATCH', path, { body, contentType: PATCH_TYPES[type], ...more }),
    del: (path: string, body?: Json) => ask('DELETE', path, { body }),
    watch: (path: string, more: Ask = {}) => {
      const frames: WatchFrame[] = [];
      const state = { frames, ended: false, close: (): void => undefined };
      const reply = server.handle({ method: 'GET', path, user: MASTER, ...more });
      if (reply.kind !== 'watch') throw new TypeError(`${path} is not a watch`);
      state.close = reply.open({ write: (frame) => frames.push(frame), end: () => (state.ended = true) });
      return state;
    },
    log: (path: string) => {
      const state = { text: '', ended: false, close: (): void => undefined };
      const reply = server.handle({ method: 'GET', path, user: MASTER });
      if (reply.kind !== 'log') throw new TypeError(`${path} answered with ${reply.kind}`);
      state.close = reply.open({ write: (text) => (state.text += text), end: () => (state.ended = true) });
      return state;
    },
  };
}

type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** A Deployment as a person writes it. */
export function deployment(name: string, { image = 'shop/web:1', replicas = 1 } = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
      },
    },
  };
}

export function pod(name: string, labels: Readonly<Record<string, string>> = {}): JsonObject {
  return { metadata: { name, labels }, spec: { containers: [{ name: 'app', image: 'shop/web:1' }] } };
}
