import type { Answer } from '@/features/capture/import/uploads';

export function answerJson(answer: Answer<object | null>, status = 200): Response {
  if (answer.ok) return Response.json(answer.value ?? {}, { status });
  const { ok: _, status: refused, ...body } = answer;
  return Response.json(body, { status: refused });
}

/** A page of another site that sends the reader's cookie along. The cookie is SameSite=Lax; this is the second lock. */
export function isForeign(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}
