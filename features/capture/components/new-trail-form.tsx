'use client';
import { useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { createTrailAction } from '../actions';

/** Instead of the form for files, where the trail holds synthetic data. */
export function NewTrailForm({ host, suggestion }: { host: string; suggestion: string }) {
  const [state, make, isMaking] = useActionState(createTrailAction, { reason: null, name: suggestion });
  return (
    <form action={make} className="grid max-w-[440px] gap-4">
      <TextField
        key={state.name}
        label="Name of the new trail"
        name="name"
        defaultValue={state.name}
        required
        maxLength={63}
        autoComplete="off"
        spellCheck={false}
        error={state.reason}
        hint={`It becomes ${host}/NAME, is hashed into every event and can never be changed.`}
      />
      <div>
        <Button type="submit" variant="primary" disabled={isMaking}>
          {isMaking ? 'Making its key …' : 'Make the trail'}
        </Button>
      </div>
    </form>
  );
}
