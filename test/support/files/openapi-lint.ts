import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Spectral, type RulesetDefinition } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';

/** Returns the findings of two linters with their recommended rules for an OpenAPI document, one per line. */
export async function lintOpenApi(document: object): Promise<readonly string[]> {
  const source = JSON.stringify(document);
  const config = await createConfig({ extends: ['recommended'] });
  const byRedocly = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [oas as unknown as RulesetDefinition] });
  const bySpectral = await spectral.run(JSON.parse(source) as Record<string, unknown>);
  return [
    ...byRedocly.map(
      ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
    ),
    ...bySpectral.map(({ code, message, path }) => `${code}: ${message} ${path.join('/')}`),
  ];
}
