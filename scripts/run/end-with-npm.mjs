import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 500;

/**
 * Ends this run when the npm that started it has ended. npm passes a signal on to the shell between us, which dies of it
 * and tells nobody; and npm killed outright cannot tell anybody. Without npm in front nothing is watched.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const known = lookUp(parent);
  // Some shells put the program in their own place: then npm itself is the parent.
  const npm = known?.isShell ? known.parent : parent;
  const look = () => {
    if (process.ppid === parent && isAlive(npm)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
}

/** A process's parent, and whether it is a shell; `undefined` when the system does not say. */
function lookUp(pid) {
  try {
    if (process.platform !== 'linux') {
      const [parent, command = ''] = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
        encoding: 'utf8',
      })
        .trim()
        .split(/\s+/, 2);
      return { parent: Number(parent), isShell: command.endsWith('sh') };
    }
    // "4711 (sh) S 4700 ...": the name may hold anything, parentheses too.
    const [, name = '', rest = ''] =
      /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { parent: Number(rest.split(' ')[1]), isShell: name.endsWith('sh') };
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
