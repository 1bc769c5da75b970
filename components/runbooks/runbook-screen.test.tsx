import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderOnScreen } from '#components/test-screen.tsx';
import type { RunbookPage } from '#lib/contract/runbooks.ts';
import { RunbookScreen } from './runbook-screen.tsx';

const PAGE: RunbookPage = {
  id: 'oom-limit',
  title: 'Memory limit is too small',
  brief: '',
  family: 'crash',
  origin: 'team-override',
  blocks: [
    { kind: 'heading', depth: 1, content: [{ kind: 'text', text: 'Confirm' }] },
    { kind: 'code', language: 'sh', pieces: ['kubectl top pod POD', 'kubectl get nodes'] },
    {
      kind: 'paragraph',
      content: [
        { kind: 'text', text: '<img src=x onerror=alert(1)> see ' },
        { kind: 'runbook', id: 'oom-node', content: [{ kind: 'text', text: 'the other' }] },
        { kind: 'link', href: 'https://kubernetes.io/', content: [{ kind: 'code', text: 'docs' }] },
      ],
    },
  ],
};
const draw = (from?: string) =>
  renderOnScreen(<RunbookScreen runbook={PAGE} cluster="sandbox" from={from} />);

describe('a runbook', () => {
  it('has one title and one copy button for each command', () => {
    draw();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Memory limit is too small');
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('Confirm');
    expect(screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
      'copy the command kubectl top pod POD',
      'copy the command kubectl get nodes',
    ]);
    expect(screen.getByText(/Written by your team/)).toBeDefined();
  });

  it('draws markup of the source as text', () => {
    const { container } = draw();
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByText(/<img src=x/)).toBeDefined();
  });

  it('leads back to the incident one came from, and takes it along to other pages', () => {
    draw('abc123');
    const href = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
    expect(href('Back to the incident')).toBe('/incidents/abc123?cluster=sandbox');
    expect(href('the other')).toBe('/runbooks/oom-node?cluster=sandbox&from=abc123');
    expect(screen.getByRole('link', { name: 'docs' }).getAttribute('rel')).toBe('noreferrer noopener');
  });

  it('without an incident leads to the list only', () => {
    draw();
    expect(screen.queryByRole('link', { name: 'Back to the incident' })).toBeNull();
    expect(screen.getByRole('link', { name: 'Runbooks' }).getAttribute('href')).toContain('row=oom-limit');
  });
});
