import { linkSubject } from './subject-links.ts';

/** What an alert is about, leading there. */
export const Subject = ({ of }: { readonly of: string }) => (
  <>
    {linkSubject(of).map(({ text, href }) =>
      href === null ? (
        text
      ) : (
        <a key={text} href={href}>
          {text}
        </a>
      ),
    )}
  </>
);
