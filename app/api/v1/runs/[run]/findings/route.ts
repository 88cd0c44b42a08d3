import { openFindings } from '@/features/verification/loaders';

/** All findings of a verification, one JSON object a line: from the file where there are more than the database keeps. */
export async function GET(_: Request, { params }: { params: Promise<{ run: string }> }) {
  const found = await openFindings((await params).run);
  if (!found.ok) return Response.json({ error: found.status === 401 ? 'signed out' : 'no such run' }, { status: found.status });
  return new Response(found.body, {
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="findings-run-${found.runId}.jsonl"`,
      'Cache-Control': 'no-store',
    },
  });
}
