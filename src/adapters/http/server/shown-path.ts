const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A segment of an address of the API. Anything with digits may be a phone number. */
const WORD = /^(?:v1|[a-z][a-z.-]{0,30})$/;
const QUERY_NAMES_MAX = 12;

/**
 * Returns the path for a log or a label of the window's own pages: parameters are shown by name, because they may be
 * phone numbers, and ids as they are.
 * @param pattern of the route; undefined where there is none
 */
export function shownPath(pathname: string, pattern: string | undefined): string {
  const names = pattern?.split('/') ?? [];
  return pathname
    .split('/')
    .slice(0, 12)
    .map((segment, index) => {
      if (segment === '' || segment === names[index] || UUID.test(segment)) return segment;
      const name = names[index];
      if (name !== undefined) return name;
      return pattern === undefined && WORD.test(segment) ? segment : '*';
    })
    .join('/');
}

/** Names of the parameters of a query, without their values. A name that looks like a value is not shown. */
export function queryNames(search: string): readonly string[] {
  if (search === '') return [];
  const names = [...new Set(new URLSearchParams(search).keys())];
  return names
    .slice(0, QUERY_NAMES_MAX)
    .map((name) => (/^[a-zA-Z]{1,30}$/.test(name) ? name : '*'));
}
