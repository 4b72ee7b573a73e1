import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';
import type { DeliveryTotalsSource } from '../ports/delivery-totals.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { EventStore } from '../ports/event-store.js';
import type { InboundMessages } from '../ports/inbound-messages.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { MessageSearch } from '../ports/message-search.js';
import type { SetAside } from '../ports/set-aside.js';
import { BackgroundWork } from '../background/background-work.js';
import type { ProjectorControl } from '../projecting/projector.js';
import { Freshness } from './as-of.js';
import { FollowChanges } from './change-stream.js';
import { ReportConfidence } from './delivery-confidence.js';
import { ReportDelivery } from './delivery-report.js';
import { ListInbound } from './inbound-list.js';
import { ListMessages } from './message-list.js';
import { ReadSetAside } from './set-aside.js';

/** The injection token of each port that reporting needs. */
export interface ReportingTokens {
  readonly eventStore: symbol;
  readonly eventFeed: symbol;
  readonly messageSearch: symbol;
  readonly messageIndex: symbol;
  readonly deliveryTotals: symbol;
  readonly inboundMessages: symbol;
  readonly setAside: symbol;
  /** Runs the projections. */
  readonly projector: symbol;
}

/** The use cases that answer questions about many messages. */
@Module({})
export class ReportingModule {
  static with(
    imports: NonNullable<DynamicModule['imports']>,
    tokens: ReportingTokens,
    clock: Clock,
  ): DynamicModule {
    const { eventStore, eventFeed, messageSearch, messageIndex } = tokens;
    const { deliveryTotals, inboundMessages, setAside, projector } = tokens;
    const providers: Provider[] = [
      {
        provide: Freshness,
        inject: [eventFeed, BackgroundWork],
        useFactory: (feed: EventFeed, background: BackgroundWork) =>
          new Freshness(clock, feed, () => background.lag),
      },
      {
        provide: ListMessages,
        inject: [messageSearch, messageIndex, Freshness],
        useFactory: (search: MessageSearch, index: MessageIndex, freshness: Freshness) =>
          new ListMessages(search, index, freshness),
      },
      {
        provide: ReportDelivery,
        inject: [deliveryTotals, Freshness],
        useFactory: (source: DeliveryTotalsSource, freshness: Freshness) =>
          new ReportDelivery(source, freshness),
      },
      {
        provide: ReportConfidence,
        inject: [ReportDelivery],
        useFactory: (report: ReportDelivery) => new ReportConfidence(report),
      },
      {
        provide: ListInbound,
        inject: [inboundMessages, Freshness],
        useFactory: (inbound: InboundMessages, freshness: Freshness) =>
          new ListInbound(inbound, freshness),
      },
      {
        provide: FollowChanges,
        inject: [eventFeed],
        useFactory: (feed: EventFeed) => new FollowChanges(feed),
      },
      {
        provide: ReadSetAside,
        inject: [setAside, projector, eventStore, Freshness],
        useFactory: (
          aside: SetAside,
          running: ProjectorControl,
          store: EventStore,
          freshness: Freshness,
        ) => new ReadSetAside(aside, running, store, freshness),
      },
    ];
    return {
      module: ReportingModule,
      imports,
      providers,
      exports: [
        ListMessages,
        ReportDelivery,
        ReportConfidence,
        ListInbound,
        FollowChanges,
        ReadSetAside,
      ],
    };
  }
}
