'use client';
import { Fault } from '../_shell/fault';
import { PageFrame } from '../_shell/page-frame';

export default function SettingsError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <PageFrame title="Settings">
      <Fault error={error} retry={reset} what="We could not load the settings." kept="Nothing was changed." />
    </PageFrame>
  );
}
