import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PROJECT, projectFile } from './support/files/project-file.js';

/** Every page of the project, with its path. */
const pages = globSync('**/*.md', {
  cwd: PROJECT,
  exclude: ['**/node_modules', '**/build', '**/dist', '**/data'],
}).map((path) => ({ path, text: projectFile(path) }));

const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, '');

/** The anchor that a heading has on GitHub. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** The links of a page to files, as paths from the top of the project. */
const linksOf = ({ path, text }: (typeof pages)[number]) =>
  [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor] = link.split('#');
      return { link, anchor, target: file === '' ? path : normalize(join(dirname(path), file)) };
    });

const folderOf = (path: string): string | undefined =>
  /^packages\/[^/]+\/(?=README\.md$)/.exec(path)?.[0];

it('reads the pages', () => {
  expect(pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/operations.md', 'packages/client/README.md']),
  );
});

it.each(pages.filter((page) => linksOf(page).length > 0))(
  '$path links to what is there',
  (page) => {
    const dead = linksOf(page).filter(({ target, anchor }) => {
      if (!existsSync(join(PROJECT, target))) return true;
      return anchor !== undefined && !anchorsOf(projectFile(target)).includes(anchor);
    });
    expect(dead).toEqual([]);
  },
);

it('links from the page of a package to no file, because the package is published without the others', () => {
  const linking = pages.filter((page) => folderOf(page.path) && linksOf(page).length > 0);
  expect(linking.map(({ path }) => path)).toEqual([]);
});

it('names scripts that exist', () => {
  const { scripts } = JSON.parse(projectFile('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

it('names files of the sources that exist', () => {
  const missing = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|test|testing|bench|packages|deploy|docs)\/[\w./-]+\.\w+)`/g)]
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(join(PROJECT, file)))
      .map((file) => `${path}: ${file}`),
  );
  expect(missing).toEqual([]);
});

it('names routes that the API has', () => {
  const { paths } = JSON.parse(projectFile('docs/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const routes = Object.entries(paths).map(([path, methods]) => ({
    methods,
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  const isRoute = (method: string, path: string): boolean =>
    // A tile's name has several parts.
    path.startsWith('/v1/log/tile/') ||
    routes.some(({ methods, pattern }) => method.toLowerCase() in methods && pattern.test(path));
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/v1\/[^\s`?,;)]+)/g)]
      .filter(([, method = '', route = '']) => !isRoute(method, route.replace(/\.$/, '')))
      .map(([whole]) => `${path}: ${whole}`),
  );
  expect(unknown).toEqual([]);
});
