import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = (path) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/**
 * An esbuild plugin that puts the validators into a bundle as code. Without it, ajv would compile them at each start
 * and stay in memory.
 */
export const compiledSchemas = {
  name: 'compiled-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]validation[\\/]validators\.ts$/ }, async () => ({
      contents: `import * as formats from './formats.ts';\n${await validatorsAsCode()}`,
      loader: 'js',
    }));
  },
};

/** Runs `validation/ajv.ts` and lets ajv write what it has compiled. */
async function validatorsAsCode() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import standaloneCode from 'ajv/dist/standalone/index.js';
        import { ajv, schemaIds } from './ajv.ts';
        export const code = standaloneCode.default(ajv, schemaIds);`,
      resolveDir: source('validation'),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const program = Buffer.from(outputFiles[0].contents).toString('base64');
  const { code } = await import(`data:text/javascript;base64,${program}`);
  return code;
}
