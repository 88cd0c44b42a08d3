/** The same server and login, another database. */
export function databaseAt(url: string | URL, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
