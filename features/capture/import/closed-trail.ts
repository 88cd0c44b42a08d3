import { aliasOf, isOwnAlias } from '@/features/trail/epoch-name';

export type ClosedTrail = { code: 'IMPORT_SYNTHETIC' | 'IMPORT_OWN'; message: string };

/** Why a trail takes no imports, null where it does: real logs beside generated ones, or beside what people do in the product, could not be told apart later. */
export function closedToImports({ origin, isSynthetic }: { origin: string; isSynthetic: boolean }): ClosedTrail | null {
  if (isSynthetic) return { code: 'IMPORT_SYNTHETIC', message: 'This trail holds synthetic data. Make a trail of their own for real logs.' };
  if (isOwnAlias(aliasOf(origin))) {
    return { code: 'IMPORT_OWN', message: 'This trail holds what is done in the product itself. Make a trail of their own for other logs, or use main.' };
  }
  return null;
}
