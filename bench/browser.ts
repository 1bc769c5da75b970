import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { initialScripts } from '#lib/testing/initial-scripts.ts';
import { type App, startApp } from '../e2e/processes.ts';
import playwrightConfig from '../playwright.config.ts';
import { installProbe, type Probe } from './browser/page-probe.ts';
import { keystrokeFloor, paintFloor } from './browser/static-page.ts';

/**
 * The list of a cluster with 5,000 unhealthy pods in a real browser, while 50 changes a second arrive; and the bytes of
 * a first view at three sizes. Needs a built product (`npm run build` or any `npm start`). The floors are a page without
 * any code of ours that paints as many rows, and keys typed into it; the control is the same list while nothing changes.
 *
 *     npm run bench -- browser [--runs=5] [--rate=50]
 */
const { values } = parseArgs({ options: { runs: { type: 'string' }, rate: { type: 'string' } } });
const RUNS = Number(values.runs ?? 5);
const RATE = Number(values.rate ?? 50);
const SIZES = {
  healthy1k: [1_000, 0, 0],
  healthy50k: [50_000, 0, 0],
  unhealthy5k: [20_000, 5_000, 1_500],
} as const;
/** An engineer who types and steps through rows, not a machine. */
const KEY_GAP_MS = 120;
const MOST_WAIT_MS = 180_000;

type Stage = { readonly app: App; readonly cluster: string; stop(): Promise<void> };

async function open(size: readonly number[]): Promise<Stage> {
  const child = fork(join(import.meta.dirname, 'browser', 'unhealthy-cluster.ts'), size.map(String));
  const [port] = (await once(child, 'message')) as [number];
  const cluster = `http://127.0.0.1:${port}`;
  const kubeconfig = join(tmpdir(), `uncrash-bench-${process.pid}-${port}.yaml`);
  await writeFile(
    kubeconfig,
    `{apiVersion: v1, kind: Config, current-context: load, clusters: [{name: load, cluster: {server: "${cluster}"}}], users: [{name: me, user: {token: bench}}], contexts: [{name: load, context: {cluster: load, user: me}}]}`,
  );
  const app = await startApp(['--kubeconfig', kubeconfig]);
  for (const endAt = Date.now() + MOST_WAIT_MS; Date.now() < endAt; await pause(250)) {
    const answer = await fetch(`${app.url}/api/incidents`).then(
      (response) => response.json() as Promise<Partial<IncidentsResponse>>,
    );
    if (answer.state === 'live') break;
  }
  return {
    app,
    cluster,
    stop: async () => {
      await app.stop();
      child.disconnect();
      await rm(kubeconfig, { force: true });
    },
  };
}

const churn = (stage: Stage, rate: number) =>
  fetch(`${stage.cluster}/churn?rate=${rate}`, { method: 'POST' });
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
const quantile = (numbers: readonly number[], share: number) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
const median = (numbers: readonly number[]) => quantile(numbers, 0.5);

/** Up to the end of the first event, as it travels: the shared worker reads it, where no page's debugger looks. */
function snapshotBytes({ app }: Stage): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(`${app.url}/api/stream`, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      let quiet: NodeJS.Timeout | undefined;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          request.destroy();
          resolve(bytes);
        }, 1_000);
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') reject(error);
    });
  });
}

/** What the first view costs on the wire: the page, what it asks for, and the stream's first event; code apart. */
async function firstView(browser: Browser, stage: Stage) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const types = new Map<string, string>();
  const bytes = { data: 0, script: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId);
    if (type === 'Script') bytes.script += encodedDataLength;
    if (type === 'Document' || type === 'Fetch' || type === 'XHR') bytes.data += encodedDataLength;
  });
  await page.goto(stage.app.url);
  await pause(3_000);
  await page.close();
  const initial = (await initialScripts(stage.app.url)).reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  const streamed = await snapshotBytes(stage);
  return {
    kb: round((bytes.data + streamed) / 1024),
    page_kb: round(bytes.data / 1024),
    stream_kb: round(streamed / 1024),
    scripts_kb: round(bytes.script / 1024),
    initial_js_kb: round(initial / 1024),
  };
}

