import type { Key, Recipe } from '../../src/application/recipe.js';

/** Builds objects of the table of contents, each once, on the given ports. */
export class Container {
  private readonly built = new Map<unknown, unknown>();
  private readonly recipes: ReadonlyMap<unknown, Recipe>;

  constructor(recipes: readonly Recipe[]) {
    this.recipes = new Map(recipes.map((recipe) => [recipe.provides, recipe]));
  }

  /** Uses this in the place of what a recipe would build. */
  provide<Instance>(key: Key<Instance>, instance: NoInfer<Instance>): this {
    this.built.set(key, instance);
    return this;
  }

  get<Instance>(key: Key<Instance>): Instance {
    const known = this.built.get(key);
    if (known !== undefined) return known as Instance;
    const recipe = this.recipes.get(key);
    if (recipe === undefined) throw new Error(`The simulation has no ${String(key)}.`);
    const needs = recipe.needs.map((need) => this.get(need as Key<unknown>));
    const instance = (recipe.build as (...needs: readonly unknown[]) => unknown)(...needs);
    this.built.set(key, instance);
    return instance as Instance;
  }
}
