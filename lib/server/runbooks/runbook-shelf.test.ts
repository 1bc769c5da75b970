import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderSource } from './folder-source.ts';
import { createRunbookShelf } from './runbook-shelf.ts';

let folder: string;
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const shelf = () => createRunbookShelf([folderSource(folder)]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uncrash-runbooks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a team's folder", () => {
  it('adds pages and replaces ours, marked as the team’s', async () => {
    write('oom-limit.md', '# Our memory rules\n\nAsk `#platform` first.\n');
    write('payment-gateway.md', '# Payment gateway is closed\n\n- It opens at six.\n');
    const { runbooks, gaps } = await shelf().list();
    expect(gaps).toEqual([]);
    expect(runbooks.find(({ id }) => id === 'oom-limit')).toEqual({
      id: 'oom-limit',
      title: 'Our memory rules',
      brief: 'Ask #platform first.',
      family: 'crash',
      origin: 'team-override',
    });
    expect(runbooks.find(({ id }) => id === 'payment-gateway')).toMatchObject({
      origin: 'team',
      family: 'other',
    });
    expect(runbooks.find(({ id }) => id === 'oom-node')).toMatchObject({ origin: 'built-in' });
    expect(await shelf().read('oom-limit')).toMatchObject({ blocks: [{ kind: 'paragraph' }] });
  });

  it('is read anew each time', async () => {
    const open = shelf();
    write('ours.md', '# One\n');
    expect(await open.read('ours')).toMatchObject({ title: 'One' });
    write('ours.md', '# Two\n');
    expect(await open.read('ours')).toMatchObject({ title: 'Two' });
    rmSync(join(folder, 'ours.md'));
    expect(await open.read('ours')).toBeUndefined();
  });

  it('names what it cannot use and goes on', async () => {
    write('good.md', '# Good\n');
    write('Bad Name.md', '# x\n');
    write('large.md', 'x'.repeat(65 * 1024));
    write('empty.md', ' \n');
    write('binary.md', Uint8Array.of(0xff, 0xfe, 0x00));
    write('notes.txt', 'left alone');
    mkdirSync(join(folder, 'sub.md'));
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'lost.md'));
    symlinkSync(join(folder, 'good.md'), join(folder, 'linked.md'));
    const { runbooks, gaps } = await shelf().list();
    expect(runbooks.filter(({ origin }) => origin === 'team').map(({ id }) => id)).toEqual([
      'good',
      'linked',
    ]);
    expect(gaps.map(({ where, reason }) => [where.slice(folder.length + 1), reason])).toEqual([
      ['Bad Name.md', expect.stringContaining('not an id')],
      ['binary.md', 'not UTF-8 text'],
      ['empty.md', 'there is no text in it'],
      ['large.md', 'larger than 64 KiB'],
      ['lost.md', 'there is no such file or folder'],
      ['pipe.md', 'not a file'],
      ['sub.md', 'not a file'],
    ]);
  });

  it('may be missing: ours stay', async () => {
    const open = createRunbookShelf([folderSource(join(folder, 'gone'))]);
    const { runbooks, gaps } = await open.list();
    expect(runbooks.length).toBeGreaterThan(150);
    expect(gaps).toEqual([{ where: join(folder, 'gone'), reason: 'there is no such file or folder' }]);
  });

  it.each(['../package', '..%2fpackage', 'no-such-page', '', 'constructor', '__proto__'])(
    'has no page %j',
    async (id) => {
      expect(await shelf().read(id)).toBeUndefined();
    },
  );

  it('lets the later source win', async () => {
    const early = async () => ({ texts: new Map([['a', '# Early']]), gaps: [] });
    const late = async () => ({ texts: new Map([['a', '# Late']]), gaps: [] });
    expect(await createRunbookShelf([early, late]).read('a')).toMatchObject({ title: 'Late' });
  });
});
