/** Names that say nobody: strangers behind them would look like one busy person, so these events are grouped by their address. */
export const namelessActors = ['', '(empty)', 'anonymous', 'system:anonymous'] as const;
