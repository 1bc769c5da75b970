import { isIPv6 } from 'node:net';
import { homedir, networkInterfaces } from 'node:os';
import { findKubeconfig } from '#lib/kube/find-kubeconfig.ts';
import { readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { installAccessPolicy } from '#lib/server/access-policy.ts';
import { type HttpServer, startHttpServer } from '#lib/server/http-server.ts';
import { log } from '#lib/server/log.ts';
import { redact } from '#lib/server/redact.ts';
import { allowedHosts, isWildcardHost } from '#lib/server/security/allowed-hosts.ts';
import { shutdownSignal } from '#lib/server/shutdown.ts';
import type { Credentials } from '#lib/server/start-options.ts';
import { version } from '#lib/server/version.ts';
import { chooseSource, type SourceChoice } from './choose-source.ts';
import { exposure } from './exposure.ts';
import { nextApplication } from './next-application.ts';
import { onStop } from './on-stop.ts';
import { openBrowser } from './open-browser.ts';
import { type CliOptions, helpText, parseCommand } from './options.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { StartError } from './start-error.ts';
import { CLOSE_GRACE_MS, stopper } from './stopper.ts';

const EXIT_BAD_START = 2;

type Choice = Exclude<SourceChoice, { kind: 'error' }>;
type Closers = (() => Promise<unknown>)[];

async function run(options: CliOptions): Promise<void> {
  const { choice, readOnly, exposed } = decide(options);
  const closers: Closers = [];
  const stop = stopper(closers);
  onStop({ stop: () => void stop(0), kill: () => process.exit(1) });

  const server = await listen(options, readOnly);
  closers.push(() => server.close(CLOSE_GRACE_MS));
  const credentials = choice.kind === 'cluster' ? choice.credentials : await openSandbox(options, closers);
  const { startRuntime } = await import('#lib/server/start-runtime.ts');
  const { withOwnRoutes } = await import('#lib/server/own-routes.ts');
  startRuntime({
    credentials,
    context: options.context,
    namespaces: options.namespaces,
    sandbox: choice.kind === 'sandbox',
    readOnly,
    runbooks: { folder: options.runbooks, configMap: options.runbooksConfigMap },
    version: version(),
    shutdown: shutdownSignal(),
  });
  const application = await nextApplication({ dev: options.dev, hostname: options.host, port: server.port });
  closers.push(() => application.close());
  server.serve({ ...application, handler: withOwnRoutes(application.handler) });

  const url = `http://${urlHost(options.host)}:${server.port}`;
  const notes = [
    sourceNote(choice, options),
    ...(readOnly ? ['read-only'] : []),
    ...(exposed ? ['NO LOGIN: whoever reaches this address sees the cluster'] : []),
  ];
  console.log(`Uncrash is at ${url} (${notes.join('; ')})`);
  if (options.open) openBrowser(url);
}

/** Everything that can be refused without opening a port or asking a cluster. */
function decide(options: CliOptions): { choice: Choice; readOnly: boolean; exposed: boolean } {
  const found = findKubeconfig({ flag: options.kubeconfig, env: process.env, home: homeDirectory() });
  const choice = chooseSource(options, found);
  if (choice.kind === 'error') throw new StartError(choice.message);
  const inCluster = found.source === 'in-cluster' && choice.kind === 'cluster';
  const access = exposure(options, inCluster);
  if ('refusal' in access) throw new StartError(access.refusal);
  if (choice.kind === 'cluster') checkCredentials(choice.credentials, options.context);
  return { choice, ...access };
}

/** In a container the user may have neither $HOME nor a line in /etc/passwd; Node then throws. */
function homeDirectory(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** @throws StartError when the files cannot be used or do not hold the context. */
function checkCredentials(credentials: Credentials, context: string | undefined): void {
  try {
    readKubeconfig(credentials).resolve(context);
  } catch (error) {
    if (error instanceof Error && error.name === 'KubeconfigError') {
      throw new StartError(error.message, { cause: error });
    }
    throw error;
  }
}

function listen(options: CliOptions, readOnly: boolean): Promise<HttpServer> {
  const interfaceAddresses = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
  return startHttpServer({
    host: options.host,
    port: options.port,
    dev: options.dev,
    policyFor: (port) => {
      const hosts = allowedHosts({
        host: options.host,
        port,
        allowed: options.allowHosts,
        interfaceAddresses,
      });
      const policy = { ...hosts, readOnly };
      installAccessPolicy(policy);
      return policy;
    },
  });
}

async function openSandbox(options: CliOptions, closers: Closers): Promise<Credentials> {
  let ready = false;
  const sandbox = await startSandboxProcess({
    scenarios: options.scenarios,
    // Before it is ready its last words become the one line we end with.
    onLine: (line) => (ready ? console.error(`sandbox: ${line}`) : undefined),
  });
  ready = true;
  closers.push(() => sandbox.stop());
  void sandbox.ended.then((code) => {
    // The dashboard stays up and says that the cluster is gone.
    if (code !== undefined) log.error('the sandbox cluster ended', { code });
  });
  return { source: 'flag', files: [sandbox.kubeconfig] };
}

function urlHost(host: string): string {
  if (isWildcardHost(host)) return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function sourceNote(choice: Choice, { scenarios, context }: CliOptions): string {
  if (choice.kind === 'sandbox') {
    const why = choice.because === 'asked' ? scenarios.join(', ') : 'no kubeconfig was found';
    return why === '' ? 'sandbox cluster' : `sandbox cluster: ${why}`;
  }
  const { credentials } = choice;
  if (credentials.source === 'in-cluster') return 'the cluster this runs in';
  const files = credentials.files.join(', ');
  return context === undefined ? files : `context ${context} of ${files}`;
}

function fail(error: unknown): never {
  // A StartError is written for the reader; anything else is a defect and keeps its stack for the report.
  const known = error instanceof StartError;
  const text =
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  console.error(`uncrash: ${redact(text)}`);
  process.exit(known ? EXIT_BAD_START : 1);
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
