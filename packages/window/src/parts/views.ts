import type { Shape } from './shapes.js';

export interface View {
  readonly path: string;
  readonly name: string;
  readonly shape: Shape;
  /** Pressed after `G`. */
  readonly letter: string;
}

/** The views in the order of the rail; the first group is what most people come for. */
export const views: readonly (readonly View[])[] = [
  [
    { path: '/', name: 'Find', shape: 'search', letter: 'f' },
    { path: '/overview', name: 'Overview', shape: 'chart', letter: 'o' },
    { path: '/reports', name: 'Reports', shape: 'table', letter: 'r' },
  ],
  [
    { path: '/inbound', name: 'Inbound', shape: 'inbox', letter: 'i' },
    { path: '/operations', name: 'Operations', shape: 'ops', letter: 's' },
    { path: '/inspector', name: 'Inspector', shape: 'hook', letter: 'w' },
  ],
];
