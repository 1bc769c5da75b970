import { type FileHandle, open, readdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import type { RunbookGap } from '#lib/contract/runbooks.ts';
import { runbookIdOf } from './runbook-id.ts';
import {
  BAD_NAME,
  EMPTY,
  MAX_RUNBOOK_BYTES,
  MAX_RUNBOOKS,
  type RunbookSource,
  type RunbookTexts,
  TOO_LARGE,
} from './runbook-source.ts';

/**
 * The Markdown files of a folder, read anew each time, so that an edit shows at once. Other files are left alone.
 * Links are followed: a mounted ConfigMap consists of them.
 */
export function folderSource(folder: string): RunbookSource {
  return async () => {
    let names;
    try {
      names = await readdir(folder);
    } catch (error) {
      return { texts: new Map(), gaps: [{ where: folder, reason: reasonOf(error) }] };
    }
    return readAll(folder, names.filter(isMarkdown).toSorted());
  };
}

const isMarkdown = (name: string): boolean => name.endsWith('.md') && !name.startsWith('.');

async function readAll(folder: string, names: readonly string[]): Promise<RunbookTexts> {
  const texts = new Map<string, string>();
  const gaps: RunbookGap[] = [];
  const pages = await Promise.all(names.slice(0, MAX_RUNBOOKS).map((name) => readPage(folder, name)));
  for (const { where, id, read } of pages) {
    if ('reason' in read) gaps.push({ where, reason: read.reason });
    else if (id !== undefined) texts.set(id, read.text);
  }
  if (names.length > MAX_RUNBOOKS) {
    gaps.push({ where: folder, reason: `${names.length} files: only the first ${MAX_RUNBOOKS} are read` });
  }
  return { texts, gaps };
}

type Read = { readonly text: string } | { readonly reason: string };

async function readPage(folder: string, name: string) {
  const where = join(folder, name);
  const id = runbookIdOf(name);
  const read: Read = id === undefined ? { reason: BAD_NAME } : await readText(where);
  return { where, id, read };
}

async function readText(path: string): Promise<Read> {
  let file: FileHandle | undefined;
  try {
    // A pipe that nobody writes to would otherwise hold the open for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) return { reason: 'not a file' };
    const buffer = Buffer.alloc(MAX_RUNBOOK_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > MAX_RUNBOOK_BYTES) return { reason: TOO_LARGE };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
    return text.trim() === '' ? { reason: EMPTY } : { text };
  } catch (error) {
    return { reason: reasonOf(error) };
  } finally {
    await file?.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this process may not read it',
  EPERM: 'this process may not read it',
  ENOTDIR: 'not a folder',
  EISDIR: 'not a file',
  ELOOP: 'its links lead in a circle',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text',
};

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? `it cannot be read${code === undefined ? '' : ` (${code})`}`;
}
