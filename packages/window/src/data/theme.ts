export const themes = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof themes)[number];

const NAME = 'waybill-theme';

export function chosenTheme(): Theme {
  const stored = window.localStorage.getItem(NAME);
  return themes.find((theme) => theme === stored) ?? 'auto';
}

/** `auto` follows the reader's system. */
export function chooseTheme(theme: Theme): void {
  window.localStorage.setItem(NAME, theme);
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}
