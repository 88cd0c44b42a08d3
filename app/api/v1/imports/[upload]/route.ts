import { dropUpload, startUpload, takeUpload } from '@/features/capture/import/uploads';
import { answerJson, isForeign } from '../answer';

type Context = { params: Promise<{ upload: string }> };

const foreign = () => Response.json({ error: 'FOREIGN', message: 'This address answers our own pages only.' }, { status: 403 });

/** Takes one file as the raw body: PUT …/imports/<upload>?name=auth.log. Streams to the disk of the server, whatever its size. */
export async function PUT(request: Request, { params }: Context) {
  if (isForeign(request)) return foreign();
  const name = new URL(request.url).searchParams.get('name');
  return answerJson(await takeUpload((await params).upload, name, request.body, request.headers.get('content-length')));
}

/** All files are there: starts the import → {"run":17}. Follow it at /api/v1/runs/17. */
export async function POST(request: Request, { params }: Context) {
  if (isForeign(request)) return foreign();
  return answerJson(await startUpload((await params).upload), 201);
}

export async function DELETE(request: Request, { params }: Context) {
  if (isForeign(request)) return foreign();
  return answerJson(await dropUpload((await params).upload));
}
