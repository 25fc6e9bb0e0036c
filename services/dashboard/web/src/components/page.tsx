import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ZONE_NAME } from '../format.ts';

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
        <div class="actions">
          <span class="zone">{ZONE_NAME}</span>
          {actions}
        </div>
      </div>
      {children}
    </>
  );
}
