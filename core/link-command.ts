/** SPEC §1: anybody can check a link with two tools that every Unix has. Digests in lower-case hex. The line prints event_hash. */
export const linkCommand = (seq: number, prev: string, headerHash: string, payloadHash: string): string =>
  `printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' ${seq} ${prev} ${headerHash} ${payloadHash} | sha256sum`;
