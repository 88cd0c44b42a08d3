/**
 * Work beside the rows, whose answer is wanted only when they are through. Where it fails there will be no verdict: `throwFault` throws the first fault as soon as the walk
 * can look, and not after the rest of the rows.
 */
export function workAhead() {
  let fault: { cause: unknown } | null = null;
  return {
    watch: <T>(work: Promise<T>): Promise<T> => {
      work.catch((cause) => {
        fault ??= { cause };
      });
      return work;
    },
    throwFault: () => {
      if (fault !== null) throw fault.cause;
    },
  };
}
