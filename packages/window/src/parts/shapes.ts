/** A stroke, a filled form, or a stroke in the colour of the ground. */
type Stroke = readonly [kind: 'line' | 'full' | 'cut', path: string, dashes?: string];

/** The shapes of statuses and acts, 16 by 16, in the colour of the text around them. */
export const shapes = {
  scheduled: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z'],
    ['line', 'M8 4.8V8l2.2 1.5'],
  ],
  accepted: [['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z']],
  sending: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z'],
    ['full', 'M8 8V4.4A3.6 3.6 0 0 1 11.6 8z'],
  ],
  sent: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z'],
    ['full', 'M8 4.4a3.6 3.6 0 0 1 0 7.2z'],
  ],
  submitted: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z'],
    ['full', 'M8 8V4.4A3.6 3.6 0 1 1 4.4 8z'],
  ],
  delivered: [
    ['full', 'M1.25 8a6.75 6.75 0 1 0 13.5 0a6.75 6.75 0 1 0 -13.5 0z'],
    ['cut', 'M4.9 8.2l2.2 2.2 4.1-4.6'],
  ],
  read: [
    ['full', 'M1.25 8a6.75 6.75 0 1 0 13.5 0a6.75 6.75 0 1 0 -13.5 0z'],
    ['cut', 'M2.9 8.3l2.1 2.1 3.5-4.3M7.6 10l.6.5 3.9-4.5'],
  ],
  unconfirmed: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z', '2.4 2.3'],
    ['line', 'M5.3 8.2l1.9 1.9 3.5-4'],
  ],
  unknown: [
    ['line', 'M8 1.2L14.8 8 8 14.8 1.2 8z', '2.6 2'],
    ['line', 'M6.4 6.7c0-2.2 3.3-2 3.3-.2C9.7 7.7 8 7.7 8 9.1M8 11.1v.1'],
  ],
  retrying: [['line', 'M13.6 8.6A5.7 5.7 0 1 1 12 4M12.7 1.4v3.2H9.5']],
  rejected: [
    ['full', 'M4.5 1.5h7a3 3 0 0 1 3 3v7a3 3 0 0 1 -3 3h-7a3 3 0 0 1 -3 -3v-7a3 3 0 0 1 3 -3z'],
    ['cut', 'M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4'],
  ],
  undeliverable: [
    [
      'line',
      'M4.8 2h6.4a2.8 2.8 0 0 1 2.8 2.8v6.4a2.8 2.8 0 0 1 -2.8 2.8h-6.4a2.8 2.8 0 0 1 -2.8 -2.8v-6.4a2.8 2.8 0 0 1 2.8 -2.8z',
    ],
    ['line', 'M4.4 11.6l7.2-7.2'],
  ],
  failed: [
    ['full', 'M4.5 1.5h7a3 3 0 0 1 3 3v7a3 3 0 0 1 -3 3h-7a3 3 0 0 1 -3 -3v-7a3 3 0 0 1 3 -3z'],
    ['cut', 'M8 4.5v4.2M8 11.3v.1'],
  ],
  cancelled: [
    ['line', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z'],
    ['line', 'M5.3 8h5.4'],
  ],
  expired: [['line', 'M4 2h8M4 14h8M5 2c0 3.5 6 8.5 6 12M11 2c0 3.5-6 8.5-6 12']],
  clash: [['line', 'M2.5 3.8L6 8l-3.5 4.2M13.5 3.8L10 8l3.5 4.2M8 2.5v11']],
  stop: [['line', 'M1 8h8M10 3.5v9']],
  search: [
    ['line', 'M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z'],
    ['line', 'M10.5 10.5L14 14'],
  ],
  chart: [['line', 'M2.5 13.5V9M6.2 13.5V3M9.8 13.5V6.5M13.5 13.5V4.5']],
  table: [
    ['line', 'M4 2.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1 -2 2h-8a2 2 0 0 1 -2 -2v-7a2 2 0 0 1 2 -2z'],
    ['line', 'M2 6.5h12M6.5 6.5v7'],
  ],
  inbox: [
    [
      'line',
      'M2 9.5V12a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 14 12V9.5h-3.5L9.5 11h-3L5.5 9.5zM8 2v5M5.5 5L8 7.4 10.5 5',
    ],
  ],
  ops: [
    ['line', 'M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7'],
    ['line', 'M9 4.5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z'],
    ['line', 'M3 11.5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z'],
  ],
  hook: [['line', 'M2 8h3l2-5 3 10 2-5h2']],
  copy: [
    [
      'line',
      'M7 5.5h5a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1 -1.5 1.5h-5a1.5 1.5 0 0 1 -1.5 -1.5v-5a1.5 1.5 0 0 1 1.5 -1.5z',
    ],
    ['line', 'M10.5 3V2.5h-8v8H3'],
  ],
  link: [
    [
      'line',
      'M6.5 9.5l3-3M7 4.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5L7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7',
    ],
  ],
  lock: [
    [
      'line',
      'M4.5 7h7a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1 -1.5 1.5h-7a1.5 1.5 0 0 1 -1.5 -1.5v-4a1.5 1.5 0 0 1 1.5 -1.5z',
    ],
    ['line', 'M5 7V5a3 3 0 0 1 6 0v2'],
  ],
  back: [['line', 'M10 3L5 8l5 5']],
  next: [['line', 'M6 3l5 5-5 5']],
  down: [['line', 'M8 2v8.5M4.5 7L8 10.5 11.5 7M2.5 13.5h11']],
  check: [['line', 'M3 8.5l3.2 3.2L13 4.5']],
  arrow: [['line', 'M2.5 8h10M9 4.5L12.5 8 9 11.5']],
  warn: [['line', 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.1']],
} as const satisfies Readonly<Record<string, readonly Stroke[]>>;

export type Shape = keyof typeof shapes;
