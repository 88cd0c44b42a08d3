import { fillDemo } from '@/features/demo/fill';

/**
 * Fills the demo where it is not full, telling how far it is. Goes on where an earlier start was stopped or killed.
 * @returns false when it was told to stop
 */
export async function fillDemoAndSay(say: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const startedMs = Date.now();
  let nextTenth = -1;
  const { appended, total, isComplete } = await fillDemo({
    signal,
    onProgress: ({ done, total }) => {
      const tenth = Math.floor((done / total) * 10);
      if (done >= total || tenth <= nextTenth) return;
      if (nextTenth < 0)
        say(
          done === 0
            ? 'Filling the demo with twelve months of a company that does not exist …'
            : `Filling the demo: ${count(done)} events are there, going on …`,
        );
      else say(`  ${tenth * 10} %, ${count(done)} of ${count(total)} events`);
      nextTenth = tenth;
    },
  });
  if (appended > 0 && isComplete) say(`  done: ${count(total + 1)} events in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  return isComplete;
}

const count = (n: number) => n.toLocaleString('en-GB');
