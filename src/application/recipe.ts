/** The injection token of a port, typed with the port. */
export type Token<Port> = symbol & { readonly port?: Port };

type Class<Instance> = abstract new (...needs: never) => Instance;

/** Names one object of the application: by its port's token, or by its class. */
export type Key<Instance> = Token<Instance> | Class<Instance>;

/** Describes how one object of the application is built from others. */
export interface Recipe {
  readonly provides: symbol | Class<unknown>;
  readonly needs: readonly (symbol | Class<unknown>)[];
  readonly build: (...needs: never) => unknown;
}

type Keys<Needs extends readonly unknown[]> = {
  readonly [Index in keyof Needs]: Key<Needs[Index]>;
};

/**
 * Returns the recipe of an object whose constructor takes what `needs` names, and then what is given here. The compiler
 * checks both.
 */
export const recipe = <const Needs extends readonly unknown[], Given extends readonly unknown[]>(
  provides: new (...parameters: [...Needs, ...Given]) => unknown,
  needs: Keys<Needs>,
  ...given: Given
): Recipe => recipeBy(provides, needs, (...needed: Needs) => new provides(...needed, ...given));

/** Returns the recipe of an object that is built in another way. The compiler checks that `build` takes what `needs` names. */
export const recipeBy = <Instance, const Needs extends readonly unknown[]>(
  provides: Class<Instance>,
  needs: Keys<Needs>,
  build: (...needs: Needs) => Instance,
): Recipe => ({ provides, needs, build });
