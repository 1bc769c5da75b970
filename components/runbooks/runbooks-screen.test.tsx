import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NuqsTestingAdapter } from 'nuqs/adapters/testing';
import { describe, expect, it } from 'vitest';
import { renderOnScreen } from '#components/test-screen.tsx';
import type { RunbookList, RunbookSummary } from '#lib/contract/runbooks.ts';
import { RunbooksScreen } from './runbooks-screen.tsx';

const page = (id: string, rest: Partial<RunbookSummary>): RunbookSummary => ({
  id,
  title: id,
  brief: '',
  family: 'other',
  origin: 'built-in',
  ...rest,
});
const LIST: RunbookList = {
  runbooks: [
    page('oom-limit', { title: 'Memory limit is too small', family: 'crash', brief: 'Exit code 137' }),
    page('image-tag-not-found', { title: 'Image tag not found', family: 'image', origin: 'team-override' }),
    page('ours', { title: 'Payment gateway is closed', origin: 'team' }),
  ],
  gaps: [{ where: '/team/Bad Name.md', reason: 'the name is not an id' }],
};

const draw = (list = LIST, missing = false) =>
  renderOnScreen(
    <NuqsTestingAdapter hasMemory>
      <RunbooksScreen list={list} missing={missing} />
    </NuqsTestingAdapter>,
  );
const titles = () => screen.getAllByRole('link').map((link) => link.textContent);

describe('the list of runbooks', () => {
  it('shows all in the order of the families, the team’s own marked, and what could not be used', () => {
    draw();
    expect(titles()).toEqual([
      'Image tag not found',
      'Memory limit is too small',
      'Payment gateway is closed',
    ]);
    const row = (name: RegExp) => screen.getByRole('row', { name });
    expect(within(row(/Image tag/)).getByText('team, replaces ours')).toBeDefined();
    expect(within(row(/Payment/)).getByText('team')).toBeDefined();
    expect(screen.getByText('/team/Bad Name.md')).toBeDefined();
  });

  it('is filtered by text, id and symptom, and by family', async () => {
    const user = userEvent.setup();
    draw();
    await user.type(screen.getByRole('searchbox'), '137');
    expect(titles()).toEqual(['Memory limit is too small']);
    await user.clear(screen.getByRole('searchbox'));
    await user.click(screen.getByRole('button', { name: 'Image 1' }));
    expect(titles()).toEqual(['Image tag not found']);
    await user.type(screen.getByRole('searchbox'), 'nothing like it');
    expect(screen.getByText('No runbook matches.')).toBeDefined();
  });

  it('is walked with the keys', async () => {
    const user = userEvent.setup();
    draw();
    await user.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Image tag not found');
    await user.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Memory limit is too small');
    await user.keyboard('k');
    expect(document.activeElement?.textContent).toBe('Image tag not found');
    await user.keyboard('/');
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });

  it('stands in for a page that is not there', () => {
    draw(LIST, true);
    expect(screen.getByRole('alert').textContent).toContain('There is no runbook at this address');
    expect(titles()).toHaveLength(3);
  });
});
