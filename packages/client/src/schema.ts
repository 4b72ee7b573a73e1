/** Made by `npm run openapi` from docs/openapi.json. */
export type paths = {
  '/': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the entry points of the API
     * @description The paths of the API by name.
     */
    get: operations['getIndex'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Is the process alive?
     * @description Asks no store: an unreachable store is no reason to restart the process.
     */
    get: operations['getLiveness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Does it do its work?
     * @description Not ready: the ledger cannot be written or is damaged, read models or sending stand still, or the service stops. The body names what stands still, since when and why. A hold by an operator is no fault. A load balancer asks with `part=ledger`, so that webhooks are taken also while only sending stands still, or a part of the ledger cannot be read. No key is needed. Without a valid one, and but for requests on the machine itself, each `reason` is a fixed sentence.
     */
    get: operations['getReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the metrics for Prometheus
     * @description Prometheus text format. On the machine itself no key is asked for, unless `PUBLIC_URL` names another host.
     */
    get: operations['getMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/problems/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Explain a type of problem document
     * @description The `type` of each problem document is the path of this route.
     */
    get: operations['getProblemType'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * People of whose consent something is known, latest change first
     * @description Consent is read from the ledger, so it is never stale. Every other number can be asked for too.
     */
    get: operations['listContacts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{number}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One person: consent, counts, and the conversation
     * @description Both directions by time: the newest, or those before or after a place. A number that nobody knows has no messages.
     */
    get: operations['getContact'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{number}/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Erase a person
     * @description Destroys the keys of everything recorded about a number, withdraws what waits for it, and makes lists forget it. Messages still count. An opt-out stays, without the number. Asked again, it completes what was cut off and answers the same.
     */
    delete: operations['erasePerson'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{number}/review': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decide whether a text is a wish to stop
     * @description `opt-out` ends the consent as `PUT /v1/suppressions/{number}` does; `none` only ends the review. 409 `review-not-waiting` where no text waits.
     */
    post: operations['reviewContact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The whole ledger after a position, one event a line
     * @description Newline-delimited JSON in the order of the ledger. To go on, pass the last `position` as `after`.
     */
    get: operations['exportEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Received messages, newest first
     * @description Messages that people sent to our numbers: a page of JSON, where `nextCursor: null` says that there is no more; or, by `Accept: text/csv` or `application/x-ndjson`, all that match, without `limit` and `cursor`.
     */
    get: operations['listInboundMessages'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound/{uuid}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One received message
     * @description By the `message_uuid` that Vonage gave to it.
     */
    get: operations['getInboundMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the API keys, with their last use
     * @description Those of API_KEYS first, then the newest. Revoked ones are listed too.
     */
    get: operations['listKeys'];
    put?: never;
    /**
     * Make an API key
     * @description The key is in this answer only; the ledger holds its SHA-256. It works on every instance at once. When the answer is lost, revoke the name and make a key of another name.
     */
    post: operations['createKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/keys/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke an API key for ever
     * @description This instance refuses it at once, every other within a second. Its name stays taken. Revoking it again changes nothing.
     */
    delete: operations['revokeKey'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/limits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the limits and their use
     * @description The caps of today (UTC) and the countries, for all API keys together and for the one that asks. Null: not limited.
     */
    get: operations['getLimits'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The newest checkpoint in words: size, signer, age
     * @description For people and dashboards. Whoever verifies the log takes `GET /v1/log/checkpoint`, the signed note itself.
     */
    get: operations['getLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/log/checkpoint': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The newest checkpoint of the transparency log
     * @description A signed note (C2SP tlog-checkpoint): whoever keeps it can prove later that nothing before it was changed.
     */
    get: operations['getCheckpoint'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/log/key': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The keys that verify checkpoints
     * @description Verifier keys in the form of C2SP signed-note, one a line. The first one is the present key; others are being retired. Keep it apart from this service: whoever takes key and checkpoint from one place trusts that place.
     */
    get: operations['getLogKey'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/log/tile/{path}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A tile of the transparency log
     * @description Hashes or entries as in C2SP tlog-tiles: `<level>/<number>[.p/<width>]` or `entries/<number>[.p/<width>]`.
     */
    get: operations['getLogTile'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Messages, newest first
     * @description A page of JSON; or, by `Accept: text/csv` or `application/x-ndjson`, all that match, without `limit` and `cursor`. A page may hold fewer than `limit` although there is more, when what matches is rare: only `nextCursor: null` says that there is no more.
     */
    get: operations['listMessages'];
    put?: never;
    /**
     * Send a message
     * @description Answers when the request is recorded; handing it to Vonage follows.
     */
    post: operations['sendMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the status of a message, with its explanation
     * @description Folded from the events of its stream, so it is never stale. With `at`, the answer is what was known at that time.
     */
    get: operations['getMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Withdraw what has not been handed to Vonage
     * @description A message that was handed over can no longer be withdrawn: 409. Its text is null for a key without the scope `read`.
     */
    post: operations['cancelMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Every event of a message in order, and what each of them changed
     * @description `effect` says for each event which status it led to, or why it was refused.
     */
    get: operations['replayMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/proof': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Every event of a message, with its proof
     * @description For somebody who has neither the ledger nor the network: `npm run verify -- --proof FILE --key KEY` checks it, and so do other tools. docs/proof.md describes each field.
     */
    get: operations['proveMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a message that is over again
     * @description Makes a new message of a final one, with the same content, sent at once: `resendOf` names the old one, and `resentAs` of the old one the new. One that is not final is 409. The event `MessageResent` of the old one is recorded first: after a failure in between, its message does not exist and nothing was sent, until this is asked again.
     */
    post: operations['resendMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/resolve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decide about a message of unknown outcome
     * @description For a message of which nobody knows whether Vonage took it. The same decision again has the same answer; another one, or a message that is not `unknown`, is 409. Its text is null for a key without the scope `read`.
     */
    post: operations['resolveMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/timeline': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the timeline of a message, without texts, numbers and webhooks
     * @description For people who help a customer: every event in order, with what it changed or why it was refused. The whole events, with their evidence, are in the replay.
     */
    get: operations['getTimeline'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send up to 1,000 messages
     * @description Each stands or falls alone: 202 when all were recorded, otherwise 207, and the items say which.
     */
    post: operations['sendMessages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Preview a send without sending
     * @description Reads the body as a send does, records nothing and costs nothing. A body with faults is answered with 200 too: `faults` are those that a send would be refused for.
     */
    post: operations['previewMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send many messages that are over again
     * @description A page of what the filters of the message list find; without `status`, those that are rejected, undeliverable, failed, expired, but none that a later report contradicts: its person may have the text. One of which an attempt may have arrived, because no report came, its error leaves that possible or an earlier attempt was reported delivered, is `refused`, and so is one that was sent again already: alone, with another API key or under another `Idempotency-Key`. `status` or `contradicted=true` takes those too. A page takes at most about 20 s, and may hold fewer than `limit` although there is more: go on with `nextCursor` until it is null. Without an Idempotency-Key, each message is sent again once, however often this is asked. Where a `status` is named, what the same request has sent again is `refused` when it is asked again, although the filters find it too; another Idempotency-Key takes it. Caps hold: a message above one is `refused`.
     */
    post: operations['resendMessages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/resolve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decide about many messages of unknown outcome
     * @description About a page of what the filters of the message list find; without `status`, those that are `unknown`. A page takes at most about 20 s, and may hold fewer than `limit` although there is more: go on with `nextCursor` until it is null. The same request again decides nothing twice under one Idempotency-Key. Without a key it decides anew about a message that was sent again since and is `unknown` once more.
     */
    post: operations['resolveMessages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/texts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The first words of several messages
     * @description For a list on a screen; the whole text is in the message itself. Where a person in the window asks, that is recorded.
     */
    get: operations['listTexts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/parked-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Events that could not be projected, and why
     * @description They are in the ledger and show in the message itself; lists and reports lack them until they are taken in.
     */
    get: operations['listParkedEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/parked-events/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try parked events again
     * @description After the cause is mended. Events that still cannot be projected stay parked.
     */
    post: operations['retryParkedEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Signed webhooks that were not understood
     * @description Vonage signed them, so they are kept whole, with the reason why they could not be read. One that a replay has recorded is listed no more.
     */
    get: operations['listQuarantinedWebhooks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/received-webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Webhooks of Vonage that were recorded, newest first
     * @description Each with what it changed, or why it changed nothing. A repeat of a recorded one leaves nothing behind. A page covers about a thousand events of the ledger and may be empty: only `nextCursor: null` says that there is no more.
     */
    get: operations['listReceivedWebhooks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/received-webhooks/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take a kept webhook in once more
     * @description As if Vonage repeated it: its signature is checked by the secrets of now, and its body is read by this build. One that was recorded is a repeat, and adds nothing. One that was set aside is recorded when it is understood now, with the time at which it came.
     */
    post: operations['replayWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/reconciliations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Compare the ledger with a report file of Vonage's Reports API
     * @description The body is a report of the product MESSAGES, direction outbound: the CSV, or the ZIP that holds it. Columns are found by name. What the ledger lacks is recorded as reports with the source `reconciliation`; the state machine judges them like webhooks. The same file again records nothing. With `Accept: application/x-ndjson` the answer has lines `{progress: {bytes, bytesTotal}}`, and last `{result}` or `{problem}`. One at a time: another is answered 503.
     */
    post: operations['reconcile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/reconciliations/stuck': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read how many messages Vonage would be asked about, and at what cost
     * @description Messages that are `unknown` or `unconfirmed`, the newest first. Nothing is asked yet.
     */
    get: operations['planStuckReconciliation'];
    put?: never;
    /**
     * Ask Vonage about messages that are unknown or unconfirmed
     * @description Each record that Vonage's Reports API answers costs money; `GET` of the same address says how much. What is news is recorded as with a report file. A call that Vonage never answered is found by its reference.
     */
    post: operations['reconcileStuck'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/refused-webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Webhooks that this instance did not accept, and why
     * @description Since the instance started, at most 200 lines. Refusals of one kind that follow each other within a minute are one line. Nothing that they carried is kept, because anybody may have sent them. The metrics count them over all instances.
     */
    get: operations['listRefusedWebhooks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/reports/confidence': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Report the trust in receipts, by country and network
     * @description Some networks report delivery that never happened, or never report it. `basis` says whether the rating is measured.
     */
    get: operations['getReceiptConfidence'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/reports/delivery': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Counts, shares, cost and times to delivery
     * @description JSON, or CSV by `Accept: text/csv`. By `hour` it needs `since` and `until`, at most 31 days apart. No report has more than 10000 rows.
     */
    get: operations['getDeliveryReport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sending': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Are messages handed over, and what waits?
     * @description The state is asked of the ledger; what waits is counted in the read models.
     */
    get: operations['getSending'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sending/hold': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Hand nothing more over
     * @description With `provider`, only what goes to that provider. Messages are still accepted, and wait. Other instances follow within two seconds; calls under way end. Webhooks are recorded as ever.
     */
    post: operations['holdSending'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sending/holds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * When and why sending was held
     * @description At most the last 200, of all of sending and of single providers.
     */
    get: operations['listHolds'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sending/release': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Hand messages over again
     * @description With `waiting: unknown` the whole ledger is read first, which takes a minute for some millions of events. Repeat the request when it was interrupted: until it is done, sending stays held. 409: `sending-not-held`, also where only single providers or senders are held and `waiting` is `unknown`; `waiting-undecided` where `cause` is `restored-copy` or `damaged-ledger` and `waiting` is missing; `sending-held-again` where another hold came meanwhile, which is then to be looked at.
     */
    post: operations['releaseSending'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the session
     * @description For the window in a browser. Programs send their API key with each request.
     */
    get: operations['getSession'];
    put?: never;
    /**
     * Sign in with an API key
     * @description Sets a session cookie: HttpOnly, SameSite=Strict, Secure over HTTPS. It holds no key, lasts 12 hours at most, and ends when the key is revoked.
     */
    post: operations['signIn'];
    /**
     * Sign out
     * @description Removes the cookie, and ends the session on this instance. A copy of the cookie works on others, and after a restart, until the session is over or its key is revoked. Without a session it does nothing.
     */
    delete: operations['signOut'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Changes as they happen, server-sent events
     * @description Resume with `Last-Event-ID`: no change is missing and none comes twice. Without it, the first thing sent is an id without data: where to resume before the first change.
     */
    get: operations['streamChanges'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Numbers to which nothing is sent, newest first
     * @description Opt-outs and bars. A number has one row for each sender that it opted out of, and for each channel that is barred.
     */
    get: operations['listSuppressions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions/{number}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Send nothing more to a number
     * @description Sends to it are refused from now on (409 `recipient-opted-out`), and what waits for it is withdrawn when it is due. A fallback step of a message for somebody else is skipped.
     */
    put: operations['suppress'];
    post?: never;
    /**
     * Send to a number again
     * @description Ends an opt-out, a bar and a review. A block by Vonage or by the carrier is theirs: their next refusal suppresses the number again.
     */
    delete: operations['unsuppress'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the webhook endpoints
     * @description All endpoints, disabled ones too, without their secrets.
     */
    get: operations['listWebhookEndpoints'];
    put?: never;
    /**
     * Have events posted to an address
     * @description By the Standard Webhooks specification, at least once: `webhook-id` is the same for each repeat, and `data.stream` with `data.revision` gives the order. The secret is in this answer only. Events are posted from now on.
     */
    post: operations['createWebhookEndpoint'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a webhook endpoint
     * @description Without its secret; a disabled one says since when and why.
     */
    get: operations['readWebhookEndpoint'];
    put?: never;
    post?: never;
    /**
     * Post nothing more to an endpoint
     * @description What it had not got yet is not posted either. It cannot be brought back.
     */
    delete: operations['deleteWebhookEndpoint'];
    options?: never;
    head?: never;
    /**
     * Change, stop or resume an endpoint
     * @description A change takes effect within a second.
     */
    patch: operations['changeWebhookEndpoint'];
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the latest deliveries of an endpoint
     * @description The newest first: all that wait, the newest thousand that failed, and the newest thousand that were taken. Only `nextCursor: null` says that there is no more.
     */
    get: operations['listWebhookDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Post again what was recorded since a time
     * @description Beside what is new. A receiver knows repeats by their `webhook-id`.
     */
    post: operations['replayWebhooks'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Get a new secret
     * @description The secret before it signs too, for 24 hours (`overlapUntil`). So does each that was rotated within 24 hours, nine at most.
     */
    post: operations['rotateWebhookSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Post an example now
     * @description Its type is `endpoint.test`. The answer tells what the receiver said.
     */
    post: operations['testWebhookEndpoint'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/inbound': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Takes a message that somebody sent
     * @description For Vonage, not for you: `Authorization` carries Vonage's signature over exactly this body.
     */
    post: operations['receiveInbound'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Takes what became of a message
     * @description For Vonage, not for you: `Authorization` carries Vonage's signature over exactly this body.
     */
    post: operations['receiveStatus'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
};
export type webhooks = Record<string, never>;
export type components = {
  schemas: {
    ApiKey: {
      createdAt: string | null;
      createdBy: string | null;
      /** @description Null: never. */
      expiresAt: string | null;
      /** @description To the hour where another instance saw it. Null: never, or not for 13 months. */
      lastUsedAt: string | null;
      limits: {
        costPerDay: string | null;
        countriesAllowed: string[] | null;
        countriesBlocked: string[];
        messagesPerDay: number | null;
        requestsPerSecond: number | null;
      };
      name: string;
      revokedAt: string | null;
      revokedBy: string | null;
      scopes: ('send' | 'read' | 'audit' | 'metrics' | 'admin')[];
      /** @enum {unknown} */
      source: 'ledger' | 'API_KEYS';
      /**
       * @description `replaced`: API_KEYS has a key of this name, which takes its place. `damaged`: its events cannot be read, so that it is refused.
       * @enum {unknown}
       */
      state: 'active' | 'expired' | 'revoked' | 'replaced' | 'damaged';
    };
    BulkAnswer: {
      counts: {
        done: number;
        /** @description Messages of this page. */
        matched: number;
        refused: number;
        repeated: number;
      };
      dryRun: boolean;
      items: {
        id: string;
        problem?: {
          detail: string;
          /** @description Every fault of the request. */
          errors?: {
            detail: string;
            /** @description Query parameter or header. */
            parameter?: string;
            /**
             * @description JSON pointer into the body.
             * @example /to
             */
            pointer?: string;
          }[];
          /** @description Also in the log line that has the cause. Of the 503s of one kind, one a minute is logged. */
          instance: string;
          status: number;
          title: string;
          /** @example /problems/invalid-request */
          type: string;
        };
        /** @description Id of the message that sends it again. */
        resentAs?: string;
        /**
         * @description `repeated`: it was done before, and is not done again.
         * @enum {unknown}
         */
        result: 'done' | 'repeated' | 'refused';
        /**
         * @description After a resolution.
         * @enum {unknown}
         */
        status?:
          | 'scheduled'
          | 'accepted'
          | 'sending'
          | 'unknown'
          | 'sent'
          | 'submitted'
          | 'delivered'
          | 'read'
          | 'unconfirmed'
          | 'retrying'
          | 'rejected'
          | 'undeliverable'
          | 'failed'
          | 'cancelled'
          | 'expired';
      }[];
      nextCursor: string | null;
    };
    BulkResendDto: {
      /**
       * @description Changes nothing, and answers what would happen.
       * @default false
       */
      dryRun?: boolean;
      /**
       * @description Kept in the ledger.
       * @example The number was barred by mistake.
       */
      reason: string;
    };
    BulkResolveDto: {
      /**
       * @description Changes nothing, and answers what would happen.
       * @default false
       */
      dryRun?: boolean;
      /**
       * @description `resend`: the next attempt is made, and the person may get a second text. `abandon`: the message failed; a later report of its delivery still applies. `delivered`: the person has it; reports count it apart from what carriers confirm.
       * @enum {string}
       */
      outcome: 'resend' | 'abandon' | 'delivered';
      /**
       * @description Kept in the ledger, and shown with the message.
       * @example The customer says that no text came.
       */
      reason: string;
    };
    Consent: {
      /** @description Where Vonage or the carrier delivers nothing to the number. */
      barredChannels: string[];
      by: string | null;
      /** @description What is otherwise for one of our senders. With OPT_OUT_SCOPE=all an opt-out of one counts for all, and `state` says so. */
      bySender: {
        sender: string;
        /** Format: date-time */
        since: string;
        /** @enum {unknown} */
        state: 'opted-in' | 'opted-out';
      }[];
      errorCode: string | null;
      keyword: string | null;
      number: string;
      reason: string | null;
      /** @description Since when a text that may be a wish to stop waits for a person. */
      reviewSince: string | null;
      since: string | null;
      source: ('keyword' | 'error' | 'operator' | 'api') | null;
      /** @enum {unknown} */
      state: 'unknown' | 'opted-in' | 'opted-out' | 'barred';
    };
    CreatedKey: {
      createdAt: string | null;
      createdBy: string | null;
      /** @description Null: never. */
      expiresAt: string | null;
      /**
       * @description Shown only now.
       * @example wb_shop_4fzz…
       */
      key: string;
      /** @description To the hour where another instance saw it. Null: never, or not for 13 months. */
      lastUsedAt: string | null;
      limits: {
        costPerDay: string | null;
        countriesAllowed: string[] | null;
        countriesBlocked: string[];
        messagesPerDay: number | null;
        requestsPerSecond: number | null;
      };
      name: string;
      revokedAt: string | null;
      revokedBy: string | null;
      scopes: ('send' | 'read' | 'audit' | 'metrics' | 'admin')[];
      /** @enum {unknown} */
      source: 'ledger' | 'API_KEYS';
      /**
       * @description `replaced`: API_KEYS has a key of this name, which takes its place. `damaged`: its events cannot be read, so that it is refused.
       * @enum {unknown}
       */
      state: 'active' | 'expired' | 'revoked' | 'replaced' | 'damaged';
    };
    CreatedWebhookEndpoint: {
      /** Format: date-time */
      createdAt: string;
      description: string;
      disabledAt: string | null;
      disabledBecause: string | null;
      enabled: boolean;
      events: (
        | 'message.status_changed'
        | 'message.contradicted'
        | 'message.resolved'
        | 'inbound.received'
        | 'contact.opted_out'
        | 'contact.opted_in'
        | 'contact.erased'
        | 'sending.held'
        | 'sending.released'
        | 'limit.reached'
        | 'log.checkpoint'
      )[];
      id: string;
      /** @description Until then the secret before signs too. */
      overlapUntil: string | null;
      /**
       * @description Shown only now.
       * @example whsec_…
       */
      secret: string;
      url: string;
    };
    CreateEndpointDto: {
      /** @example The shop */
      description?: string;
      events: (
        | 'message.status_changed'
        | 'message.contradicted'
        | 'message.resolved'
        | 'inbound.received'
        | 'contact.opted_out'
        | 'contact.opted_in'
        | 'contact.erased'
        | 'sending.held'
        | 'sending.released'
        | 'limit.reached'
        | 'log.checkpoint'
      )[];
      /**
       * @description Where events are posted. It leads to no private network, and redirects are not followed.
       * @example https://example.com/waybill
       */
      url: string;
    };
    CreateKeyDto: {
      /**
       * Format: date-time
       * @description From then on the key is refused. Left out: never.
       * @example 2030-01-31T09:30:00Z
       */
      expiresAt?: string;
      limits?: components['schemas']['KeyLimitsDto'];
      /**
       * @description Stands in the ledger beside what the key did: 1 to 64 letters, digits and _ . -, but not . or .. alone. It can never be given again.
       * @example shop
       */
      name: string;
      /**
       * @description `admin` may do everything.
       * @example [
       *       "send",
       *       "read"
       *     ]
       */
      scopes: ('send' | 'read' | 'audit' | 'metrics' | 'admin')[];
    };
    EraseDto: {
      /**
       * @description Kept in the ledger and in the certificate. It must not name the number.
       * @example Request of 3 March, case 4711.
       */
      reason: string;
    };
    Event: {
      /** @description Why it cannot be read; absent for one that is whole. */
      damaged?: string;
      /** @description Null where the event is damaged. */
      data: {
        [key: string]: unknown;
      } | null;
      /** @description What it did to the message; in a replay only. Null from the first event on that is damaged. */
      effect?: {
        applied: boolean;
        from:
          | (
              | 'scheduled'
              | 'accepted'
              | 'sending'
              | 'unknown'
              | 'sent'
              | 'submitted'
              | 'delivered'
              | 'read'
              | 'unconfirmed'
              | 'retrying'
              | 'rejected'
              | 'undeliverable'
              | 'failed'
              | 'cancelled'
              | 'expired'
            )
          | null;
        reason: ('not-sent' | 'late' | 'repeat' | 'contradiction' | 'superseded') | null;
        to:
          | (
              | 'scheduled'
              | 'accepted'
              | 'sending'
              | 'unknown'
              | 'sent'
              | 'submitted'
              | 'delivered'
              | 'read'
              | 'unconfirmed'
              | 'retrying'
              | 'rejected'
              | 'undeliverable'
              | 'failed'
              | 'cancelled'
              | 'expired'
            )
          | null;
      } | null;
      /** Format: uuid */
      id: string;
      /** @description Parts of it may be missing where the event is damaged. */
      metadata: {
        /** @description Name of the API key. */
        actor?: string;
        /** @description The event, request or webhook that led to this one. */
        causationId?: string;
        /** @description Connects all that followed from one request. */
        correlationId?: string;
        /** Format: date-time */
        recordedAt?: string;
        /** @enum {unknown} */
        source?: 'api' | 'webhook' | 'dispatcher' | 'agenda' | 'cli' | 'reconciliation';
        /** @description W3C trace context, where OpenTelemetry is configured. */
        traceparent?: string;
        /** @description The webhook as it was signed and received. */
        webhook?: {
          /** @description Keyed hash of the body. */
          digest?: string;
          /** @description When it was signed, in seconds since 1970. */
          iat?: number;
          /** @description The id of its token. */
          jti?: string;
          rawBody: string;
          /** @enum {unknown} */
          rawBodyEncoding: 'utf8' | 'base64';
          /** Format: date-time */
          receivedAt: string;
          sha256: string;
          /** @description The token by which Vonage signed it, a JWT. */
          token?: string;
        };
      };
      /** @description Opaque; pass it as `after`. */
      position: string;
      /** Format: date-time */
      recordedAt: string;
      revision: number;
      stream: string;
      type: string;
      version: number;
    };
    FallbackDto: {
      /**
       * @description The channel to try next: one of Vonage, or `email` or `push` where their servers are set up. These two end at `submitted`: nobody tells whether a person got them.
       * @enum {string}
       */
      channel:
        'sms' | 'mms' | 'rcs' | 'whatsapp' | 'viber_service' | 'messenger' | 'email' | 'push';
      /**
       * @description The sender on that channel. Needed on those of Vonage; an e-mail has EMAIL_FROM as the default, and a push message has none.
       * @example 447700900001
       */
      from?: string;
      /** @description The subject of an e-mail (default: the first line of the text), or the title of a push message. */
      subject?: string;
      /** @description An approved template of WhatsApp, sent instead of the text: a free text fails with 1340 outside the day after the person wrote. */
      template?: components['schemas']['TemplateDto'];
      /** @description The text there, where it is another one. */
      text?: string;
      /** @description The recipient there, where it is another one. An e-mail needs the address; a push message needs the text of `JSON.stringify(subscription)` of a browser, or a token of Firebase Cloud Messaging. */
      to?: string;
      /**
       * @description `failure`: when the message failed for good. `unconfirmed`: also when no receipt came in time.
       * @enum {string}
       */
      when: 'failure' | 'unconfirmed';
    };
    HoldSendingDto: {
      /**
       * @description Holds only what goes to this provider. Without it, all of sending is held.
       * @enum {string}
       */
      provider?: 'vonage' | 'email' | 'web-push' | 'fcm';
      /**
       * @description Shown to whoever asks why messages wait.
       * @example The wrong text is going out.
       */
      reason: string;
    };
    InboundText: {
      /** Format: date-time */
      at: string;
      channel: string;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      direction: 'inbound';
      keyword: string | null;
      messageType: string;
      messageUuid: string;
      text: string | null;
      to: string;
    };
    KeyLimitsDto: {
      /**
       * @description The most that its messages of a day (UTC) may cost, in the account's currency, as expected from the prices in reports.
       * @example 25.00
       */
      costPerDay?: string;
      /**
       * @description ISO 3166-1 alpha-2. The key may send to no other country.
       * @example [
       *       "GB",
       *       "DE"
       *     ]
       */
      countriesAllowed?: string[];
      /**
       * @description ISO 3166-1 alpha-2. The key may not send there.
       * @example [
       *       "KP"
       *     ]
       */
      countriesBlocked?: string[];
      /** @description The most messages that the key may send in a day (UTC), on all instances together. */
      messagesPerDay?: number;
      /** @description Of all requests with the key, on each instance; so many may come at once. */
      requestsPerSecond?: number;
    };
    Limits: {
      all: {
        costPerDay: {
          cap: string;
          currency: string | null;
          left: string;
          /** Format: date-time */
          resetsAt: string;
          /** @description What the messages are expected to cost, or what reports name where that is more. */
          used: string;
        } | null;
        countriesAllowed: string[] | null;
        /** @description ISO 3166-1 alpha-2. */
        countriesBlocked: string[];
        messagesPerDay: {
          cap: number;
          left: number;
          /** Format: date-time */
          resetsAt: string;
          used: number;
        } | null;
        messagesPerRecipientHour: number | null;
      };
      /** @description Of the API key that asks; null where none was sent. */
      key: {
        costPerDay: {
          cap: string;
          currency: string | null;
          left: string;
          /** Format: date-time */
          resetsAt: string;
          /** @description What the messages are expected to cost, or what reports name where that is more. */
          used: string;
        } | null;
        countriesAllowed: string[] | null;
        /** @description ISO 3166-1 alpha-2. */
        countriesBlocked: string[];
        messagesPerDay: {
          cap: number;
          left: number;
          /** Format: date-time */
          resetsAt: string;
          used: number;
        } | null;
        name: string;
        requestsPerSecond: number | null;
      } | null;
    };
    Message: {
      attempts: {
        acceptedAt: string | null;
        channel: string;
        deliveredAt: string | null;
        error: {
          /** @enum {unknown} */
          class: 'transient' | 'permanent' | 'configuration' | 'ambiguous';
          code: string | null;
          detail: string | null;
          httpStatus: number | null;
          /** @enum {unknown} */
          source: 'report' | 'call';
          title: string | null;
          type: string | null;
        } | null;
        externalId: string | null;
        /** @description The sender of this attempt. A push message has none: empty. */
        from: string;
        messageUuid: string | null;
        networkCode: string | null;
        number: number;
        /** @description When a report proved that it was made, although this ledger, which was restored from an older copy, never started it. */
        recoveredAt: string | null;
        segmentCount: number | null;
        segments: {
          errorCode: string | null;
          occurredAt: string | null;
          status: string;
        }[];
        startedAt: string | null;
        /** @enum {unknown} */
        status:
          | 'scheduled'
          | 'accepted'
          | 'sending'
          | 'unknown'
          | 'sent'
          | 'submitted'
          | 'delivered'
          | 'read'
          | 'unconfirmed'
          | 'retrying'
          | 'rejected'
          | 'undeliverable'
          | 'failed'
          | 'cancelled'
          | 'expired';
        submittedAt: string | null;
        /** @description The recipient of this attempt: a fallback step may have another. */
        to: string;
        usage: {
          currency: string;
          price: string;
        } | null;
      }[];
      channel: string;
      /** @description A report denied a final status. */
      contradicted: boolean;
      country: string | null;
      /** Format: date-time */
      createdAt: string;
      expiresAt: string | null;
      /** @description Why it is in this status and what happens next. */
      explanation: string;
      /** @description Nothing more is due. */
      final: boolean;
      from: string;
      /** Format: uuid */
      id: string;
      /** @description The received message that this one answers. */
      inReplyTo: string | null;
      /** @enum {unknown} */
      origin: 'waybill' | 'external';
      /** @description The lane in which it waits; null when Waybill did not send it. */
      priority: ('high' | 'normal' | 'bulk') | null;
      reference: string | null;
      /** @description The message that this one repeats. */
      resendOf: string | null;
      /** @description The message that repeats this one; the latest, where there are several. */
      resentAs: string | null;
      /** @description What a person decided about its unknown outcome last. */
      resolution: {
        /** Format: date-time */
        at: string;
        attempt: number;
        by: string | null;
        /** @enum {unknown} */
        outcome: 'resend' | 'abandon' | 'delivered';
        reason: string;
      } | null;
      revision: number;
      segments: {
        /** @description Each segment is billed. */
        count: number;
        /** @enum {unknown} */
        encoding: 'GSM-7' | 'UCS-2';
      } | null;
      sendAt: string | null;
      /** @enum {unknown} */
      status:
        | 'scheduled'
        | 'accepted'
        | 'sending'
        | 'unknown'
        | 'sent'
        | 'submitted'
        | 'delivered'
        | 'read'
        | 'unconfirmed'
        | 'retrying'
        | 'rejected'
        | 'undeliverable'
        | 'failed'
        | 'cancelled'
        | 'expired';
      /** Format: date-time */
      statusSince: string;
      text: string | null;
      to: string;
      /** @description The trace of the request that made it, where OpenTelemetry is configured. In the answer of `GET` only. */
      traceId?: string;
    };
    OutboundText: {
      /**
       * Format: date-time
       * @description When it was requested.
       */
      at: string;
      channel: string | null;
      contradicted: boolean;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      direction: 'outbound';
      final: boolean;
      from: string | null;
      id: string;
      inReplyTo: string | null;
      /** @description Null: it is damaged. */
      status:
        | (
            | 'scheduled'
            | 'accepted'
            | 'sending'
            | 'unknown'
            | 'sent'
            | 'submitted'
            | 'delivered'
            | 'read'
            | 'unconfirmed'
            | 'retrying'
            | 'rejected'
            | 'undeliverable'
            | 'failed'
            | 'cancelled'
            | 'expired'
          )
        | null;
      statusSince: string | null;
      text: string | null;
    };
    PatchEndpointDto: {
      description?: string;
      /** @description False stops deliveries; true resumes them where they stopped. */
      enabled?: boolean;
      events?: (
        | 'message.status_changed'
        | 'message.contradicted'
        | 'message.resolved'
        | 'inbound.received'
        | 'contact.opted_out'
        | 'contact.opted_in'
        | 'contact.erased'
        | 'sending.held'
        | 'sending.released'
        | 'limit.reached'
        | 'log.checkpoint'
      )[];
      /** @example https://example.com/waybill */
      url?: string;
    };
    Preview: {
      /** @description A send of the same body would be recorded. */
      allowed: boolean;
      channel: string | null;
      /** @description Where the estimate comes from, or why there is none. */
      costBasis: string;
      /** @description Null where it is not known. */
      estimatedCost:
        | {
            amount: string;
            currency: string;
            /** @description Of one segment, or of one message without segments. */
            each: string;
          }[]
        | null;
      expiresAt: string | null;
      /** @description When it would be sent. */
      explanation: string;
      fallback:
        | {
            channel: string;
            from: string;
            text: string | null;
            to: string;
            /** @enum {unknown} */
            when: 'failure' | 'unconfirmed';
          }[]
        | null;
      /** @description Those that a send would name. */
      faults: {
        detail: string;
        /** @description Query parameter or header. */
        parameter?: string;
        /**
         * @description JSON pointer into the body.
         * @example /to
         */
        pointer?: string;
      }[];
      from: string | null;
      /** @description Why nothing is handed to Vonage now; null while sending flows. */
      held: {
        by: string | null;
        /** @enum {unknown} */
        cause: 'operator' | 'setting' | 'restored-copy' | 'damaged-ledger' | 'configuration';
        reason: string;
        /** Format: date-time */
        since: string;
      } | null;
      /** @description Why nothing may be sent to the recipient; null: it may. */
      optedOut: {
        sender: string | null;
        /** Format: date-time */
        since: string;
        /** @enum {unknown} */
        source: 'keyword' | 'error' | 'operator' | 'api';
        /** @enum {unknown} */
        state: 'opted-out' | 'barred';
      } | null;
      /** @description The limit that would refuse it now; null where none would. */
      refusal: {
        detail: string;
        /** @example /problems/spend-limit */
        type: string;
      } | null;
      segments: {
        /** @description Each segment is billed. */
        count: number;
        /** @enum {unknown} */
        encoding: 'GSM-7' | 'UCS-2';
      } | null;
      sendAt: string | null;
      to: {
        /** @description Digits, or an id of the channel. */
        address: string;
        country: string | null;
        /**
         * @description `national`: the country code is that of DEFAULT_COUNTRY.
         * @enum {unknown}
         */
        readAs: 'international' | 'national' | 'id';
      } | null;
      /** @description What keeps the text of an SMS out of GSM-7; null where nothing does. */
      unicode: {
        /** @description The first 50. */
        characters: {
          character: string;
          codePoints: string[];
          count: number;
          /** @description In UTF-16 code units. */
          firstAt: number;
          instead: string | null;
        }[];
        /** @description How many further characters. */
        more: number;
        /** @description With look-alikes; null where some character has none. */
        replaced: {
          segments: {
            /** @description Each segment is billed. */
            count: number;
            /** @enum {unknown} */
            encoding: 'GSM-7' | 'UCS-2';
          };
          text: string;
        } | null;
      } | null;
    };
    Problem: {
      detail: string;
      /** @description Every fault of the request. */
      errors?: {
        detail: string;
        /** @description Query parameter or header. */
        parameter?: string;
        /**
         * @description JSON pointer into the body.
         * @example /to
         */
        pointer?: string;
      }[];
      /** @description Also in the log line that has the cause. Of the 503s of one kind, one a minute is logged. */
      instance: string;
      status: number;
      title: string;
      /** @example /problems/invalid-request */
      type: string;
    };
    Readiness: {
      /** @description What is acknowledged now will be in the ledger. */
      accepting: boolean;
      parts: {
        deliveries: {
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
        erasure: {
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
        ledger: {
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
        proof: {
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
        readModels: {
          /** @description Known to wait; there may be more. */
          behindEvents: number;
          behindSeconds: number;
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
        sending: {
          /** @description After an outage, confirmation windows and second texts wait for reports that were not taken in and that Vonage repeats. Null while nothing waits, and on an instance that does not do the background work. */
          awaitsReports: {
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
          } | null;
          /** @description The providers that get nothing now. The state is that of what goes to Vonage. */
          heldProviders: {
            /** @enum {unknown} */
            provider: 'vonage' | 'email' | 'web-push' | 'fcm';
            reason: string;
            /** Format: date-time */
            since: string;
          }[];
          /** @description Why; absent while it is `working`. */
          reason?: string;
          /** Format: date-time */
          since: string;
          /**
           * @description `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves on, but late. `damaged`: the ledger takes in, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
           * @enum {unknown}
           */
          state: 'working' | 'standby' | 'held' | 'behind' | 'damaged' | 'failing' | 'rebuilding';
        };
      };
      /** @description Messages are handed to Vonage. */
      sending: boolean;
      /**
       * @description Of the parts that were asked for.
       * @enum {unknown}
       */
      status: 'ready' | 'not-ready';
    };
    Reconciliation: {
      accounts: string[];
      counts: {
        /** @description Say what the ledger says. */
        agree: number;
        /** @description Deny what the ledger says. The status stays. */
        contradict: number;
        /** @description About messages that came in; not compared. */
        inbound: number;
        /** @description Their webhooks never arrived here. */
        missingHere: number;
        /** @description Name no message of this ledger: of other applications of the account, or of Verify. */
        unknownHere: number;
        /** @description Attempts of ours that the file lacks, on its channels, made at least a minute after its first record and five before its last. */
        unknownToVonage: number;
        unreadable: number;
      };
      dryRun: boolean;
      examples: {
        contradict: {
          attempt: number;
          messageId: string;
          messageUuid: string;
          /**
           * @description The status in Vonage's records.
           * @enum {unknown}
           */
          reported: 'submitted' | 'delivered' | 'read' | 'rejected' | 'undeliverable' | 'failed';
          /**
           * @description The status here, before.
           * @enum {unknown}
           */
          status:
            | 'scheduled'
            | 'accepted'
            | 'sending'
            | 'unknown'
            | 'sent'
            | 'submitted'
            | 'delivered'
            | 'read'
            | 'unconfirmed'
            | 'retrying'
            | 'rejected'
            | 'undeliverable'
            | 'failed'
            | 'cancelled'
            | 'expired';
        }[];
        missingHere: {
          attempt: number;
          messageId: string;
          messageUuid: string;
          /**
           * @description The status in Vonage's records.
           * @enum {unknown}
           */
          reported: 'submitted' | 'delivered' | 'read' | 'rejected' | 'undeliverable' | 'failed';
          /**
           * @description The status here, before.
           * @enum {unknown}
           */
          status:
            | 'scheduled'
            | 'accepted'
            | 'sending'
            | 'unknown'
            | 'sent'
            | 'submitted'
            | 'delivered'
            | 'read'
            | 'unconfirmed'
            | 'retrying'
            | 'rejected'
            | 'undeliverable'
            | 'failed'
            | 'cancelled'
            | 'expired';
        }[];
        unknownHere: {
          clientRef: string | null;
          from: string;
          messageUuid: string;
          /** @enum {unknown} */
          reported: 'submitted' | 'delivered' | 'read' | 'rejected' | 'undeliverable' | 'failed';
        }[];
        unknownToVonage: {
          attempt: number;
          messageId: string;
          messageUuid: string | null;
          /** @enum {unknown} */
          status:
            | 'scheduled'
            | 'accepted'
            | 'sending'
            | 'unknown'
            | 'sent'
            | 'submitted'
            | 'delivered'
            | 'read'
            | 'unconfirmed'
            | 'retrying'
            | 'rejected'
            | 'undeliverable'
            | 'failed'
            | 'cancelled'
            | 'expired';
        }[];
        unreadable: {
          reason: string;
          row: number;
        }[];
      };
      /** @description `causationId` of each event that it recorded. */
      id: string;
      /** @description Comparisons that were not made, and why. */
      notes: string[];
      range: {
        /** Format: date-time */
        from: string;
        /** Format: date-time */
        to: string;
      } | null;
      /** @description Reports that were added to the ledger. */
      recorded: number;
      records: number;
    };
    ReleaseSendingDto: {
      /**
       * @description Releases only this provider, with its senders. Without it, everything that is held is released.
       * @enum {string}
       */
      provider?: 'vonage' | 'email' | 'web-push' | 'fcm';
      /** @example The text is corrected. */
      reason: string;
      /**
       * @description Needed when the ledger is a restored copy or damaged: messages that were waiting in it may have been sent already. `send` sends them. `unknown` records each as of unknown outcome; then only a report can settle it.
       * @enum {string}
       */
      waiting?: 'send' | 'unknown';
    };
    ReplayDto: {
      /**
       * Format: date-time
       * @description Events that were recorded since then are delivered again, with the same ids.
       * @example 2030-01-31T09:30:00Z
       */
      since: string;
    };
    ReplayWebhookDto: {
      /**
       * @description Its place in the stream, also as the text that `GET /v1/quarantine` gives.
       * @example 0
       */
      revision: number | string;
      /**
       * @description `message-<id>`, `inbound-<uuid>`, or the `stream` of a webhook in `GET /v1/quarantine`.
       * @example quarantine-2026-11-28
       */
      stream: string;
    };
    ResendMessageDto: {
      /**
       * @description Kept in the ledger.
       * @example The number was barred by mistake.
       */
      reason: string;
    };
    ResolveOutcomeDto: {
      /**
       * @description `resend`: the next attempt is made, and the person may get a second text. `abandon`: the message failed; a later report of its delivery still applies. `delivered`: the person has it; reports count it apart from what carriers confirm.
       * @enum {string}
       */
      outcome: 'resend' | 'abandon' | 'delivered';
      /**
       * @description Kept in the ledger, and shown with the message.
       * @example The customer says that no text came.
       */
      reason: string;
    };
    ReviewDto: {
      /**
       * @description `opt-out`: the text is a wish to stop. `none`: it is not.
       * @enum {string}
       */
      outcome: 'opt-out' | 'none';
      /**
       * @description Kept in the ledger.
       * @example Asks to stop the delivery of a parcel, not our texts.
       */
      reason: string;
    };
    SendAnswer: {
      /** @description With `Prefer: wait` only. */
      attempts?: {
        acceptedAt: string | null;
        channel: string;
        deliveredAt: string | null;
        error: {
          /** @enum {unknown} */
          class: 'transient' | 'permanent' | 'configuration' | 'ambiguous';
          code: string | null;
          detail: string | null;
          httpStatus: number | null;
          /** @enum {unknown} */
          source: 'report' | 'call';
          title: string | null;
          type: string | null;
        } | null;
        externalId: string | null;
        /** @description The sender of this attempt. A push message has none: empty. */
        from: string;
        messageUuid: string | null;
        networkCode: string | null;
        number: number;
        /** @description When a report proved that it was made, although this ledger, which was restored from an older copy, never started it. */
        recoveredAt: string | null;
        segmentCount: number | null;
        segments: {
          errorCode: string | null;
          occurredAt: string | null;
          status: string;
        }[];
        startedAt: string | null;
        /** @enum {unknown} */
        status:
          | 'scheduled'
          | 'accepted'
          | 'sending'
          | 'unknown'
          | 'sent'
          | 'submitted'
          | 'delivered'
          | 'read'
          | 'unconfirmed'
          | 'retrying'
          | 'rejected'
          | 'undeliverable'
          | 'failed'
          | 'cancelled'
          | 'expired';
        submittedAt: string | null;
        /** @description The recipient of this attempt: a fallback step may have another. */
        to: string;
        usage: {
          currency: string;
          price: string;
        } | null;
      }[];
      channel: string;
      /** Format: date-time */
      createdAt: string;
      from: string;
      /** Format: uuid */
      id: string;
      /**
       * Format: uuid
       * @description The message that it repeats, where there is one.
       */
      resendOf?: string;
      segments: {
        /** @description Each segment is billed. */
        count: number;
        /** @enum {unknown} */
        encoding: 'GSM-7' | 'UCS-2';
      };
      /** @enum {unknown} */
      status:
        | 'scheduled'
        | 'accepted'
        | 'sending'
        | 'unknown'
        | 'sent'
        | 'submitted'
        | 'delivered'
        | 'read'
        | 'unconfirmed'
        | 'retrying'
        | 'rejected'
        | 'undeliverable'
        | 'failed'
        | 'cancelled'
        | 'expired';
      to: string;
    };
    Sending: {
      /** @description After an outage, confirmation windows and second texts wait for reports that were not taken in and that Vonage repeats. Null while nothing waits, and on an instance that does not do the background work. */
      awaitsReports: {
        /** Format: date-time */
        since: string;
        /** Format: date-time */
        until: string;
      } | null;
      by: string | null;
      cause: ('operator' | 'setting' | 'restored-copy' | 'damaged-ledger' | 'configuration') | null;
      /** @description Senders whose messages wait, because Vonage (HTTP 403) or the mail server refused them. */
      heldSenders: {
        by: string;
        channel: string;
        from: string;
        reason: string;
        /** Format: date-time */
        since: string;
        /**
         * Format: date-time
         * @description When the next message is tried.
         */
        until: string;
      }[];
      oldestWaitingSeconds: number | null;
      /** @description Calls to Vonage a second: those configured, and those made at most now. */
      pace: {
        current: number;
        permitted: number;
      };
      /** @description The providers that are set up, and others that are held by themselves. The fields above are those of all of sending, and of Vonage. */
      providers: {
        by: string | null;
        cause:
          ('operator' | 'setting' | 'restored-copy' | 'damaged-ledger' | 'configuration') | null;
        pace: {
          current: number;
          permitted: number;
        };
        /** @enum {unknown} */
        provider: 'vonage' | 'email' | 'web-push' | 'fcm';
        reason: string | null;
        since: string | null;
        /**
         * @description `backing-off`: the provider asked for slower sending (HTTP 429).
         * @enum {unknown}
         */
        state: 'flowing' | 'held' | 'backing-off';
        until: string | null;
      }[];
      reason: string | null;
      since: string | null;
      /**
       * @description `backing-off`: the provider asked for slower sending (HTTP 429).
       * @enum {unknown}
       */
      state: 'flowing' | 'held' | 'backing-off';
      until: string | null;
      /** @description Messages that are due to be sent, by lane. 10001 means more than 10,000. */
      waiting: {
        bulk: number;
        high: number;
        normal: number;
      };
    };
    SendMessageDto: {
      /**
       * @default sms
       * @enum {string}
       */
      channel?: 'sms' | 'mms' | 'rcs' | 'whatsapp' | 'viber_service' | 'messenger';
      /** @description Without a receipt for this long it counts as unconfirmed, seconds. Default: CONFIRM_WITHIN_SECONDS. */
      confirmWithinSeconds?: number;
      /**
       * @description Of an SMS. `text` forces GSM-7, `unicode` UCS-2; `auto` takes GSM-7 where the text allows it.
       * @default auto
       * @enum {string}
       */
      encoding?: 'auto' | 'text' | 'unicode';
      /** @description What to try next, in this order: a step that waits for a failure holds back those behind it. */
      fallback?: components['schemas']['FallbackDto'][];
      /**
       * @description The sender: a number, or 3 to 11 letters and digits. Default: VONAGE_NUMBER.
       * @example 447700900001
       */
      from?: string;
      /**
       * Format: uuid
       * @description The `messageUuid` of the received message that it answers. It must be known, and come from the recipient.
       * @example aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab
       */
      inReplyTo?: string;
      /**
       * @description When nobody knows whether Vonage took it and no report came in the window: `wait` never sends it again by itself; `resend` sends it once more, because a second text is better than none.
       * @default wait
       * @enum {string}
       */
      onUnknown?: 'wait' | 'resend';
      /** @description Why it is sent although the recipient has opted out; kept with the message. Needs the scope admin. */
      overrideOptOut?: string;
      /**
       * @description The lane in which it waits. `high` goes before all else; `normal` and `bulk` share what is left 4:1.
       * @default normal
       * @enum {string}
       */
      priority?: 'high' | 'normal' | 'bulk';
      /**
       * @description Your own name for it, to find it by: 1 to 200 characters, counted like the text.
       * @example order-1017
       */
      reference?: string;
      /**
       * Format: date-time
       * @description When to send it; a time that is over means now.
       * @example 2030-01-31T09:30:00Z
       */
      sendAt?: string;
      /**
       * @description The text. An SMS takes 3,200 characters, other channels more or less. Characters are UTF-16 code units, as SMS counts them: an emoji counts as two or more.
       * @example Your code is 123456
       */
      text: string;
      /**
       * @description The recipient: a number as people write it (national with DEFAULT_COUNTRY), or an id of the channel.
       * @example +447700900123
       */
      to: string;
      /** @description How long it is worth sending, seconds. It is neither sent nor tried again after that, and Vonage is told what is left. */
      ttlSeconds?: number;
    };
    SignInDto: {
      /**
       * @description An API key.
       * @example wb_…
       */
      key: string;
    };
    StuckPlan: {
      costBasis: string;
      estimatedCost: {
        amount: string;
        /** @enum {unknown} */
        currency: 'EUR';
      };
      /** @description Older messages are left: a run with this time as `until` asks about them. */
      leftBefore: string | null;
      messages: number;
      /** @description The most messages of one run. */
      messagesMax: number;
    };
    SuppressDto: {
      /**
       * @description Kept in the ledger.
       * @example Asked for it on the phone.
       */
      reason?: string;
      /**
       * @description Our sender that it is about, a name or a number as people write it. Left out: all.
       * @example 447700900001
       */
      sender?: string;
      /**
       * @description `operator`: a person here decided it. `api`: a program tells it.
       * @default api
       * @enum {string}
       */
      source?: 'api' | 'operator';
    };
    TemplateDto: {
      /**
       * @description As WhatsApp writes it.
       * @example en_GB
       */
      language: string;
      /**
       * @description Its name, with its namespace where it has one.
       * @example parcel_here
       */
      name: string;
      /**
       * @description What stands for `{{1}}`, `{{2}}` and so on.
       * @example [
       *       "Ann",
       *       "1017"
       *     ]
       */
      parameters: string[];
    };
    WebhookDelivery: {
      attempts: number;
      error: string | null;
      /** @description The `webhook-id`; the id in the ledger where the event cannot be read yet. */
      eventId: string;
      httpStatus: number | null;
      /** Format: date-time */
      lastAt: string;
      /** @description When it is tried again. */
      nextAt: string | null;
      revision: number;
      /** @enum {unknown} */
      state: 'pending' | 'delivered' | 'failed';
      stream: string;
      /** @description As it is told; the type in the ledger where the event cannot be read yet. */
      type: string;
    };
    WebhookEndpoint: {
      /** Format: date-time */
      createdAt: string;
      description: string;
      disabledAt: string | null;
      disabledBecause: string | null;
      enabled: boolean;
      events: (
        | 'message.status_changed'
        | 'message.contradicted'
        | 'message.resolved'
        | 'inbound.received'
        | 'contact.opted_out'
        | 'contact.opted_in'
        | 'contact.erased'
        | 'sending.held'
        | 'sending.released'
        | 'limit.reached'
        | 'log.checkpoint'
      )[];
      id: string;
      /** @description Until then the secret before signs too. */
      overlapUntil: string | null;
      url: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
  getIndex: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Paths by name. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            [key: string]: string;
          };
        };
      };
      /** @description The request is not valid HTTP. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLiveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process is alive. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {unknown} */
            status: 'alive';
          };
        };
      };
      /** @description The request is not valid HTTP. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getReadiness: {
    parameters: {
      query?: {
        /** @description Only this part decides whether it is ready. Without it all but `proof`, `deliveries` and `erasure` do. */
        part?: 'ledger' | 'readModels' | 'sending' | 'proof' | 'deliveries' | 'erasure';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Ready. The body has the state of each part. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Readiness'];
        };
      };
      /** @description The request is not valid HTTP. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not ready. The body says which part, since when and why. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Readiness'];
        };
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Metrics in the text format. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `metrics`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getProblemType: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        code:
          | 'message-not-found'
          | 'inbound-not-found'
          | 'person-not-found'
          | 'ledger-not-encrypted'
          | 'message-erased'
          | 'webhook-not-found'
          | 'webhook-erased'
          | 'log-entry-not-found'
          | 'idempotency-key-reused'
          | 'message-not-cancellable'
          | 'message-not-unknown'
          | 'message-not-resendable'
          | 'message-already-reported'
          | 'endpoint-not-found'
          | 'too-many-endpoints'
          | 'recipient-opted-out'
          | 'review-not-waiting'
          | 'sending-not-held'
          | 'sending-held-again'
          | 'waiting-undecided'
          | 'invalid-request'
          | 'key-not-found'
          | 'key-name-taken'
          | 'key-configured'
          | 'too-many-keys'
          | 'rate-limited'
          | 'spend-limit'
          | 'recipient-limit'
          | 'country-not-allowed'
          | 'too-many-waiting'
          | 'concurrency-conflict'
          | 'store-unavailable'
          | 'erasure-incomplete'
          | 'append-outcome-unknown'
          | 'projector-unavailable'
          | 'vonage-refused'
          | 'invalid-append'
          | 'undecodable-event';
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The kind of problem. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description What to do about it. */
            advice: string;
            status: number;
            title: string;
            type: string;
          };
        };
      };
      /** @description There is no such problem. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listContacts: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description Only those of which a text waits for a person. */
        review?: 'true';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            items: {
              consent: components['schemas']['Consent'];
              counts: {
                /** @description There are more: a list counts up to 1,000 of each, a contact up to 10,000. */
                atLeast: boolean;
                received: number;
                sent: number;
              };
              /** @description The latest message in either direction. */
              lastContactAt: string | null;
              number: string;
              /** @description A text that may be a wish to stop, and waits for a person; null: none. */
              review: {
                keyword: string | null;
                messageUuid: string | null;
                sender: string | null;
                /** Format: date-time */
                since: string;
              } | null;
            }[];
            nextCursor: string | null;
            /** @description Rows of the page that are left out, because an event of the contact is damaged. Nothing is sent to it. */
            unreadable: number;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getContact: {
    parameters: {
      query?: {
        /** @description The `after` of an earlier answer: what is newer. */
        after?: string;
        /** @description The `before` of an earlier answer: what is older. */
        before?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description For a person in the window, who otherwise gets no texts: they are shown, and that is recorded. Programs always get them. */
        text?: 'shown';
      };
      header?: never;
      path: {
        /** @description A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it. */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The person. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            consent: components['schemas']['Consent'];
            conversation: {
              after: string | null;
              before: string | null;
              /** @description Oldest first. */
              items: (
                components['schemas']['OutboundText'] | components['schemas']['InboundText']
              )[];
            };
            country: string | null;
            counts: {
              /** @description There are more: a list counts up to 1,000 of each, a contact up to 10,000. */
              atLeast: boolean;
              received: number;
              sent: number;
            };
            /** @description What was said about consent, newest first; at most 100. */
            history: {
              /** Format: date-time */
              at: string;
              by: string | null;
              /** @enum {unknown} */
              change: 'opted-out' | 'opted-in' | 'barred' | 'review-begun' | 'review-dismissed';
              channel: string | null;
              errorCode: string | null;
              keyword: string | null;
              messageUuid: string | null;
              reason: string | null;
              sender: string | null;
              /** @enum {unknown} */
              source: 'keyword' | 'error' | 'operator' | 'api';
            }[];
            /** @description The latest message in either direction. */
            lastContactAt: string | null;
            number: string;
            /** @description A text that may be a wish to stop, and waits for a person; null: none. */
            review: {
              keyword: string | null;
              messageUuid: string | null;
              sender: string | null;
              /** Format: date-time */
              since: string;
            } | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  erasePerson: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it. */
        number: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EraseDto'];
      };
    };
    responses: {
      /** @description The certificate. It holds nothing personal. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Name of the API key. */
            by: string | null;
            /** Format: date-time */
            completedAt: string;
            /** Format: date-time */
            erasedAt: string;
            /** @description Messages from the person. */
            inbound: number;
            keysDestroyed: number;
            /** @description Messages to the person. */
            messages: number;
            /** @description Random. It is in the id of every key that was destroyed. */
            person: string;
            reason: string;
            /** @description Where copies remain for a while that the service cannot reach. */
            remains: string[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  reviewContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it. */
        number: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReviewDto'];
      };
    };
    responses: {
      /** @description What is known now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Consent'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  exportEvents: {
    parameters: {
      query?: {
        /** @description Only events behind this `position`. */
        after?: unknown;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, newline-delimited JSON. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': components['schemas']['Event'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listInboundMessages: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before, with the same filters. */
        cursor?: string;
        /** @description Who wrote: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        from?: string;
        /** @description First word of the text, in any case. */
        keyword?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description From this time on. */
        since?: string;
        /** @description For a person in the window, who otherwise gets no texts: they are shown, and that is recorded. Programs always get them. */
        text?: 'shown';
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Our number: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        to?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Of exports and CSV: a name for the file. */
          'Content-Disposition'?: string;
          /** @description Of exports and CSV: everything acknowledged before is included. */
          'Waybill-As-Of'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            items: {
              channel: string;
              /** @description Vonage’s own timestamp where it cannot be true; then `occurredAt` is the time of receipt. */
              claimedAt: string | null;
              from: string;
              keyword: string | null;
              messageType: string;
              messageUuid: string;
              networkCode: string | null;
              /** Format: date-time */
              occurredAt: string;
              /** Format: date-time */
              recordedAt: string;
              segmentCount: number | null;
              text: string | null;
              to: string;
              usage: {
                currency: string;
                price: string;
              } | null;
            }[];
            nextCursor: string | null;
          };
          'application/x-ndjson': {
            channel: string;
            /** @description Vonage’s own timestamp where it cannot be true; then `occurredAt` is the time of receipt. */
            claimedAt: string | null;
            from: string;
            keyword: string | null;
            messageType: string;
            messageUuid: string;
            networkCode: string | null;
            /** Format: date-time */
            occurredAt: string;
            /** Format: date-time */
            recordedAt: string;
            segmentCount: number | null;
            text: string | null;
            to: string;
            usage: {
              currency: string;
              price: string;
            } | null;
          };
          'text/csv': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getInboundMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Vonage’s `message_uuid`, in any case. */
        uuid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The message. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description The messages that answer it, newest first; at most 20. */
            answers: {
              /** Format: date-time */
              createdAt: string;
              id: string;
              /** @enum {unknown} */
              status:
                | 'scheduled'
                | 'accepted'
                | 'sending'
                | 'unknown'
                | 'sent'
                | 'submitted'
                | 'delivered'
                | 'read'
                | 'unconfirmed'
                | 'retrying'
                | 'rejected'
                | 'undeliverable'
                | 'failed'
                | 'cancelled'
                | 'expired';
            }[];
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            channel: string;
            /** @description Vonage’s own timestamp where it cannot be true; then `occurredAt` is the time of receipt. */
            claimedAt: string | null;
            from: string;
            keyword: string | null;
            messageType: string;
            messageUuid: string;
            networkCode: string | null;
            /** Format: date-time */
            occurredAt: string;
            /** Format: date-time */
            recordedAt: string;
            segmentCount: number | null;
            text: string | null;
            to: string;
            usage: {
              currency: string;
              price: string;
            } | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listKeys: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of keys, without secrets. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ApiKey'][];
            nextCursor: string | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateKeyDto'];
      };
    };
    responses: {
      /** @description Made. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedKey'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  revokeKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Revoked. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKey'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLimits: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The limits. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Limits'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLog: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the newest checkpoint says. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description When the newest event under it was recorded. A checkpoint tells no time of its own, and is signed within a second of that event. Null: the event cannot be read. */
            coversUntil: string | null;
            /** @description The log’s name. */
            origin: string;
            /** @description Root hash, Base64. */
            root: string;
            signers: string[];
            /** @description Entries under the checkpoint. */
            size: number;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getCheckpoint: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The checkpoint. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLogKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getLogTile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        path: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The tile. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listMessages: {
    parameters: {
      query?: {
        /** @description For example `sms`. */
        channel?: string;
        /** @description A report denied its final status. */
        contradicted?: boolean;
        /** @description Of the recipient, ISO 3166-1 alpha-2. */
        country?: string;
        /** @description `nextCursor` of the page before, with the same filters. */
        cursor?: string;
        /** @description Vonage’s code of the failure. */
        errorCode?: string;
        /** @description Sender: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        from?: string;
        /** @description The `messageUuid` of the received message that they answer. */
        inReplyTo?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description Vonage’s `message_uuid` of any of its attempts. */
        messageUuid?: string;
        /** @description Exactly as it was given. */
        reference?: string;
        /** @description From this time on. */
        since?: string;
        /** @description Where it stands now, one or several with commas between: scheduled, accepted, sending, unknown, sent, submitted, delivered, read, unconfirmed, retrying, rejected, undeliverable, failed, cancelled, expired. */
        status?: string;
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Recipient: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        to?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          /** @description Of exports and CSV: a name for the file. */
          'Content-Disposition'?: string;
          /** @description Of exports and CSV: everything acknowledged before is included. */
          'Waybill-As-Of'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            items: {
              attempts: number;
              channel: string;
              contradicted: boolean;
              cost: {
                /** @description Decimal. Each price counts to eight decimals, half up; one beyond 90 million units does not count. */
                amount: string;
                currency: string;
              }[];
              country: string | null;
              /** Format: date-time */
              createdAt: string;
              deliveredAt: string | null;
              errorCode: string | null;
              final: boolean;
              from: string;
              id: string;
              networkCode: string | null;
              /** @enum {unknown} */
              origin: 'waybill' | 'external';
              reference: string | null;
              segments: number;
              /** @enum {unknown} */
              status:
                | 'scheduled'
                | 'accepted'
                | 'sending'
                | 'unknown'
                | 'sent'
                | 'submitted'
                | 'delivered'
                | 'read'
                | 'unconfirmed'
                | 'retrying'
                | 'rejected'
                | 'undeliverable'
                | 'failed'
                | 'cancelled'
                | 'expired';
              /** Format: date-time */
              statusSince: string;
              submittedAt: string | null;
              timeToDeliveryMs: number | null;
              to: string;
            }[];
            nextCursor: string | null;
          };
          'application/x-ndjson': {
            attempts: number;
            channel: string;
            contradicted: boolean;
            cost: {
              /** @description Decimal. Each price counts to eight decimals, half up; one beyond 90 million units does not count. */
              amount: string;
              currency: string;
            }[];
            country: string | null;
            /** Format: date-time */
            createdAt: string;
            deliveredAt: string | null;
            errorCode: string | null;
            final: boolean;
            from: string;
            id: string;
            networkCode: string | null;
            /** @enum {unknown} */
            origin: 'waybill' | 'external';
            reference: string | null;
            segments: number;
            /** @enum {unknown} */
            status:
              | 'scheduled'
              | 'accepted'
              | 'sending'
              | 'unknown'
              | 'sent'
              | 'submitted'
              | 'delivered'
              | 'read'
              | 'unconfirmed'
              | 'retrying'
              | 'rejected'
              | 'undeliverable'
              | 'failed'
              | 'cancelled'
              | 'expired';
            /** Format: date-time */
            statusSince: string;
            submittedAt: string | null;
            timeToDeliveryMs: number | null;
            to: string;
          };
          'text/csv': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  sendMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request is the same message, for ever. 1 to 255 characters. Put no number or name into it: the message id is a digest of it, and outlives an erasure. */
        'Idempotency-Key'?: string;
        /** @description `wait=N` waits up to N seconds (30 at most) for the answer of Vonage and includes `attempts`. */
        Prefer?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SendMessageDto'];
      };
    };
    responses: {
      /** @description Recorded. */
      202: {
        headers: {
          /** @description `true` when the Idempotency-Key was used before: nothing new is sent. */
          'Idempotency-Replayed'?: string;
          /** @description Path of the message. */
          Location?: string;
          /** @description The wait that was applied, with `Prefer: wait`. */
          'Preference-Applied'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SendAnswer'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`, or messages to this country are not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The data that this needs was erased. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The Idempotency-Key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getMessage: {
    parameters: {
      query?: {
        /** @description As it was known at that time, ISO 8601. */
        at?: string;
        /** @description For a person in the window, who otherwise gets no text: it is shown, and that is recorded. Programs always get it. */
        text?: 'shown';
        /** @description Of a time or day in `at` without a zone, for example `Europe/London`. */
        timeZone?: string;
      };
      header?: never;
      path: {
        /** @description The message id, or the `message_uuid` that Vonage gave to one of its attempts. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The message. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  cancelMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The message id, or the `message_uuid` that Vonage gave to one of its attempts. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Withdrawn. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  replayMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The replay. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Event'][];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  proveMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The proof. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            entries: {
              /** @description The logged bytes, in Base64. */
              entry: string;
              event: {
                /** @description The stored text. */
                data: string;
                id: string;
                /** @description The stored text. */
                metadata: string;
                revision: number;
                stream: string;
                type: string;
                version: number;
              };
              /** @description The text of a C2SP tlog-proof. */
              proof: string;
            }[];
            /** @description The present verifier key. Compare it with yours. */
            key: string;
            /** @description Events that no checkpoint covers yet. Ask again in a second. */
            waiting: number;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resendMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description A repeat with the same key finds the message that the first one made; another key sends another time. Without a key, a message is sent again once. 1 to 255 characters. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description The message id, or the `message_uuid` that Vonage gave to one of its attempts. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResendMessageDto'];
      };
    };
    responses: {
      /** @description Recorded, or found where it was recorded before. */
      202: {
        headers: {
          /** @description `true` when it was recorded before: nothing new is sent. */
          'Idempotency-Replayed'?: string;
          /** @description Path of the new message. */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SendAnswer'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`, or messages to this country are not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The data that this needs was erased. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resolveMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description A repeat with the same key decides nothing more, even when the next attempt has an unknown outcome too by then. 1 to 255 characters. */
        'Idempotency-Key'?: string;
      };
      path: {
        /** @description The message id, or the `message_uuid` that Vonage gave to one of its attempts. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResolveOutcomeDto'];
      };
    };
    responses: {
      /** @description Resolved. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`, or messages to this country are not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The Idempotency-Key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTimeline: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The timeline. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              actor: string | null;
              /** @description What the event says besides, as far as it names neither the person nor the text. */
              details: {
                hasWebhook: boolean;
              } & {
                [key: string]: unknown;
              };
              effect: {
                applied: boolean;
                from:
                  | (
                      | 'scheduled'
                      | 'accepted'
                      | 'sending'
                      | 'unknown'
                      | 'sent'
                      | 'submitted'
                      | 'delivered'
                      | 'read'
                      | 'unconfirmed'
                      | 'retrying'
                      | 'rejected'
                      | 'undeliverable'
                      | 'failed'
                      | 'cancelled'
                      | 'expired'
                    )
                  | null;
                reason: ('not-sent' | 'late' | 'repeat' | 'contradiction' | 'superseded') | null;
                to:
                  | (
                      | 'scheduled'
                      | 'accepted'
                      | 'sending'
                      | 'unknown'
                      | 'sent'
                      | 'submitted'
                      | 'delivered'
                      | 'read'
                      | 'unconfirmed'
                      | 'retrying'
                      | 'rejected'
                      | 'undeliverable'
                      | 'failed'
                      | 'cancelled'
                      | 'expired'
                    )
                  | null;
              } | null;
              meaning: string | null;
              occurredAt: string | null;
              /** Format: date-time */
              recordedAt: string;
              revision: number;
              /** @enum {unknown} */
              source: 'api' | 'webhook' | 'dispatcher' | 'agenda' | 'cli' | 'reconciliation';
              /** @description The trace in which it was recorded, where OpenTelemetry is configured. */
              traceId?: string;
              type: string;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  sendMessages: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request is the same message, for ever. 1 to 255 characters. Put no number or name into it: the message id is a digest of it, and outlives an erasure. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          messages: components['schemas']['SendMessageDto'][];
          /**
           * @description The lane of all messages that name none.
           * @enum {unknown}
           */
          priority?: 'high' | 'normal' | 'bulk';
        };
      };
    };
    responses: {
      /** @description All were recorded. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              index: number;
              message?: components['schemas']['SendAnswer'];
              problem?: components['schemas']['Problem'];
              status: number;
            }[];
          };
        };
      };
      /** @description Some were not recorded; each item says why. */
      207: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              index: number;
              message?: components['schemas']['SendAnswer'];
              problem?: components['schemas']['Problem'];
              status: number;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  previewMessage: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SendMessageDto'];
      };
    };
    responses: {
      /** @description Everything that would be true of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Preview'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resendMessages: {
    parameters: {
      query?: {
        /** @description For example `sms`. */
        channel?: string;
        /** @description A report denied its final status. */
        contradicted?: boolean;
        /** @description Of the recipient, ISO 3166-1 alpha-2. */
        country?: string;
        /** @description `nextCursor` of the page before, with the same filters. */
        cursor?: string;
        /** @description As `dryRun` in the body; one of the two is enough. */
        dryRun?: boolean;
        /** @description Vonage’s code of the failure. */
        errorCode?: string;
        /** @description Sender: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        from?: string;
        /** @description The `messageUuid` of the received message that they answer. */
        inReplyTo?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description Vonage’s `message_uuid` of any of its attempts. */
        messageUuid?: string;
        /** @description Exactly as it was given. */
        reference?: string;
        /** @description From this time on. */
        since?: string;
        /** @description Where it stands now, one or several with commas between: scheduled, accepted, sending, unknown, sent, submitted, delivered, read, unconfirmed, retrying, rejected, undeliverable, failed, cancelled, expired. */
        status?: string;
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Recipient: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        to?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: {
        /** @description Stands for each message as if it were decided about alone. 1 to 255 characters. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BulkResendDto'];
      };
    };
    responses: {
      /** @description What became of each message of the page, or would. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAnswer'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resolveMessages: {
    parameters: {
      query?: {
        /** @description For example `sms`. */
        channel?: string;
        /** @description A report denied its final status. */
        contradicted?: boolean;
        /** @description Of the recipient, ISO 3166-1 alpha-2. */
        country?: string;
        /** @description `nextCursor` of the page before, with the same filters. */
        cursor?: string;
        /** @description As `dryRun` in the body; one of the two is enough. */
        dryRun?: boolean;
        /** @description Vonage’s code of the failure. */
        errorCode?: string;
        /** @description Sender: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        from?: string;
        /** @description The `messageUuid` of the received message that they answer. */
        inReplyTo?: string;
        /** @description Rows of a page. */
        limit?: number;
        /** @description Vonage’s `message_uuid` of any of its attempts. */
        messageUuid?: string;
        /** @description Exactly as it was given. */
        reference?: string;
        /** @description From this time on. */
        since?: string;
        /** @description Where it stands now, one or several with commas between: scheduled, accepted, sending, unknown, sent, submitted, delivered, read, unconfirmed, retrying, rejected, undeliverable, failed, cancelled, expired. */
        status?: string;
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Recipient: a number as people write it (`+` as %2B, 00, national with DEFAULT_COUNTRY), at least 4 of its last digits, or an id or name. Last digits of more than 20 numbers are refused. */
        to?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: {
        /** @description Stands for each message as if it were decided about alone. 1 to 255 characters. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BulkResolveDto'];
      };
    };
    responses: {
      /** @description What became of each message of the page, or would. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAnswer'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTexts: {
    parameters: {
      query: {
        /** @description 1 to 50 ids of messages, with commas between. */
        ids: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One for each id, in their order. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              id: string;
              /** @description Null: no message has this id, it has no text, or it cannot be read. */
              text: string | null;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listParkedEvents: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Counts by projection, and the first of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            counts: {
              [key: string]: number;
            };
            items: {
              error: string;
              eventId: string;
              eventType: string;
              position: string;
              /** @enum {unknown} */
              projection:
                'message-index' | 'agenda' | 'inbound' | 'quarantine' | 'contacts' | 'messages';
              recordedAt: string;
              revision: string;
              stream: string;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  retryParkedEvents: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What became of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            stillParked: number;
            streams: number;
          };
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listQuarantinedWebhooks: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before, with the same filters. */
        cursor?: string;
        /** @description Rows of a page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            items: {
              eventId: string;
              reason: string;
              /** Format: date-time */
              receivedAt: string;
              revision: string;
              sha256: string | null;
              stream: string;
              /** @enum {unknown} */
              webhook: 'status' | 'inbound';
            }[];
            nextCursor: string | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `audit`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listReceivedWebhooks: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              attempt?: number;
              errorCode?: string;
              /** @description Missing for a message that we received. */
              messageId?: string;
              messageUuid?: string;
              /** Format: date-time */
              occurredAt: string;
              /** @description Orders it among the changes of `GET /v1/stream`. */
              position: string;
              /** Format: date-time */
              recordedAt: string;
              /** @description The reason why the report changed nothing. */
              refusedBecause?: string;
              /** @description The place of its event in the stream of its message. */
              revision: number;
              /** @description The reported status. */
              status?: string;
              /** @enum {unknown} */
              type: 'StatusReported' | 'StatusRefused' | 'InboundReceived';
            }[];
            nextCursor: string | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  replayWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReplayWebhookDto'];
      };
    };
    responses: {
      /** @description What it changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Why it is not understood. */
            reason: string | null;
            /**
             * @description `not-verified`: the signature is not valid by the secrets of now, so that nothing was recorded.
             * @enum {unknown}
             */
            result: 'applied' | 'refused' | 'repeated' | 'not-understood' | 'not-verified';
            /**
             * @description `not-kept`: an earlier version recorded it without its token.
             * @enum {unknown}
             */
            signature:
              | 'valid'
              | 'not-kept'
              | 'scheme'
              | 'malformed-token'
              | 'algorithm'
              | 'unknown-api-key'
              | 'signature'
              | 'payload-hash'
              | 'issuer'
              | 'application'
              | 'too-old'
              | 'in-the-future';
            /** @enum {unknown} */
            webhook: 'status' | 'inbound';
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The data that this needs was erased. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  reconcile: {
    parameters: {
      query?: {
        /** @description Compares, and records nothing. */
        dryRun?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/zip': string;
        'text/csv': string;
      };
    };
    responses: {
      /** @description The comparison. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Reconciliation'];
          'application/x-ndjson': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  planStuckReconciliation: {
    parameters: {
      query?: {
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Only messages created before this time: about older ones than one run takes. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The plan. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StuckPlan'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  reconcileStuck: {
    parameters: {
      query?: {
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Only messages created before this time: about older ones than one run takes. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The comparison. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Reconciliation'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Vonage did not answer the question. What was recorded by then stays. */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listRefusedWebhooks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The latest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              count: number;
              /** Format: date-time */
              firstAt: string;
              /** Format: date-time */
              lastAt: string;
              /** @enum {unknown} */
              reason:
                | 'unsigned'
                | 'too-large'
                | 'unfinished'
                | 'busy'
                | 'failed'
                | 'scheme'
                | 'malformed-token'
                | 'algorithm'
                | 'unknown-api-key'
                | 'signature'
                | 'payload-hash'
                | 'issuer'
                | 'application'
                | 'too-old'
                | 'in-the-future';
              /** @description HTTP status of the answers. */
              status: number;
              /** @enum {unknown} */
              webhook: 'status' | 'inbound';
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getReceiptConfidence: {
    parameters: {
      query?: {
        /** @description From this time on. */
        since?: string;
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Measured shares and times, beside a rough hint. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            countries: {
              /**
               * @description A hint stands only where too little was measured.
               * @enum {unknown}
               */
              basis: 'measured' | 'hint';
              country: string | null;
              deliveredShare: number | null;
              /** @enum {unknown} */
              hint: 'reliable' | 'limited' | 'unknown';
              messages: number;
              networkCode: string | null;
              /** @enum {unknown} */
              receipts: 'reliable' | 'limited' | 'unknown';
              /** @description Percentiles are within 3.2 % of the true ones. */
              timeToDelivery: {
                /** @description Messages delivered, by a carrier’s clock, before they were sent or after the report came. They are not measured. */
                implausible: number;
                /** @description Messages whose time is known. */
                measured: number;
                p50Ms: number | null;
                p95Ms: number | null;
                p99Ms: number | null;
              };
              unconfirmedShare: number | null;
            }[];
            networks: {
              /**
               * @description A hint stands only where too little was measured.
               * @enum {unknown}
               */
              basis: 'measured' | 'hint';
              country: string | null;
              deliveredShare: number | null;
              /** @enum {unknown} */
              hint: 'reliable' | 'limited' | 'unknown';
              messages: number;
              networkCode: string | null;
              /** @enum {unknown} */
              receipts: 'reliable' | 'limited' | 'unknown';
              /** @description Percentiles are within 3.2 % of the true ones. */
              timeToDelivery: {
                /** @description Messages delivered, by a carrier’s clock, before they were sent or after the report came. They are not measured. */
                implausible: number;
                /** @description Messages whose time is known. */
                measured: number;
                p50Ms: number | null;
                p95Ms: number | null;
                p99Ms: number | null;
              };
              unconfirmedShare: number | null;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDeliveryReport: {
    parameters: {
      query?: {
        /** @description Only messages to this country, ISO 3166-1 alpha-2. */
        country?: string;
        /** @description Only messages from this sender: a name, or a whole number as people write it. */
        from?: string;
        /** @description Any of country, networkCode, from, channel, errorCode, hour, day, separated by commas. Hours and days are of UTC, also with `timeZone`. */
        groupBy?: string;
        /** @description From this time on. */
        since?: string;
        /** @description Of times and days without a zone, for example `Europe/London`. Without it days are UTC, and times need a zone. */
        timeZone?: string;
        /** @description Before this time. */
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A row for each group. Whole hours are counted. */
      200: {
        headers: {
          /** @description Of exports and CSV: a name for the file. */
          'Content-Disposition'?: string;
          /** @description Of exports and CSV: everything acknowledged before is included. */
          'Waybill-As-Of'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            groupBy: (
              'country' | 'networkCode' | 'from' | 'channel' | 'errorCode' | 'hour' | 'day'
            )[];
            rows: {
              byStatus: {
                [key: string]: {
                  messages: number;
                  share: number;
                };
              };
              contradictions: number;
              cost: {
                /** @description Decimal. Each price counts to eight decimals, half up; one beyond 90 million units does not count. */
                amount: string;
                currency: string;
              }[];
              /** @description By the word of a person: counted in `byStatus`, and not in `deliveredShare`. */
              deliveredByOperator: number;
              deliveredShare: number | null;
              group: {
                [key: string]: string | null;
              };
              messages: number;
              segments: number;
              /** @description Percentiles are within 3.2 % of the true ones. */
              timeToDelivery: {
                /** @description Messages delivered, by a carrier’s clock, before they were sent or after the report came. They are not measured. */
                implausible: number;
                /** @description Messages whose time is known. */
                measured: number;
                p50Ms: number | null;
                p95Ms: number | null;
                p99Ms: number | null;
              };
              unconfirmedShare: number | null;
            }[];
          };
          'text/csv': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSending: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Whether sending flows or is held, since when, and why. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Sending'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  holdSending: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['HoldSendingDto'];
      };
    };
    responses: {
      /** @description Sending is held. A hold that is there already stays as it is, and a release under way is refused. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Sending'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listHolds: {
    parameters: {
      query?: {
        /** @description Only those that held at or after this time. */
        since?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The latest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              /** @description Name of the API key. */
              by: string | null;
              /** @enum {unknown} */
              cause: 'operator' | 'setting' | 'restored-copy' | 'damaged-ledger' | 'configuration';
              reason: string;
              releasedBy: string | null;
              releaseReason: string | null;
              /** @enum {unknown} */
              scope: 'all' | 'vonage' | 'email' | 'web-push' | 'fcm';
              /** Format: date-time */
              since: string;
              /** @description Null: it still holds. */
              until: string | null;
            }[];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  releaseSending: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReleaseSendingDto'];
      };
    };
    responses: {
      /** @description What was released flows. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Sending'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description When the session ends at the latest. */
            expiresAt: string | null;
            /** @description Name of the API key; null unless signed in. */
            name: string | null;
            /** @description What the person may see and do. */
            scopes: ('send' | 'read' | 'audit' | 'metrics' | 'admin')[];
            /**
             * @description `open`: the service runs without API keys, on loopback, and asks for none.
             * @enum {unknown}
             */
            state: 'signed-in' | 'signed-out' | 'open';
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key of the session no longer works. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A page of another origin asked. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; ask again after Retry-After seconds. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  signIn: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SignInDto'];
      };
    };
    responses: {
      /** @description The session. */
      201: {
        headers: {
          /** @description The session cookie. */
          'Set-Cookie'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description When the session ends at the latest. */
            expiresAt: string | null;
            /** @description Name of the API key; null unless signed in. */
            name: string | null;
            /** @description What the person may see and do. */
            scopes: ('send' | 'read' | 'audit' | 'metrics' | 'admin')[];
            /**
             * @description `open`: the service runs without API keys, on loopback, and asks for none.
             * @enum {unknown}
             */
            state: 'signed-in' | 'signed-out' | 'open';
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is not known, or no longer valid. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A page of another origin asked. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body did not arrive in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many wrong API keys. Wait for Retry-After. */
      429: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  signOut: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signed out. */
      204: {
        headers: {
          /** @description Removes the session cookie. */
          'Set-Cookie'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A page of another origin asked. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  streamChanges: {
    parameters: {
      query?: {
        /** @description Begin behind this position instead of now. */
        after?: string;
      };
      header?: {
        /** @description The last id that was received; browsers send it by themselves. Goes before `after`. */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, and a comment now and then to keep the connection open. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listSuppressions: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Rows of a page. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description How fresh the answer is. */
            asOf: {
              behindEvents: number;
              behindSeconds: number;
              /** @description Everything before is included. */
              time: string | null;
            };
            items: {
              by: string | null;
              channel: string | null;
              errorCode: string | null;
              keyword: string | null;
              number: string;
              reason: string | null;
              sender: string | null;
              /** Format: date-time */
              since: string;
              /** @enum {unknown} */
              source: 'keyword' | 'error' | 'operator' | 'api';
              /** @enum {unknown} */
              state: 'opted-out' | 'barred';
            }[];
            nextCursor: string | null;
            /** @description Rows of the page that are left out, because an event of the contact is damaged. Nothing is sent to it. */
            unreadable: number;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `read`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  suppress: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it. */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['SuppressDto'];
      };
    };
    responses: {
      /** @description What is known now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Consent'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `send`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  unsuppress: {
    parameters: {
      query?: {
        /** @description Kept in the ledger. */
        reason?: string;
        /** @description Only for this sender of ours. */
        sender?: string;
      };
      header?: never;
      path: {
        /** @description A number as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person, as messages show it. */
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is known now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Consent'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listWebhookEndpoints: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All endpoints, without secrets. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['WebhookEndpoint'][];
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateEndpointDto'];
      };
    };
    responses: {
      /** @description Made. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedWebhookEndpoint'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The state does not allow it. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The endpoint. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookEndpoint'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed, with what it had not got yet. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchEndpointDto'];
      };
    };
    responses: {
      /** @description The endpoint. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookEndpoint'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description `nextCursor` of the page before, with the same `until`. */
        cursor?: string;
        limit?: number;
        /** @description Only those before this time. */
        until?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of deliveries. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['WebhookDelivery'][];
            nextCursor: string | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  replayWebhooks: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReplayDto'];
      };
    };
    responses: {
      /** @description It begins within a second, or once the endpoint is enabled. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** Format: date-time */
            since: string;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The new secret, shown only now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedWebhookEndpoint'];
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  testWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What became of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            delivered: boolean;
            error: string | null;
            httpStatus: number | null;
          };
        };
      };
      /** @description The request has faults; `errors` names all of them. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key is missing, not known, revoked or expired. */
      401: {
        headers: {
          /** @description How the API key is sent. */
          'WWW-Authenticate'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The API key lacks the scope `admin`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After. */
      429: {
        headers: {
          /** @description With a key that has a limit: `r` requests are left, and all of them again in `t` seconds. */
          RateLimit?: string;
          /** @description With a key that has a limit: `q` requests in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not now; send it again after Retry-After seconds, with the same Idempotency-Key. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  receiveInbound: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description It is safe with us: recorded, recorded before, or in quarantine. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It does not prove that Vonage sent it. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is larger than 256 KiB. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is unsigned, too many are under way, or a store is away; send it again. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  receiveStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description It is safe with us: recorded, recorded before, or in quarantine. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description It does not prove that Vonage sent it. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is larger than 256 KiB. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is unsigned, too many are under way, or a store is away; send it again. */
      503: {
        headers: {
          /** @description Seconds. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
