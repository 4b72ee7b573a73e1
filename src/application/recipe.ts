/** The injection token of a port, typed with the port. */
export type Token<Port> = symbol & { readonly port?: Port };

type Class<Instance> = abstract new (...needs: never[]) => Instance;

/** Names one object of the application: by its port's token, or by its class. */
export type Key<Instance> = Token<Instance> | Class<Instance>;

/** Describes how one object of the application is built from others. */
export interface Recipe {
  readonly provides: symbol | Class<unknown>;
  readonly needs: readonly (symbol | Class<unknown>)[];
  readonly build: (...needs: never[]) => unknown;
}

/** Returns the recipe of an object. The compiler checks that `build` takes what `needs` names. */
export const recipe = <Instance, const Needs extends readonly unknown[]>(
  provides: Class<Instance>,
  needs: { readonly [Index in keyof Needs]: Key<Needs[Index]> },
  build: (...needs: Needs) => Instance,
): Recipe => ({ provides, needs, build });
