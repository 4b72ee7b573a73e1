import type { Append } from './calls/append-messages.js';

/**
 * Checks that the leader writes: one event is appended again and again. Only the first append writes it; from then on
 * the server finds its id in place and says so, on the same way through its writer that every append takes. No stream
 * of the application begins with an upper-case letter.
 */
export const PROBE: Append = {
  stream: 'Waybill-writable',
  events: [
    {
      id: '3c1b1f0e-52a4-4d5b-8a4e-6a1f0d3c9b71',
      type: 'WritableChecked',
      data: '{}',
      metadata: '{}',
    },
  ],
  expected: 'no-stream',
};

export const isProbe = (stream: string): boolean => stream === PROBE.stream;
