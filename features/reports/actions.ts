'use server';
import { loadFailedAgain, loadPrivilegedPage } from './loaders';
import { failedAgain, privilegedPage } from './schema';

// What a reader asks for after the report has come; the report itself, once a page load, is what the log tells of.

export async function readPrivilegedPageAction(asked: unknown) {
  const { tab, before, ...shown } = privilegedPage.parse(asked);
  return loadPrivilegedPage(shown, tab, before);
}

export async function readFailedAgainAction(asked: unknown) {
  const { threshold, window, ...shown } = failedAgain.parse(asked);
  return loadFailedAgain(shown, threshold, window);
}
