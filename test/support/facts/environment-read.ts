/**
 * An environment that records which of its variables were read, to find those that are set without
 * effect. Listing it yields only `listed`, because listing reads no variable in particular.
 */
export function watchedEnvironment(
  values: Readonly<Record<string, string>>,
  listed: readonly string[] = [],
): { readonly environment: Readonly<Record<string, string>>; readonly unread: () => string[] } {
  const read = new Set<string | symbol>();
  const environment = new Proxy(
    { ...values },
    {
      get: (target, name) => {
        read.add(name);
        return typeof name === 'string' ? target[name] : undefined;
      },
      ownKeys: () => [...listed],
    },
  );
  return { environment, unread: () => Object.keys(values).filter((name) => !read.has(name)) };
}
