import type { Page } from '@playwright/test';

/** Down a list of events whose next rows come as one gets near, until it says that it ends. */
export async function scrollToEnd(page: Page) {
  const end = page.getByText(/^End of the list/);
  while (!(await end.isVisible())) {
    await page.mouse.wheel(0, 4000);
    await page.waitForTimeout(50);
  }
}
