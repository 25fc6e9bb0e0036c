const STORED = 'theme';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

/** The theme that was chosen. */
export function readTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

/** Chooses a theme, now and for later visits. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED, theme);
  applyTheme(theme);
}

function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  dispatchEvent(new Event('themechange'));
}

applyTheme(readTheme());
