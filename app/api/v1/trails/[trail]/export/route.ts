import { openTrailExport } from '@/features/evidence/loaders';
import { isHeld } from '@/features/trail/held';
import { AppError } from '@/lib/errors';
import { fileResponse, refusal } from '@/lib/file-response';
import { originOf } from '@/lib/request-origin';

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl; charset=utf-8' };

/** The events of a question: `?format=csv|jsonl` and the parameters of the Events screen, `as_of` for what that screen has seen. Recorded before the first byte. */
export async function GET(request: Request, { params }: { params: Promise<{ trail: string }> }) {
  const raw = Object.fromEntries(new URL(request.url).searchParams);
  try {
    const found = await openTrailExport((await params).trail, raw, { signal: request.signal, ...originOf(request) });
    if (!found.ok) return refusal(found);
    return fileResponse(found.bytes, { fileName: found.fileName, type: TYPES[raw.format === 'csv' ? 'csv' : 'jsonl'] });
  } catch (cause) {
    if (cause instanceof AppError)
      return refusal({ status: cause.code === 'RANGE' ? 400 : isHeld(cause) ? 503 : 500, code: cause.code, hint: cause.hint ?? '' });
    throw cause;
  }
}

export const HEAD = () => new Response(null, { status: 405, headers: { Allow: 'GET' } });
