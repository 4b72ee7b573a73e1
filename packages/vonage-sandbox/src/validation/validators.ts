import type { ValidateFunction } from 'ajv';
import { ajv, schemaIds } from './ajv.js';

// The build replaces this file by the same validators as code, because ajv itself costs 25 MB of memory.

function compile(id: string): ValidateFunction {
  const validate = ajv.getSchema(id);
  if (validate === undefined) throw new Error(`There is no schema ${id}.`);
  return validate;
}

export const sendRequest = compile(schemaIds.sendRequest);
export const storyRequest = compile(schemaIds.storyRequest);
export const statusRequest = compile(schemaIds.statusRequest);
export const inboundRequest = compile(schemaIds.inboundRequest);
export const settingsRequest = compile(schemaIds.settingsRequest);
