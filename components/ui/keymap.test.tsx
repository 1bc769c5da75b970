import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { createKeyMatcher } from './keymap.ts';
import { KeymapProvider, useKeymap, useKeys } from './keymap-provider.tsx';

const press = (key: string) => ({ key, ctrlKey: false, metaKey: false, altKey: false });

describe('key matcher', () => {
  const bindings = ['g t', 'g o', 't', 'Space'].map((keys) => ({ keys, label: keys, run: () => undefined }));
  const play = (...presses: [string, number][]) => {
    const match = createKeyMatcher();
    return presses.map(([key, at]) => match(press(key), at, bindings)?.keys);
  };

  it('knows sequences of two', () => expect(play(['g', 0], ['t', 100])).toEqual([undefined, 'g t']));
  it('forgets the first key after 1.5 s', () =>
    expect(play(['g', 0], ['t', 1_600])).toEqual([undefined, 't']));
  it('takes a key that continues no sequence for itself', () =>
    expect(play(['g', 0], [' ', 9])).toEqual([undefined, 'Space']));
});

function Page({ run }: { run: (key: string) => void }) {
  useKeys(
    ['j', 'Enter', 'Space'].map((keys) => ({
      keys,
      label: `do ${keys}`,
      footer: true,
      run: () => run(keys),
    })),
    'kubectl get pods',
  );
  const { bindings, kubectl } = useKeymap();
  return (
    <>
      <input aria-label="field" />
      <button type="button">press</button>
      <a href="#here">link</a>
      <output>{`${bindings.map(({ label }) => label).join()} ${kubectl ?? ''}`}</output>
    </>
  );
}

function open() {
  const run = vi.fn<(key: string) => void>();
  const view = render(
    <KeymapProvider>
      <Page run={run} />
    </KeymapProvider>,
  );
  return { run, ...view };
}

describe('keys of a page', () => {
  it('run, and are listed with the kubectl line', async () => {
    const { run } = open();
    await userEvent.keyboard('j');
    expect(run).toHaveBeenCalledExactlyOnceWith('j');
    expect(screen.getByRole('status').textContent).toBe('do j,do Enter,do Space kubectl get pods');
  });

  it('are off while typing', async () => {
    const { run } = open();
    await userEvent.type(screen.getByRole('textbox'), 'jjj');
    expect(run).not.toHaveBeenCalled();
  });

  it.each([
    ['Enter and Space belong to a focused button', 'button', ['Enter', ' '], []],
    ['Enter belongs to a focused link, Space does not', 'link', ['Enter', ' '], ['Space']],
  ] as const)('%s', (_rule, role, keys, ran) => {
    const { run } = open();
    for (const key of keys) fireEvent.keyDown(screen.getByRole(role), { key });
    expect(run.mock.calls.flat()).toEqual(ran);
  });

  it('are off with a modifier and while a dialog is open', () => {
    const { run } = open();
    fireEvent.keyDown(document.body, { key: 'j', ctrlKey: true });
    document.body.append(Object.assign(document.createElement('div'), { role: 'dialog' }));
    document.body.lastElementChild?.setAttribute('role', 'dialog');
    fireEvent.keyDown(document.body, { key: 'j' });
    document.body.lastElementChild?.remove();
    expect(run).not.toHaveBeenCalled();
  });
});
