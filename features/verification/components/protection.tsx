import { Banner } from '@/components/ui/banner';

type Props = { isProtectedFromDatabaseAdmin: boolean; hasOwnerLogin: boolean };

/** What stands between this trail and whoever rules the database, said as it is (SPEC §6). */
export function Protection({ isProtectedFromDatabaseAdmin, hasOwnerLogin }: Props) {
  if (isProtectedFromDatabaseAdmin && !hasOwnerLogin) return null;
  return (
    <section id="protection" aria-label="Protection" className="-mx-(--gutter) mb-5 grid gap-px max-wide:-mx-4">
      {!isProtectedFromDatabaseAdmin && (
        <Banner>
          <b>Not protected against the database administrator.</b> Nothing shows that the database server runs as an operating-system user who cannot read the
          key files, or on another machine: whoever rules it could change events and seal the trail's end again. Run the database on another machine, or start
          Indelible as root without <span className="mono">DATABASE_URL</span>: its own server runs as another user then.
        </Banner>
      )}
      {hasOwnerLogin && (
        <Banner>
          <b>One database login does everything.</b> The product logs in as the owner of its tables, so its three roles catch mistakes, not attackers. Give
          migrations a login of their own with <span className="mono">DATABASE_OWNER_URL</span>.
        </Banner>
      )}
    </section>
  );
}
