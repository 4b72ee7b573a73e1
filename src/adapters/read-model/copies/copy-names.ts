import {
  projectionNames,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';

/** Of a copy that stands for a damaged or lost one until it is rebuilt; no projection has this version. */
export const EMPTY_VERSION = -1;

const COPY = /^(.+)-\d+$/;

/** The projection of which a name is a copy. */
export function projectionOf(copy: string): ProjectionName | undefined {
  const name = COPY.exec(copy)?.[1];
  return projectionNames.find((projection) => projection === name);
}

/** A name that no copy has had. */
export function nextCopy(projection: string, copies: readonly string[]): string {
  const isCopy = new RegExp(`^${projection}-(\\d+)$`);
  const numbers = copies.map((name) => Number(isCopy.exec(name)?.[1] ?? 0));
  return `${projection}-${Math.max(0, ...numbers) + 1}`;
}
