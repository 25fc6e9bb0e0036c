import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { Role } from '../../../../../shared/contract/endpoint.ts';
import { useWorkplace } from '../api.ts';
import { may } from '../session.ts';
import { describeError } from '../use-query.ts';
import { ErrorNote } from './notes.tsx';

/** The text of a field of a form; empty when it was left so. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A button that asks for what a change needs in a dialog. An error stays in the dialog with what was typed. */
export function FormDialog({
  button,
  title,
  role,
  submit,
  onDone,
  children,
}: {
  /** What the button says, and the one that submits. */
  readonly button: string;
  readonly title: string;
  readonly role: Role;
  readonly submit: (form: FormData) => Promise<unknown>;
  readonly onDone?: () => void;
  readonly children: ComponentChildren;
}) {
  const { session } = useWorkplace();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isAllowed = may(session, role);
  const send = async (form: FormData): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await submit(form);
      dialog.current?.close();
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
        disabled={!isAllowed}
        title={isAllowed ? undefined : `Needs the role ${role}`}
        onClick={() => dialog.current?.showModal()}
      >
        {button}
      </button>
      <dialog ref={dialog} aria-labelledby={heading}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send(new FormData(event.currentTarget));
          }}
        >
          <h2 id={heading}>{title}</h2>
          {children}
          {error === null ? null : <ErrorNote message={error} />}
          <div class="row">
            <button type="submit" class="primary" disabled={isBusy}>
              {button}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
