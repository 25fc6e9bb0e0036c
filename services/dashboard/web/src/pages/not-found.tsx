import { useLocation } from 'preact-iso';
import { EmptyNote, ErrorNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';

/** An address that no page has. */
export function NotFound() {
  const { path } = useLocation();
  return (
    <Page title="No such page">
      <EmptyNote>There is no page {path}.</EmptyNote>
    </Page>
  );
}

/** An address that is no text: a percent sign in it is not followed by what it stands for. */
export function UnreadableAddress() {
  return (
    <Page title="This address cannot be read">
      <ErrorNote
        message={`${location.pathname} is not a well-formed address: a percent sign stands for two hexadecimal digits of UTF-8, such as %20.`}
      />
      <p>
        <a href="/">Overview</a>
      </p>
    </Page>
  );
}
