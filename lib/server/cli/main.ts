import { networkInterfaces } from 'node:os';
import { isIPv6 } from 'node:net';
import { installAccessPolicy } from '#lib/server/access-policy.ts';
import { type HttpServer, startHttpServer } from '#lib/server/http-server.ts';
import { log } from '#lib/server/log.ts';
import { redact } from '#lib/server/redact.ts';
import { allowedHosts, isWildcardHost } from '#lib/server/security/allowed-hosts.ts';
import { shutdownSignal } from '#lib/server/shutdown.ts';
import { version } from '#lib/server/version.ts';
import type { ClusterSource } from '#lib/server/start-options.ts';
import { checkKubeconfig } from './check-kubeconfig.ts';
import { chooseSource, type SourceChoice } from './choose-source.ts';
import { exposure } from './exposure.ts';
import { nextApplication } from './next-application.ts';
import { onStop } from './on-stop.ts';
import { openBrowser } from './open-browser.ts';
import { type CliOptions, helpText, parseCommand } from './options.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';
import { StartError } from './start-error.ts';
import { CLOSE_GRACE_MS, stopper } from './stopper.ts';
import { surroundings } from './surroundings.ts';

const EXIT_BAD_START = 2;
async function run(options: CliOptions): Promise<void> {
  const choice = chooseSource(options, surroundings(process.env));
  if (choice.kind === 'error') throw new StartError(choice.message);
  const access = exposure(options, choice);
  if ('refusal' in access) throw new StartError(access.refusal);
  if (choice.kind === 'kubeconfig') checkKubeconfig(choice.paths, options.context);

  const closers: (() => Promise<unknown>)[] = [];
  const stop = stopper(closers);
  onStop(
    () => void stop(0),
    () => process.exit(1),
  );

  const server = await listen(options, access.readOnly);
  closers.push(() => server.close(CLOSE_GRACE_MS));
  const { source, sandbox } = await openSource(choice, options);
  if (sandbox) {
    closers.push(() => sandbox.stop());
    void sandbox.ended.then((code) => sandboxEnded(code));
  }
  const { startRuntime } = await import('#lib/server/start-runtime.ts');
  await startRuntime({
    source,
    namespace: options.namespace,
    readOnly: access.readOnly,
    version: version(),
    shutdown: shutdownSignal(),
  });
  const application = await nextApplication({ dev: options.dev, hostname: options.host, port: server.port });
  closers.push(() => application.close());
  server.serve(application);

  const url = `http://${urlHost(options.host)}:${server.port}`;
  console.log(readyLine(url, choice, options, access));
  if (options.open) openBrowser(url);
}

function listen(options: CliOptions, readOnly: boolean): Promise<HttpServer> {
  return startHttpServer({
    host: options.host,
    port: options.port,
    dev: options.dev,
    policyFor: (port) => {
      const hosts = allowedHosts({
        host: options.host,
        port,
        allowed: options.allowHosts,
        interfaceAddresses: interfaceAddresses(),
      });
      const policy = { ...hosts, readOnly };
      installAccessPolicy(policy);
      return policy;
    },
  });
}

async function openSource(
  choice: Exclude<SourceChoice, { kind: 'error' }>,
  options: CliOptions,
): Promise<{ source: ClusterSource; sandbox?: SandboxProcess }> {
  if (choice.kind === 'in-cluster') return { source: choice };
  if (choice.kind === 'kubeconfig') {
    return { source: { kind: 'kubeconfig', paths: choice.paths, context: options.context } };
  }
  let ready = false;
  const sandbox = await startSandboxProcess({
    scenarios: options.scenarios,
    // Before it is ready its last words become the one line we end with.
    onLine: (line) => (ready ? console.error(`sandbox: ${line}`) : undefined),
  });
  ready = true;
  return { source: { kind: 'sandbox', paths: [sandbox.kubeconfig], scenarios: options.scenarios }, sandbox };
}

/** The dashboard stays up and says that the cluster is gone. */
function sandboxEnded(code: number | undefined): void {
  if (code === undefined || shutdownSignal().aborted) return;
  log.error('the sandbox cluster ended', { code });
}

const interfaceAddresses = () =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));

function urlHost(host: string): string {
  if (isWildcardHost(host)) return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function readyLine(
  url: string,
  choice: SourceChoice,
  options: CliOptions,
  access: { readOnly: boolean; exposed: boolean },
): string {
  const notes = [
    sourceNote(choice, options),
    access.readOnly ? 'read-only' : undefined,
    access.exposed ? 'NO LOGIN: everybody who reaches this address sees the cluster' : undefined,
  ];
  return `Uncrash is at ${url} (${notes.filter((note) => note !== undefined).join('; ')})`;
}

function sourceNote(choice: SourceChoice, options: CliOptions): string {
  switch (choice.kind) {
    case 'sandbox':
      return choice.because === 'asked'
        ? `sandbox cluster${options.scenarios.length > 0 ? `: ${options.scenarios.join(', ')}` : ''}`
        : 'sandbox cluster, because no kubeconfig was found';
    case 'kubeconfig':
      return `${options.context ? `context ${options.context} of ` : ''}${choice.from === '--kubeconfig' ? choice.paths.join(', ') : choice.from}`;
    case 'in-cluster':
      return 'the cluster this runs in';
    case 'error':
      return choice.message;
  }
}

function fail(error: unknown): never {
  // A StartError is written for the reader; anything else is a defect and keeps its stack for the report.
  const text =
    error instanceof StartError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  console.error(`uncrash: ${redact(text)}`);
  process.exit(error instanceof StartError ? EXIT_BAD_START : 1);
}

const command = parseCommand(process.argv.slice(2), process.env);
switch (command.kind) {
  case 'help':
    console.log(helpText());
    break;
  case 'version':
    console.log(version());
    break;
  case 'error':
    fail(new StartError(command.message));
  case 'run':
    run(command.options).catch(fail);
}
