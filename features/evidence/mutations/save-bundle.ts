import 'server-only';
import { bundle } from '@/db/schema/bundle';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import type { RunTools } from '@/features/runs/run-kind';
import { type Actor, recordAct } from '@/features/trail/mutations/record-act';
import type { BundleParams, BundleResult } from '../schema';

type NewBundle = {
  runId: number;
  trailId: TrailId;
  params: BundleParams;
  result: BundleResult;
  actor: Actor;
  createdAt: string;
  complete: RunTools['complete'];
};

/** The bundle's row, the event that tells of it and the end of its run: all three or none. The file has its name by then. */
export const saveBundle = ({ runId, trailId, params, result, actor, createdAt, complete }: NewBundle): Promise<void> =>
  appTransaction(async (tx) => {
    await tx.insert(bundle).values({
      bundleId: result.bundle_id,
      runId,
      trailId,
      filter: params.filter,
      fromSeq: result.from,
      toSeq: result.to,
      level: params.level,
      fileName: result.file_name,
      sizeBytes: result.size_bytes,
      sha256: result.sha256,
      tagmanifestSha256: result.tagmanifest_sha256,
      createdBy: actor === 'system' ? null : actor.userId,
      createdAt,
    });
    await recordAct(tx, {
      action: 'bundle.created',
      actor,
      resourceType: 'bundle',
      resourceId: result.bundle_id,
      details: { bundle_id: result.bundle_id, tagmanifest_sha256: result.tagmanifest_sha256 },
    });
    await complete(tx, result);
  });
