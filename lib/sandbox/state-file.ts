import { readFile, rename, writeFile } from 'node:fs/promises';
import type { AccountName } from './apiserver/https/accounts.ts';
import type { Identity } from './apiserver/https/certificate.ts';
import type { JournalState } from './apiserver/journal.ts';

/** What a sandbox needs to come back as the same cluster: objects, versions, certificates and tokens. */
export type SandboxState = {
  readonly format: 1;
  /** Epoch ms. */
  readonly savedAt: number;
  readonly journal: JournalState;
  readonly identity: Identity;
  readonly tokens: Readonly<Partial<Record<AccountName, string>>>;
};

/** Undefined when there is no such file yet. Throws when the file is not a state this version writes. */
export async function readState(path: string): Promise<SandboxState | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as Partial<SandboxState>;
  if (state.format !== 1 || !state.journal || !state.identity)
    throw new Error(`${path} is not a sandbox state`);
  return state as SandboxState;
}

/** Replaces the file in one step: a crash while writing leaves the old one. It holds tokens, so only its owner reads it. */
export async function writeState(path: string, state: SandboxState): Promise<void> {
  const draft = `${path}.tmp`;
  await writeFile(draft, JSON.stringify(state), { mode: 0o600 });
  await rename(draft, path);
}
