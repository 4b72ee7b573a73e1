import { _, Ajv } from 'ajv';
import { sendRequest } from '../api/send-request.schema.js';
import { controlRequests } from '../control/control-requests.schema.js';
import * as formats from './formats.js';

/** Every schema by the name of its validator. */
export const schemaIds = {
  sendRequest: 'send-request',
  storyRequest: 'control-requests#/$defs/StoryRequest',
  statusRequest: 'control-requests#/$defs/StatusRequest',
  inboundRequest: 'control-requests#/$defs/InboundRequest',
  settingsRequest: 'control-requests#/$defs/SettingsRequest',
} as const;

/** Reports all errors of a request at once, each with the schema that it breaks. */
export const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  discriminator: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  formats,
  schemas: [sendRequest, controlRequests],
  // For the build, which writes the validators as code that imports the same formats.
  code: { source: true, esm: true, formats: _`formats` },
});
