import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FailedStep } from './progress.mjs';
import { ownNode, ROOT, step } from './processes.mjs';

/** Installs from the lock file when something it names is not there in that version. */
export async function ensureInstalled() {
  const missing = missingPackages();
  if (missing.length > 0 || !ownNode()) {
    const [command, args, shell] = npm();
    await step(
      'installing dependencies',
      command,
      [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        shell,
        // Set by an outer npm; npm ci must install the development tools too.
        env: { NODE_ENV: '' },
      },
    );
  }
  if (!ownNode() && Number(process.versions.node.split('.')[0]) < 24) {
    throw new FailedStep(
      `the package "node" brought no Node 24 for ${process.platform} ${process.arch}; run this with Node 24 or newer`,
    );
  }
}

/**
 * Compares the lock file with the record npm keeps of what it installed (written last, so an interrupted install does
 * not count). Packages for other platforms are optional and may be absent.
 */
export function missingPackages(root = ROOT) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional)
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

function readLock(path) {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** The npm that runs us, by its script (no shell, no npm.cmd); else the one on PATH. */
function npm() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return [process.execPath, [script], false];
  return ['npm', [], process.platform === 'win32'];
}
