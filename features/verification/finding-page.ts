import 'server-only';
import { FINDINGS_KEPT } from '@/core/finding';
import type { Scope, TrailId } from '@/db/scope';
import { listFindings } from '@/features/runs/queries';
import { findBeside } from './find-beside';
import { getFindingPlaces } from './queries/finding-places';

export const FINDINGS_A_PAGE = 50;

export type WantedFinding = { finding?: number | undefined; page?: number | undefined };

export type FindingPage = Awaited<ReturnType<typeof readFindingPage>>;

/** The findings of a run, a page of them, and the one that is looked at with the rows it is about. Behind the last: the last page, the first of it. */
export async function readFindingPage(trail: { trailId: TrailId; origin: string }, scope: Scope, runId: number, { finding, page: asked }: WantedFinding) {
  const findings = await listFindings(trail.trailId, runId, { limit: FINDINGS_KEPT }); // all: the sentence counts what they say
  const lastPage = Math.max(0, Math.ceil(findings.length / FINDINGS_A_PAGE) - 1);
  // by its number: rows may be gone
  const at = finding === undefined ? 0 : findings.findIndex(({ n }) => n >= finding);
  const page = Math.min(lastPage, asked ?? (at < 0 ? lastPage : Math.floor(at / FINDINGS_A_PAGE)));
  const shown = findings.slice(page * FINDINGS_A_PAGE, (page + 1) * FINDINGS_A_PAGE);
  const selected = findings.find(({ n }) => n === finding) ?? shown[0] ?? null;
  const places = selected ? await getFindingPlaces(scope, trail, selected) : null;
  const beside = selected && places ? await findBeside(trail, selected, places.at) : null;
  return { findings, shown, page, selected, places, beside };
}
