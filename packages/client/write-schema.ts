import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';
import { startWaybill } from '../../test/support/worlds/waybill.js';

// `npm run openapi`: writes the document that the service serves into docs/, and the client's types from it.

const root = join(import.meta.dirname, '../..');
const documentPath = join(root, 'docs/openapi.json');
const waybill = await startWaybill();
const answer = await fetch(`${waybill.url}/openapi.json`);
const document = await answer.text();
await waybill.end();
await writeFile(documentPath, await format(document, { parser: 'json', printWidth: 100 }));
await writeFile(
  join(import.meta.dirname, 'src/schema.ts'),
  await typesOf(await readFile(documentPath, 'utf8')),
);

async function typesOf(text: string): Promise<string> {
  const nodes = await openapiTS(text, {
    alphabetize: true,
    exportType: true,
    rootTypes: false,
    defaultNonNullable: false,
  });
  return format(
    `/** Made by \`npm run openapi\` from docs/openapi.json. */\n${astToString(nodes)}`,
    {
      parser: 'typescript',
      singleQuote: true,
      printWidth: 100,
    },
  );
}
