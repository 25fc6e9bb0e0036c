import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** A page with its heading; `actions` stand beside it. */
export function Page({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Macro pipeline`;
  }, [title]);
  return (
    <>
      <div class="heading">
        <h1>{title}</h1>
        <div class="actions">{actions}</div>
      </div>
      {children}
    </>
  );
}
