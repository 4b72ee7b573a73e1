import { ApiBody, ApiParam } from '@nestjs/swagger';
import { consentChanges } from '../../../application/contacts/consent-view.js';
import { CONTACTS_LIMIT_MAX } from '../../../application/contacts/list-contacts.js';
import {
  CONVERSATION_LIMIT_DEFAULT,
  CONVERSATION_LIMIT_MAX,
} from '../../../application/contacts/read-contact.js';
import { consentSources } from '../documentation/contact-schemas.js';
import { answer, operation, query } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete, count, nullable, text, time } from '../documentation/schema-parts.js';
import { asOf, limit, pageOf } from '../reporting/reporting.openapi.js';
import { ReviewDto, SuppressDto } from './contacts.dto.js';

export const number = ApiParam({
  name: 'number',
  description:
    'A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it.',
  example: '447700900123',
});

const consent = answer('What is known now.', schemaOf('Consent'));

const unreadable = {
  ...count,
  description:
    'Rows of the page that are left out, because an event of the contact is damaged. Nothing is sent to it.',
};

const cursor = query('cursor', '`nextCursor` of the page before.');

const fact = {
  sender: nullable({ ...text, description: 'Null: all our senders.' }),
  channel: nullable({ ...text, description: 'Null: all channels.' }),
  source: { enum: consentSources },
  keyword: nullable({ ...text, description: 'The word that decided it.' }),
  errorCode: nullable({ ...text, description: "Vonage's code that decided it." }),
  messageUuid: nullable({ ...text, description: 'Vonage’s name of the message that said it.' }),
  reason: nullable(text),
  by: nullable({ ...text, description: 'Name of the API key.' }),
};

const { messageUuid: _, ...factOfRow } = fact;

const summary = {
  number: text,
  consent: schemaOf('Consent'),
  review: {
    description: 'A text that may be a wish to stop, and waits for a person; null: none.',
    ...nullable(
      complete({
        since: time,
        keyword: nullable({ ...text, description: 'The word that raised the doubt.' }),
        messageUuid: nullable({ ...text, description: 'The inbound message.' }),
        sender: fact.sender,
      }),
    ),
  },
  counts: complete({
    sent: count,
    received: count,
    atLeast: {
      type: 'boolean',
      description: 'There are more: a list counts up to 1,000 of each, a contact up to 10,000.',
    },
  }),
  lastContactAt: { ...nullable(time), description: 'The latest message in either direction.' },
};

const contact = complete({
  ...summary,
  country: nullable({ ...text, description: 'ISO 3166-1 alpha-2.' }),
  history: {
    type: 'array',
    description: 'What was said about consent, newest first; at most 100.',
    items: complete({ change: { enum: [...consentChanges] }, at: time, ...fact }),
  },
  conversation: complete({
    items: {
      type: 'array',
      description: 'Oldest first.',
      items: {
        oneOf: [schemaOf('OutboundText'), schemaOf('InboundText')],
        discriminator: {
          propertyName: 'direction',
          mapping: {
            outbound: schemaOf('OutboundText').$ref,
            inbound: schemaOf('InboundText').$ref,
          },
        },
      },
    },
    before: nullable({ ...text, description: 'Pass it as `before` for older ones; null: none.' }),
    after: nullable({ ...text, description: 'Pass it as `after` for those that came since.' }),
  }),
  asOf,
});

export const DescribeContacts = operation({
  tag: 'contacts',
  operationId: 'listContacts',
  summary: 'People of whose consent something is known, latest change first',
  description:
    'Consent is read from the ledger, so it is never stale. Every other number can be asked for too.',
  parts: [
    query('review', 'Only those of which a text waits for a person.', { enum: ['true'] }),
    limit(CONTACTS_LIMIT_MAX),
    cursor,
    answer('A page.', pageOf(complete(summary), { unreadable })),
  ],
});

export const DescribeContact = operation({
  tag: 'contacts',
  operationId: 'getContact',
  summary: 'One person: consent, counts, and the conversation',
  description:
    'Both directions by time: the newest, or those before or after a place. A number that nobody knows has no messages.',
  parts: [
    number,
    query('before', 'The `before` of an earlier answer: what is older.'),
    query('after', 'The `after` of an earlier answer: what is newer.'),
    limit(CONVERSATION_LIMIT_MAX, CONVERSATION_LIMIT_DEFAULT),
    query(
      'text',
      'For a person in the window, who otherwise gets no texts: they are shown, and that is recorded. Programs always get them.',
      { enum: ['shown'] },
    ),
    answer('The person.', contact),
  ],
});

export const DescribeReview = operation({
  tag: 'contacts',
  operationId: 'reviewContact',
  summary: 'Decide whether a text is a wish to stop',
  description:
    '`opt-out` ends the consent as `PUT /v1/suppressions/{number}` does; `none` only ends the review. 409 `review-not-waiting` where no text waits.',
  parts: [number, ApiBody({ type: ReviewDto }), consent],
  problems: [400, 409, 413, 415],
});

export const DescribeSuppressions = operation({
  tag: 'contacts',
  operationId: 'listSuppressions',
  summary: 'Numbers to which nothing is sent, newest first',
  description:
    'Opt-outs and bars. A number has one row for each sender that it opted out of, and for each channel that is barred.',
  parts: [
    limit(CONTACTS_LIMIT_MAX),
    cursor,
    answer(
      'A page.',
      pageOf(
        complete({
          number: text,
          state: { enum: ['opted-out', 'barred'] },
          since: time,
          ...factOfRow,
        }),
        { unreadable },
      ),
    ),
  ],
});

export const DescribeSuppress = operation({
  tag: 'contacts',
  operationId: 'suppress',
  summary: 'Send nothing more to a number',
  description:
    'Sends to it are refused from now on (409 `recipient-opted-out`), and what waits for it is withdrawn when it is due. A fallback step of a message for somebody else is skipped.',
  parts: [number, ApiBody({ type: SuppressDto, required: false }), consent],
  problems: [400, 413, 415],
});

export const DescribeUnsuppress = operation({
  tag: 'contacts',
  operationId: 'unsuppress',
  summary: 'Send to a number again',
  description:
    'Ends an opt-out, a bar and a review. A block by Vonage or by the carrier is theirs: their next refusal suppresses the number again.',
  parts: [
    number,
    query('sender', 'Only for this sender of ours.'),
    query('reason', 'Kept in the ledger.'),
    consent,
  ],
});
