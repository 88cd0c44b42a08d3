/** Whence a request came, as far as it says: the last address that a proxy of ours added, and its user agent. */
export const originOf = (request: Request): { ip: string | null; userAgent: string | null } => ({
  ip: request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || null,
  userAgent: request.headers.get('user-agent'),
});
