import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const packageFolder = fileURLToPath(new URL('.', import.meta.url));

/** Old enough to be everywhere, new enough for light-dark() and :has(). */
const BROWSERS = ['chrome123', 'firefox121', 'safari17.5'];
const PACKED = /\.(?:js|css|html|svg)$/;

/** Builds the window into a folder: a page, and files whose names change with their content. */
export async function buildWindow(into) {
  const { metafile, outputFiles } = await build({
    entryPoints: { window: join(packageFolder, 'src/main.tsx') },
    outdir: join(into, 'assets'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: BROWSERS,
    conditions: ['waybill-client-source'],
    jsx: 'automatic',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'file' },
    legalComments: 'linked',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  await mkdir(join(into, 'assets'), { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => save(path, contents)));
  // The fonts' licence asks to go wherever they go.
  await copyFile(join(packageFolder, 'src/fonts/OFL.txt'), join(into, 'assets/OFL.txt'));
  const page = await readFile(join(packageFolder, 'src/index.html'), 'utf8');
  await save(join(into, 'index.html'), Buffer.from(withFiles(page, metafile)));
}

/** Puts the script, the style sheet and the first fonts in the place of the page's comment. */
function withFiles(page, { outputs }) {
  const [script, { cssBundle, imports }] = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint !== undefined && entryPoint.endsWith('main.tsx'),
  );
  const nameOf = (path) => `/assets/${path.slice(path.lastIndexOf('/') + 1)}`;
  const fonts = Object.keys(outputs).filter((path) => /geist-latin.*woff2$/.test(path));
  const chunks = imports.filter(({ kind }) => kind === 'import-statement');
  const tags = [
    ...fonts.map(
      (path) =>
        `<link rel="preload" href="${nameOf(path)}" as="font" type="font/woff2" crossorigin>`,
    ),
    ...chunks.map(({ path }) => `<link rel="modulepreload" href="${nameOf(path)}">`),
    `<link rel="stylesheet" href="${nameOf(cssBundle)}">`,
    `<script type="module" src="${nameOf(script)}"></script>`,
  ];
  return page.replace('<!-- files -->', tags.join('\n    '));
}

async function save(path, contents) {
  const writing = [writeFile(path, contents)];
  if (PACKED.test(path)) {
    writing.push(
      promisify(brotliCompress)(contents, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
      }).then((packed) => writeFile(`${path}.br`, packed)),
      promisify(gzip)(contents, { level: 9 }).then((packed) => writeFile(`${path}.gz`, packed)),
    );
  }
  await Promise.all(writing);
}
