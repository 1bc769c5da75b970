import { render } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { plainText } from '#components/ui/plain-text.ts';
import { ansiSpans } from './ansi.ts';
import { LogText } from './log-text.tsx';

const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const draw = (text: string) => {
  const { container } = render(
    <>
      <ForeignText text={text} />
      <LogText text={text} />
    </>,
  );
  return container;
};

describe('text from the cluster', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg/onload=alert(1)>',
    '\u001b[31m<b>red</b>\u001b[0m',
  ])('%j is drawn as text, never as elements', (text) => {
    const container = draw(text);
    expect(container.querySelectorAll('script, img, svg, b')).toHaveLength(0);
  });

  it('cannot reorder or hide: bidi, zero-width and control characters become visible', () => {
    expect(plainText('user\u202Etxt.exe\u200b\u0000')).toBe('user⟨U+202E⟩txt.exe⟨U+200B⟩␀');
  });

  it('leaves no invisible character on the screen, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(INVISIBLE.test(plainText(text))).toBe(false);
        const spans = ansiSpans(text).map((span) => plainText(span.text));
        expect(INVISIBLE.test(spans.join(''))).toBe(false);
      }),
    );
  });

  it('keeps the text between terminal escapes, with its colour as a name', () => {
    expect(
      ansiSpans('\u001b[1;31mERROR\u001b[0m plain \u001b]8;;http://evil\u0007link\u001b[38;5;200mx'),
    ).toEqual([
      { text: 'ERROR', bold: true, color: 'red' },
      { text: ' plain ' },
      { text: 'link' },
      { text: 'x' },
    ]);
  });

  it('cuts a line of a megabyte and says how much is left out', () => {
    const container = draw('x'.repeat(1_048_576));
    expect(container.textContent?.length).toBeLessThan(10_000);
    expect(container.textContent).toContain('1,044,576 more characters');
  });

  it('does not cut a character in half', () => {
    const container = draw(`${'x'.repeat(3_999)}😀tail`);
    expect(container.textContent).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
