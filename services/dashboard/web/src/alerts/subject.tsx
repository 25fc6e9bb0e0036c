import { linkSubject } from './subject-links.ts';

/** What an alert is about, leading there. */
export const Subject = ({ rule, subject }: { readonly rule: string; readonly subject: string }) => (
  <>
    {linkSubject(rule, subject).map(({ text, href }) =>
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
