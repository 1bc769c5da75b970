import { describe, expect, it } from 'vitest';
import { evidenceText, rawBeside } from './evidence-text.ts';

const RAW = 'Readiness probe failed: dial tcp 10.0.0.1:8081: connect: connection refused';

describe('evidenceText', () => {
  it('names the message that is quoted above, with its count', () => {
    const text = `Unhealthy: ${RAW} (x181)`;
    expect(evidenceText({ kind: 'event', text }, { raw: RAW })).toBe('Unhealthy x181, the message above');
    expect(evidenceText({ kind: 'event', text }, {})).toBe(text);
  });

  it('knows a message that was cut', () => {
    const raw = 'x'.repeat(900);
    const text = `ImagePullBackOff: Back-off pulling image "a": ErrImagePull: ${raw}`.slice(0, 600);
    expect(evidenceText({ kind: 'field', text }, { raw })).toBe('ImagePullBackOff, the message above');
  });

  it('names a log line that is quoted above', () => {
    expect(
      evidenceText({ kind: 'log', text: 'exec: 9090: not found' }, { raw: 'exec: 9090: not found' }),
    ).toBe('The line above, from the log');
  });

  it('leaves values to the diff that shows them', () => {
    const item = {
      kind: 'diff' as const,
      text: 'containers[web].image: a → b',
      path: 'containers[web].image',
    };
    const change = { toRevision: 2, fields: [{ path: 'containers[web].image' }] };
    expect(evidenceText(item, { change })).toBe('Revision 2 changed containers[web].image');
    expect(evidenceText(item, { change: { ...change, fields: [] } })).toBe(item.text);
  });
});

describe('rawBeside', () => {
  it('drops what the sentence says already', () => {
    expect(rawBeside({ raw: 'KeyError: None', sentence: 'It ends with KeyError: None' })).toBeUndefined();
    expect(rawBeside({ raw: RAW, sentence: 'The probe asks a wrong port.' })).toBe(RAW);
  });
});
