const NAMES = ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'];

/**
 * Lets a connection read, or hold a state, for as long as that takes: a server or a role may end what takes longer than a minute, and a verification takes what the trail takes.
 * Of each of these settings only where the server knows it: `transaction_timeout` came with PostgreSQL 17.
 * @param until the end of the transaction, or of the connection
 */
export const noTimeouts = (until: 'transaction' | 'connection'): string =>
  `select set_config(name, '0', ${until === 'transaction'}) from pg_settings where name in (${NAMES.map((name) => `'${name}'`).join(', ')})`;