const readProbe = (page: Page): Promise<Probe> => page.evaluate(() => window.probe);

/** Typing into the filter, then stepping through the rows. */
async function work(page: Page): Promise<Pick<Probe, 'interactions' | 'longTasks'>> {
  const before = await readProbe(page);
  await page.keyboard.press('/');
  for (const key of [
    'c',
    'h',
    'e',
    'c',
    'k',
    'Backspace',
    'Backspace',
    'Backspace',
    'Backspace',
    'Backspace',
    'Escape',
  ]) {
    await page.keyboard.press(key);
    await pause(KEY_GAP_MS);
  }
  for (const key of 'jjjjjjjjjjjjjjjjjjjjkkkkkkkkkk') {
    await page.keyboard.press(key);
    await pause(KEY_GAP_MS);
  }
  await pause(500);
  const after = await readProbe(page);
  return {
    interactions: after.interactions.slice(before.interactions.length),
    longTasks: after.longTasks.slice(before.longTasks.length),
  };
}

async function oneRun(browser: Browser, stage: Stage) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(installProbe);
  await page.goto(stage.app.url);
  await page.getByRole('table', { name: 'Incidents' }).getByRole('link').first().waitFor();
  await pause(1_500);
  const idle = await work(page);
  await churn(stage, RATE);
  await pause(1_000);
  const busy = await work(page);
  await churn(stage, 0);
  const { paintMs } = await readProbe(page);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  await page.close();
  const floor = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await floor.addInitScript(installProbe);
  const floors = {
    paint: await paintFloor(floor),
    inp: quantile(await keystrokeFloor(floor, KEY_GAP_MS), 0.98),
  };
  await floor.close();
  return {
    paint: paintMs,
    inp: quantile(busy.interactions, 0.98),
    inp_idle: quantile(idle.interactions, 0.98),
    long_tasks: busy.longTasks.length,
    long_task_max: Math.max(0, ...busy.longTasks),
    long_tasks_idle: idle.longTasks.length,
    nodes,
    heap_mb: usedSize / 1024 / 1024,
    paint_floor: floors.paint,
    inp_floor: floors.inp,
  };
}

const browser = await chromium.launch(playwrightConfig.projects?.[0]?.use?.launchOptions);
try {
  const views: Record<string, Awaited<ReturnType<typeof firstView>>> = {};
  const runs: Awaited<ReturnType<typeof oneRun>>[] = [];
  for (const [name, size] of Object.entries(SIZES)) {
    const stage = await open(size);
    try {
      views[name] = await firstView(browser, stage);
      process.stdout.write(`${name.padEnd(12)} ${JSON.stringify(views[name])}\n`);
      for (let run = 0; name === 'unhealthy5k' && run < RUNS; run++) {
        runs.push(await oneRun(browser, stage));
        process.stdout.write(`run ${run + 1} ${JSON.stringify(runs.at(-1))}\n`);
      }
    } finally {
      await stage.stop();
    }
  }
  const of = (name: keyof (typeof runs)[number]) => round(median(runs.map((run) => run[name])));
  const report = {
    bench: 'browser',
    runs: RUNS,
    first_paint_ms: of('paint'),
    first_paint_floor_ms: of('paint_floor'),
    inp_p98_ms: of('inp'),
    inp_p98_idle_ms: of('inp_idle'),
    inp_p98_floor_ms: of('inp_floor'),
    long_tasks: of('long_tasks'),
    long_task_max_ms: of('long_task_max'),
    long_tasks_idle: of('long_tasks_idle'),
    dom_nodes: of('nodes'),
    js_heap_mb: of('heap_mb'),
    first_view_kb: Object.fromEntries(Object.entries(views).map(([name, { kb }]) => [name, kb])),
    initial_js_kb: views['unhealthy5k']?.initial_js_kb,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
} finally {
  await browser.close();
}
// Playwright's configuration listens to the channel of whoever started us, which would keep us here.
process.exit();
