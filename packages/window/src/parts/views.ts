import type { Scope } from '../data/session.js';
import type { Shape } from './shapes.js';

export interface View {
  readonly path: string;
  readonly name: string;
  readonly shape: Shape;
  /** Pressed after `G`. */
  readonly letter: string;
  readonly scope: Scope;
}

/** The views in the order of the rail; the first group is what most people come for. */
export const views: readonly (readonly View[])[] = [
  [{ path: '/', name: 'Find', shape: 'search', letter: 'f', scope: 'read' }],
];
