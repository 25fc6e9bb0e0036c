import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../../../../../shared/contract/endpoint.ts';
import { useWorkplace } from '../api.ts';
import { may } from '../session.ts';
import { describeError } from '../use-query.ts';
import { ErrorNote } from './notes.tsx';

/** A button that changes something. Whoever may not sees it disabled, with the role that is needed. */
export function Action({
  role,
  run,
  onDone,
  children,
}: {
  readonly role: Role;
  readonly run: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly children: ComponentChildren;
}) {
  const { session } = useWorkplace();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isAllowed = may(session, role);
  const act = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await run();
      onDone?.();
    } catch (failure) {
      setError(describeError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        disabled={!isAllowed || isBusy}
        title={isAllowed ? undefined : `Needs the role ${role}`}
        onClick={() => void act()}
      >
        {children}
      </button>
      {error === null ? null : <ErrorNote message={error} />}
    </>
  );
}
