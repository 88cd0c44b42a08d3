/** A report's logic has a number; it rises when the same parameters would give other rows. */
export const privilegedReport = { id: 'R02', version: 1, name: 'Privileged actions' } as const;
export const failedAccessReport = { id: 'R03', version: 1, name: 'Failed access' } as const;
