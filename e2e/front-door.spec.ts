import { expect, test } from '@playwright/test';

test('a stranger is led to the sign-in, and every answer carries its security headers', async ({ request }) => {
  const first = await request.get('/main/events?q=actor%3Aanna', { maxRedirects: 0 });
  expect(first.status()).toBe(307);
  expect(first.headers().location).toBe('/sign-in?callbackUrl=%2Fmain%2Fevents%3Fq%3Dactor%253Aanna');

  for (const path of ['/sign-in', '/icon.svg', '/api/v1/nothing']) {
    const headers = (await request.get(path)).headers();
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(headers['permissions-policy'], path).toContain('camera=()');
    expect(headers['x-powered-by'], path).toBeUndefined();
    expect(headers['strict-transport-security'], 'only where the address is https').toBeUndefined();
  }
  expect((await request.get('/favicon.ico')).status(), 'what a browser asks for by itself').toBe(200);
  const page = await request.get('/sign-in');
  expect(page.headers()['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'; style-src 'self' 'nonce-/);
  expect((await request.get('/api/v1/nothing')).headers()['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  expect((await request.get('/sign-in')).headers()['content-security-policy']).not.toBe(page.headers()['content-security-policy']); // a nonce is used once
});
