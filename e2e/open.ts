import type { Page, Response } from '@playwright/test';

/** Goes to an address and waits until the page listens: a person is slower than hydration, a test is not. */
export async function open(page: Page, address: string): Promise<Response | null> {
  const response = await page.goto(address);
  await listening(page);
  return response;
}

/** Until every control of the page has its handlers. */
export async function listening(page: Page) {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main button, main input:not([type=hidden]), main form')].every((element) =>
      Object.keys(element).some((key) => key.startsWith('__reactProps')),
    ),
  );
}
