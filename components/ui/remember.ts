/** A preference of this browser for a year. Read by the server with the next page, so that the first paint is already right; holds no secret. */
export function rememberInCookie(name: 'zone' | 'theme', value: string): void {
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
