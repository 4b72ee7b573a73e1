export const text = { type: 'string' };
export const time = { type: 'string', format: 'date-time' };
export const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

/** An object with all of these properties required. */
export const complete = <Properties extends object>(properties: Properties) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
