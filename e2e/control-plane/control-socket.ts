import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, relative } from 'node:path';

/**
 * Where `--down` finds the cluster of this clone. A socket instead of a process id: the id may belong to somebody else
 * by now, a socket with nobody behind it refuses. Relative, as socket paths may not exceed some 100 bytes.
 */
const PATH = relative(process.cwd(), `${import.meta.dirname}/../../.uncrash/control-plane.sock`);

/** Calls `end` when asked to; the asker's connection stays open until we are gone. @throws Error when one runs already. */
export async function listenForEnd(end: () => void): Promise<() => Promise<void>> {
  await mkdir(dirname(PATH), { recursive: true });
  if (await isAnswered())
    throw new Error('A cluster is running already: end it with `npm run cluster -- --down`.');
  await rm(PATH, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', end);
  });
  server.listen(PATH);
  await once(server, 'listening');
  server.unref();
  return async () => {
    server.close();
  };
}

/** Asks the running cluster to end and waits until it has; false when there is none. */
export async function endRunning(): Promise<boolean> {
  const socket = connect(PATH);
  try {
    await once(socket, 'connect');
  } catch {
    return false;
  }
  socket.on('error', () => undefined); // reset is as good as closed
  socket.write('end');
  socket.resume();
  await once(socket, 'close');
  return true;
}

async function isAnswered(): Promise<boolean> {
  const socket = connect(PATH);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
