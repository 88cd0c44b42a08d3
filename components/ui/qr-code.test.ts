import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { QrCode } from './qr-code';
import { modulesOf, readQr } from './test/read-qr';

const read = (text: string) => readQr(modulesOf(renderToStaticMarkup(createElement(QrCode, { text, label: 'a code' }))));

describe('a QR code', () => {
  it('says the text that it was made of, a verifier key of any length of name as well', () => {
    const key = `+9f3c2a1b+${'AbCd/0+='.repeat(6).slice(0, 44)}`;
    for (const name of ['a.example/m', 'audit.example.com/main', `audit.example.com/${'long-name-'.repeat(6)}`]) expect(read(name + key)).toBe(name + key);
    for (let length = 1; length <= 150; length += 3) {
      const text = 'Ünïcode /+0aZ'.repeat(20).slice(0, length);
      expect(read(text)).toBe(text);
    }
  });
  it('has nothing dark in its quiet zone, and one module more or less is seen by who reads it', () => {
    const markup = renderToStaticMarkup(createElement(QrCode, { text: 'audit.example.com/main+9f3c2a1b', label: 'a code' }));
    const modules = modulesOf(markup);
    const at = modules.length - 1; // the corner where the data begins
    modules[at - 3] = (modules[at - 3] as boolean[]).map((isDark, x) => (x === at ? !isDark : isDark));
    let said = '';
    try {
      said = readQr(modules);
    } catch (cause) {
      said = String(cause);
    }
    expect(said).not.toBe('audit.example.com/main+9f3c2a1b');
  });
});
