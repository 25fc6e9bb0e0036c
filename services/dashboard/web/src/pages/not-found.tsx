import { useLocation } from 'preact-iso';
import { EmptyNote } from '../components/notes.tsx';
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
