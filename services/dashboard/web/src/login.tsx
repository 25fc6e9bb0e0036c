import { useState } from 'preact/hooks';
import { ErrorNote } from './components/notes.tsx';
import { logIn, type Session } from './session.ts';
import { describeError } from './use-query.ts';

/** The form of whoever is not logged in. */
export function Login({ onSession }: { readonly onSession: (session: Session) => void }) {
  const [error, setError] = useState<string | null>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const credentials: Readonly<Record<string, string>> =
      text('apiKey') === '' ? { user: text('user'), password: text('password') } : { apiKey: text('apiKey') };
    logIn(credentials).then(onSession, (failure: unknown) => setError(describeError(failure)));
  };
  return (
    <main class="login">
      <h1>Macro pipeline</h1>
      <form onSubmit={submit}>
        <label>
          API key
          <input name="apiKey" type="password" autocomplete="off" />
        </label>
        <p class="quiet">or</p>
        <label>
          User
          <input name="user" autocomplete="username" />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" />
        </label>
        {error === null ? null : <ErrorNote message={error} />}
        <button type="submit" class="primary">
          Log in
        </button>
      </form>
    </main>
  );
}
