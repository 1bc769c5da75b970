import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anActionPreview, anActionReceipt } from '#components/fixtures/action-preview.ts';
import { anIncidentView, rollback } from '#components/fixtures/incident-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { renderOnScreen } from '#components/test-screen.tsx';
import type { ActionReceipt, ExecuteRequest } from '#lib/contract/actions.ts';
import { ActionButtons } from './action-buttons.tsx';
import { ActionDialogHost } from './action-dialog-host.tsx';

/** In a browser it is there long before anybody has read the cause. */
beforeAll(() => import('./action-dialog.tsx'));

const [row] = incidentRows();
if (!row) throw new Error('The fixture has rows.');

type Answer = { readonly status: number; readonly body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

/** A server of scripted answers: the last one of a route repeats. */
function aServer(script: { preview?: Answer[]; execute?: Answer[]; receipt?: Answer[] }) {
  const sent: ExecuteRequest[] = [];
  let previews = 0;
  const take = (answers: Answer[] | undefined, fallback: Answer): Answer =>
    (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ?? fallback;
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const answer = (() => {
      if (url.startsWith('/api/actions/preview')) {
        previews += 1;
        return take(script.preview, ok(anActionPreview()));
      }
      if (init.method === 'POST') {
        sent.push(JSON.parse(init.body as string) as ExecuteRequest);
        return take(script.execute, ok(anActionReceipt({ intentId: sent.at(-1)?.intentId })));
      }
      if (url.startsWith('/api/actions/')) return take(script.receipt, ok(anActionReceipt()));
      return ok({ receipts: [] });
    })();
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
  return { sent, previews: () => previews };
}

const view = (change = {}) => anIncidentView(row, { actions: [rollback(row, 6)], ...change });
const open = (change = {}) =>
  renderOnScreen(
    <ActionDialogHost>
      <ActionButtons view={view(change)} />
    </ActionDialogHost>,
  );
const confirmButton = () => screen.findByRole('button', { name: 'Roll back to 6' });

describe('action dialog', () => {
  beforeEach(() => vi.useRealTimers());
  afterEach(() => vi.unstubAllGlobals());

  it('shows the effect, the difference, the checks and the command before anything is written', async () => {
    const { sent } = aServer({});
    open();
    await userEvent.keyboard('u');
    const dialog = await screen.findByRole('dialog', {
      name: 'Roll back shop/checkout from revision 7 to 6',
    });
    expect(within(dialog).getByText('ghcr.io/acme/checkout:2.14.0')).toBeDefined();
    expect(within(dialog).getByText('4 pass, 1 note, 1 unknown, 0 fail', { exact: false })).toBeDefined();
    expect(
      within(dialog).getByText('kubectl rollout undo deployment/checkout -n shop --to-revision=6'),
    ).toBeDefined();
    expect(sent).toEqual([]);
  });

  it('is confirmed by Enter and follows the rollout to its end', async () => {
    const done: ActionReceipt = anActionReceipt({
      rollout: {
        state: 'done',
        message: 'deployment "checkout" successfully rolled out',
        revision: 8,
        updated: 3,
        ready: 3,
        available: 3,
        desired: 3,
      },
    });
    const { sent } = aServer({ receipt: [ok(done)] });
    open();
    await userEvent.keyboard('u');
    await waitFor(async () => expect(document.activeElement).toBe(await confirmButton()));
    await userEvent.type(screen.getByRole('textbox', { name: 'Reason' }), 'bad tag{Enter}');
    await waitFor(() =>
      expect(screen.getByRole('status').textContent).toContain('3 of 3 ready on revision 8'),
    );
    expect(sent).toMatchObject([
      {
        reason: 'bad tag',
        precondition: anActionPreview().precondition,
        action: { type: 'rollback', toRevision: 6 },
      },
    ]);
  });

  it('sends once, however often it is clicked', async () => {
    const { sent } = aServer({});
    open();
    await userEvent.keyboard('u');
    const button = await confirmButton();
    fireEvent.click(button);
    fireEvent.click(button);
    fireEvent.click(button);
    await screen.findByRole('button', { name: 'Done' });
    expect(sent).toHaveLength(1);
  });

  it('is not confirmed by the key still held down from opening it', async () => {
    const { sent } = aServer({});
    open();
    await userEvent.keyboard('u');
    const button = await confirmButton();
    expect(fireEvent.keyDown(button, { key: 'Enter', repeat: true })).toBe(false);
    expect(sent).toEqual([]);
  });

  it('shows the new state after a conflict and asks again, under a new id', async () => {
    const fresh = anActionPreview({
      title: 'Roll back shop/checkout from revision 8 to 6',
      precondition: { uid: 'u', templateHash: 'h8' },
    });
    const { sent, previews } = aServer({
      preview: [ok(anActionPreview()), ok(fresh)],
      execute: [failure(409, 'conflict', 'The Deployment changed.'), ok(anActionReceipt())],
    });
    open();
    await userEvent.keyboard('u');
    await userEvent.click(await confirmButton());
    await screen.findByRole('dialog', { name: 'Roll back shop/checkout from revision 8 to 6' });
    expect(screen.getByRole('alert').textContent).toContain('It changed while you looked');
    expect(previews()).toBe(2);
    await userEvent.click(await confirmButton());
    await screen.findByRole('button', { name: 'Done' });
    expect(sent.map(({ precondition }) => precondition.templateHash)).toEqual(['h7', 'h8']);
    expect(sent[0]?.intentId).not.toBe(sent[1]?.intentId);
  });

  it('keeps the id when no answer came, so that asking again cannot write twice', async () => {
    const { sent } = aServer({ execute: [failure(503, 'unavailable', 'No answer.'), ok(anActionReceipt())] });
    open();
    await userEvent.keyboard('u');
    await userEvent.click(await confirmButton());
    expect((await screen.findByRole('alert')).textContent).toContain('No answer.');
    await userEvent.click(await confirmButton());
    await screen.findByRole('button', { name: 'Done' });
    expect(sent[0]?.intentId).toBe(sent[1]?.intentId);
  });

  it('cannot be confirmed while something refuses it, and says what', async () => {
    const { sent } = aServer({
      preview: [ok(anActionPreview({ refusals: ['The rollout is paused; resume it first.'] }))],
    });
    open();
    await userEvent.keyboard('u');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The rollout is paused; resume it first.',
    );
    const button = await confirmButton();
    expect(button).toHaveProperty('disabled', true);
    fireEvent.submit(button.closest('form') ?? button);
    expect(sent).toEqual([]);
  });

  it('shows why the preview failed and tries again', async () => {
    const { previews } = aServer({
      preview: [failure(403, 'forbidden', 'You may not patch deployments in shop.'), ok(anActionPreview())],
    });
    open();
    await userEvent.keyboard('u');
    expect((await screen.findByRole('alert')).textContent).toContain(
      'You may not patch deployments in shop.',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await confirmButton();
    expect(previews()).toBe(2);
  });
});

describe('action buttons', () => {
  it('stay, disabled with the reason, when the server refuses', () => {
    open({ actions: [rollback(row, 6, ['Argo CD manages it.'])] });
    expect(screen.getByRole('button', { name: 'Roll back to revision 6' })).toHaveProperty('disabled', true);
    expect(screen.getByText('Argo CD manages it.')).toBeDefined();
  });

  it('refuse kinds the dashboard cannot change', () => {
    const workload = { ...row.workload, kind: 'Job' };
    open({ row: { ...row, workload } });
    expect(screen.getByText('A Job cannot be changed here.')).toBeDefined();
  });
});
