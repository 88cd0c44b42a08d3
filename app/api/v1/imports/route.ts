import { beginUpload } from '@/features/capture/import/uploads';
import { answerJson, isForeign } from './answer';

/** Begins an upload: {"trail":"main","settings":{"format":"cloudtrail"}} → {"upload":"<uuid>"}. Then PUT its files, one by one, and POST to it. */
export async function POST(request: Request) {
  if (isForeign(request)) return Response.json({ error: 'FOREIGN', message: 'This address answers our own pages only.' }, { status: 403 });
  const input = await request.json().catch(() => null);
  return answerJson(await beginUpload(input), 201);
}
