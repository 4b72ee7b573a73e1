/**
 * Compares what each controller returns with what the OpenAPI document says of it, in the type checker: the types of
 * the document are those that the client is generated from. A field that only one of them has does not compile.
 */
import type { operations } from '../../../packages/client/src/schema.js';
import type { ListInbound } from '../../../src/application/reporting/inbound-list.js';
import type { ListMessages } from '../../../src/application/reporting/message-list.js';
import type { ContactsController } from '../../../src/adapters/http/contacts/contacts.controller.js';
import type { ErasureController } from '../../../src/adapters/http/contacts/erasure.controller.js';
import type { SuppressionsController } from '../../../src/adapters/http/contacts/suppressions.controller.js';
import type { HealthController } from '../../../src/adapters/http/health/health.controller.js';
import type { KeysController } from '../../../src/adapters/http/keys/keys.controller.js';
import type { LedgerController } from '../../../src/adapters/http/ledger/ledger.controller.js';
import type { LimitsController } from '../../../src/adapters/http/limits/limits.controller.js';
import type { BatchController } from '../../../src/adapters/http/messages/batch.controller.js';
import type { MessagesController } from '../../../src/adapters/http/messages/messages.controller.js';
import type { PreviewController } from '../../../src/adapters/http/messages/preview.controller.js';
import type { BulkOutcomesController } from '../../../src/adapters/http/outcomes/bulk-outcomes.controller.js';
import type { OutcomesController } from '../../../src/adapters/http/outcomes/outcomes.controller.js';
import type { LogController } from '../../../src/adapters/http/proof/log.controller.js';
import type { MessageListController } from '../../../src/adapters/http/reporting/message-list.controller.js';
import type { ReceivedWebhooksController } from '../../../src/adapters/http/webhooks/received-webhooks.controller.js';
import type { ReplayController } from '../../../src/adapters/http/webhooks/replay/replay.controller.js';
import type { ReconciliationController } from '../../../src/adapters/http/reconciliation/reconciliation.controller.js';
import type { InboundController } from '../../../src/adapters/http/reporting/inbound.controller.js';
import type { ReportsController } from '../../../src/adapters/http/reporting/reports.controller.js';
import type { SetAsideController } from '../../../src/adapters/http/reporting/set-aside.controller.js';
import type { SendingController } from '../../../src/adapters/http/sending/sending.controller.js';
import type { SessionController } from '../../../src/adapters/http/session/session.controller.js';
import type { WebhookEndpointsController } from '../../../src/adapters/http/webhook-endpoints/webhook-endpoints.controller.js';

type Operation = keyof operations;

/** The JSON that the document describes for a successful answer. */
type Described<Id extends Operation> = {
  [
    Code in keyof operations[Id]['responses'] & (200 | 201 | 202)
  ]: operations[Id]['responses'][Code] extends {
    content: { 'application/json': infer Json };
  }
    ? Json
    : never;
}[keyof operations[Id]['responses'] & (200 | 201 | 202)];

type Returned<Method> = Method extends (...parameters: never[]) => Promise<infer Answer>
  ? Exclude<Answer, string>
  : never;

/** Without the difference between what may be changed and what may not, which JSON does not have. */
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Plain<T[Name]> }
    : T;

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** True, or the fields that differ, as the document has them and as they are returned. */
type Same<A, B> =
  Equal<A, B> extends true
    ? true
    : [A, B] extends [readonly (infer OfA)[], readonly (infer OfB)[]]
      ? { item: Same<OfA, OfB> }
      : [NonNullable<A>, NonNullable<B>] extends [object, object]
        ? {
            [
              Name in keyof (NonNullable<A> & NonNullable<B>) as Name extends keyof NonNullable<A>
                ? Name extends keyof NonNullable<B>
                  ? Equal<NonNullable<A>[Name], NonNullable<B>[Name]> extends true
                    ? never
                    : Name
                  : Name
                : Name
            ]: Name extends keyof NonNullable<A>
              ? Name extends keyof NonNullable<B>
                ? Same<NonNullable<A>[Name], NonNullable<B>[Name]>
                : 'described only'
              : 'returned only';
          }
        : { described: A; returned: B };

