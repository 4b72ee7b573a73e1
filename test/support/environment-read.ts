/**
 * An environment that remembers which of its variables somebody looked at, to find those that are set
 * and mean nothing. Whoever asks for a list gets only `listed`, because a list is no interest in each.
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
