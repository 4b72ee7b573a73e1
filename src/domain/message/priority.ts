/**
 * The lanes of sending. `high` is strict and goes before all else; `normal` and `bulk` share what is left 4:1.
 */
export const priorities = ['high', 'normal', 'bulk'] as const;
export type Priority = (typeof priorities)[number];