/** A line for each operation that answers with JSON. */
export const answers: {
  [Id in keyof Answers]: Same<Plain<Described<Id & Operation>>, Plain<Answers[Id]>>;
} = {
  getLimits: true,
  getReadiness: true,
  getDeliveryReport: true,
  getReceiptConfidence: true,
  listQuarantinedWebhooks: true,
  listParkedEvents: true,
  retryParkedEvents: true,
  getInboundMessage: true,
  getSending: true,
  holdSending: true,
  releaseSending: true,
  planStuckReconciliation: true,
  reconcileStuck: true,
  listContacts: true,
  getContact: true,
  reviewContact: true,
  listSuppressions: true,
  suppress: true,
  unsuppress: true,
  erasePerson: true,
  replayMessage: true,
  getTimeline: true,
  getSession: true,
  signIn: true,
  createWebhookEndpoint: true,
  listWebhookEndpoints: true,
  readWebhookEndpoint: true,
  changeWebhookEndpoint: true,
  rotateWebhookSecret: true,
  testWebhookEndpoint: true,
  listWebhookDeliveries: true,
  replayWebhooks: true,
  getLog: true,
  listTexts: true,
  listReceivedWebhooks: true,
  listRefusedWebhooks: true,
  replayWebhook: true,
  listHolds: true,
  proveMessage: true,
  previewMessage: true,
  sendMessage: true,
  sendMessages: true,
  getMessage: true,
  cancelMessage: true,
  resolveMessage: true,
  resendMessage: true,
  resolveMessages: true,
  resendMessages: true,
  createKey: true,
  listKeys: true,
  revokeKey: true,
  listMessages: true,
  listInboundMessages: true,
};

interface Answers {
  getReadiness: Returned<HealthController['ready']>;
  getLimits: Returned<LimitsController['read']>;
  getDeliveryReport: Returned<ReportsController['delivery']>;
  getReceiptConfidence: Returned<ReportsController['confidence']>;
  listQuarantinedWebhooks: Returned<SetAsideController['quarantine']>;
  listParkedEvents: Returned<SetAsideController['parked']>;
  retryParkedEvents: Returned<SetAsideController['retry']>;
  getInboundMessage: Returned<InboundController['find']>;
  getSending: Returned<SendingController['read']>;
  holdSending: Returned<SendingController['hold']>;
  releaseSending: Returned<SendingController['release']>;
  planStuckReconciliation: Returned<ReconciliationController['plan']>;
  reconcileStuck: Returned<ReconciliationController['reconcileStuck']>;
  listContacts: Returned<ContactsController['list']>;
  getContact: Returned<ContactsController['read']>;
  reviewContact: Returned<ContactsController['review']>;
  listSuppressions: Returned<SuppressionsController['list']>;
  suppress: Returned<SuppressionsController['suppress']>;
  unsuppress: Returned<SuppressionsController['lift']>;
  erasePerson: Returned<ErasureController['erase']>;
  replayMessage: Returned<LedgerController['replay']>;
  getTimeline: Returned<LedgerController['timeline']>;
  getSession: Returned<SessionController['read']>;
  signIn: Returned<SessionController['signIn']>;
  createWebhookEndpoint: Returned<WebhookEndpointsController['create']>;
  listWebhookEndpoints: Returned<WebhookEndpointsController['list']>;
  readWebhookEndpoint: Returned<WebhookEndpointsController['read']>;
  changeWebhookEndpoint: Returned<WebhookEndpointsController['patch']>;
  rotateWebhookSecret: Returned<WebhookEndpointsController['rotate']>;
  testWebhookEndpoint: Returned<WebhookEndpointsController['test']>;
  listWebhookDeliveries: Returned<WebhookEndpointsController['deliveries']>;
  replayWebhooks: Returned<WebhookEndpointsController['replay']>;
  listReceivedWebhooks: Returned<ReceivedWebhooksController['list']>;
  listRefusedWebhooks: Returned<ReceivedWebhooksController['listRefused']>;
  replayWebhook: Returned<ReplayController['replay']>;
  listHolds: Returned<SendingController['holds']>;
  listTexts: Returned<MessageListController['texts']>;
  getLog: Returned<LogController['summary']>;
  proveMessage: Returned<LogController['proof']>;
  previewMessage: Returned<PreviewController['preview']>;
  sendMessage: Returned<MessagesController['send']>;
  sendMessages: Returned<BatchController['send']>;
  getMessage: Returned<MessagesController['read']>;
  cancelMessage: Returned<MessagesController['cancel']>;
  resolveMessage: Returned<OutcomesController['resolve']>;
  resendMessage: Returned<OutcomesController['resend']>;
  resolveMessages: Returned<BulkOutcomesController['resolve']>;
  resendMessages: Returned<BulkOutcomesController['resend']>;
  createKey: Returned<KeysController['create']>;
  listKeys: Returned<KeysController['list']>;
  revokeKey: Returned<KeysController['revoke']>;
  listMessages: Returned<ListMessages['execute']>;
  listInboundMessages: Returned<ListInbound['execute']>;
}

type WithJson = {
  [Id in Operation]: [Described<Id>] extends [never] ? never : Id;
}[Operation];

/** Answers whose JSON is written in parts or depends on the caller; tests of their own compare them. */
type Elsewhere = 'getIndex' | 'getLiveness' | 'reconcile' | 'getProblemType';

export const nothingIsMissing: [Exclude<WithJson, keyof Answers | Elsewhere>] extends [never]
  ? true
  : Exclude<WithJson, keyof Answers | Elsewhere> = true;
