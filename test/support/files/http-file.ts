/** A request of a `.http` file, before its variables are filled in. */
export interface FileRequest {
  readonly title: string;
  /** The name by which later requests refer to the answer. */
  readonly name: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpFile {
  /** The values of the `@name = value` lines. */
  readonly variables: Readonly<Record<string, string>>;
  readonly requests: readonly FileRequest[];
}

/** Reads the subset of the format that editors agree on: variables, names, requests, headers, bodies. */
export function readHttpFile(text: string): HttpFile {
  const variables = Object.fromEntries(
    [...text.matchAll(/^@(\w+) *= *(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const requests = text
    .split(/^###/m)
    .slice(1)
    .map((section): FileRequest => {
      const [title = '', ...lines] = section.split('\n');
      const name = lines.find((line) => line.startsWith('# @name '))?.slice('# @name '.length);
      const request = lines.filter((line) => !line.startsWith('#'));
      const [first = '', ...rest] = request;
      const blank = rest.indexOf('');
      const headers = rest.slice(0, blank === -1 ? undefined : blank);
      const body = blank === -1 ? '' : rest.slice(blank).join('\n').trim();
      const [method = '', url = ''] = first.split(' ');
      return {
        title: title.trim(),
        name,
        method,
        url,
        headers: Object.fromEntries(
          headers.map((line) => line.split(/: */, 2) as [string, string]),
        ),
        body: body === '' ? undefined : body,
      };
    });
  return { variables, requests };
}

/**
 * Fills in `{{name}}`, `{{answer.response.body.path}}` and `{{$datetime iso8601 1 d}}`.
 * @throws Error for a variable without a value
 */
export function fillIn(
  text: string,
  variables: Readonly<Record<string, string>>,
  answers: ReadonlyMap<string, unknown>,
): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (whole, word: string) => {
    const days = /^\$datetime iso8601 (\d+) d$/.exec(word)?.[1];
    if (days !== undefined) return new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    const [name = '', path] = word.split('.response.body.');
    const value = path === undefined ? variables[name] : at(answers.get(name), path);
    if (typeof value !== 'string') throw new Error(`nothing has set ${whole}`);
    return value;
  });
}

const at = (value: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .reduce<unknown>(
      (inner, step) => (inner as Record<string, unknown> | undefined)?.[step],
      value,
    );
