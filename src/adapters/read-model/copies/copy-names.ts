import {
  projectionNames,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';

/** The version of a copy that replaces a damaged or lost one until it is rebuilt; no projection has this version. */
export const EMPTY_VERSION = -1;

const COPY = /^(.+)-\d+$/;

/** Returns the projection of a copy by the copy's name. */
export function projectionOf(copy: string): ProjectionName | undefined {
  const name = COPY.exec(copy)?.[1];
  return projectionNames.find((projection) => projection === name);
}

/** True for a copy that was in use before the other one: names count up. */
export const isOlder = (copy: string, other: string): boolean =>
  projectionOf(copy) === projectionOf(other) && numberOf(copy) < numberOf(other);

const numberOf = (copy: string): number => Number(copy.slice(copy.lastIndexOf('-') + 1));

/** Returns a name that no copy has had. */
export function nextCopy(projection: string, copies: readonly string[]): string {
  const isCopy = new RegExp(`^${projection}-(\\d+)$`);
  const numbers = copies.map((name) => Number(isCopy.exec(name)?.[1] ?? 0));
  return `${projection}-${Math.max(0, ...numbers) + 1}`;
}
