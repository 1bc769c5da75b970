import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { diagnoseOffline } from '#lib/server/offline/diagnose-offline.ts';
import { jsonReport, textReport } from '#lib/server/offline/findings-report.ts';
import { momentOf } from '#lib/server/offline/newest-time.ts';
import { offlineCluster } from '#lib/server/offline/offline-cluster.ts';
import { sharedCausesOffline } from '#lib/server/offline/shared-causes-offline.ts';
import { ManifestError } from '#lib/server/offline/manifest-error.ts';
import { readManifests } from '#lib/server/offline/read-manifests.ts';
import { redact } from '#lib/server/redact.ts';
import { DIAGNOSE_HELP, type DiagnoseOptions, parseDiagnose } from './diagnose-options.ts';

const EXIT = { clean: 0, findings: 1, badInput: 2 } as const;

/** `uncrash diagnose`: from what kubectl printed to findings, no cluster needed. Returns the exit code. */
async function run({ files, output, logs, at }: DiagnoseOptions): Promise<number> {
  const read = await Promise.all(
    files.map(async (file) => readManifests(await contentOf(file), nameOf(file))),
  );
  const objects = read.flatMap((manifests) => manifests.objects);
  const listedKinds = new Set(read.flatMap((manifests) => [...manifests.listedKinds]));
  const texts = await Promise.all(
    [...logs].map(async ([name, file]) => [name, await contentOf(file)] as const),
  );
  const cluster = offlineCluster({ objects, listedKinds });
  const now = at ?? momentOf(objects, Date.now());
  const found = diagnoseOffline(cluster, { logs: new Map(texts), now });
  const report = output === 'json' ? jsonReport : textReport;
  const shared = sharedCausesOffline(cluster, found, now);
  process.stdout.write(report({ found, shared, now, unused: cluster.unused }));
  return found.length === 0 ? EXIT.clean : EXIT.findings;
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : file);

async function contentOf(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'this is a folder' : String(code);
    throw new ManifestError(file, { line: 1, column: 1 }, reason);
  }
}

function fail(error: unknown): void {
  const known = error instanceof ManifestError;
  const message =
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  console.error(`uncrash: ${redact(message)}`);
  process.exitCode = EXIT.badInput;
}

const command = parseDiagnose(process.argv.slice(2));
if (command.kind === 'help') console.log(DIAGNOSE_HELP);
else if (command.kind === 'error') {
  console.error(`uncrash: ${command.message}`);
  process.exitCode = EXIT.badInput;
} else {
  run(command.options).then((code) => (process.exitCode = code), fail);
}
