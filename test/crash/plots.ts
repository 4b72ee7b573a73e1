import type { MessageStatus } from '../../src/domain/message/message-status.js';
import type { Random } from '../../testing/seeded-random.js';
import type { StoryName } from 'vonage-sandbox';

/** The plan for one message, and the statuses where it may end however often the service dies. */
export interface Plot {
  readonly story: StoryName;
  readonly code?: string;
  /** The weight relative to the sum of all shares. */
  readonly share: number;
  /** The final statuses when the last attempt reached Vonage. */
  readonly ends: readonly MessageStatus[];
  /** True when the story contradicts a final status, in whatever order its reports arrive. */
  readonly contradicts?: boolean;
}

/** A transient failure whose retry does not take minutes. */
const TRY_AGAIN_CODE = '1100';

export const plots: readonly Plot[] = [
  { story: 'delivered', share: 30, ends: ['delivered'] },
  { story: 'slow-accepted', share: 15, ends: ['delivered'] },
  { story: 'duplicated', share: 8, ends: ['delivered'] },
  { story: 'before-accepted', share: 8, ends: ['delivered'] },
  { story: 'unsigned-first', share: 6, ends: ['delivered'] },
  { story: 'out-of-order', share: 5, ends: ['delivered'] },
  { story: 'sparse', share: 5, ends: ['delivered'] },
  { story: 'accepted-reset', share: 4, ends: ['delivered'] },
  { story: 'accepted-silence', share: 2, ends: ['delivered'] },
  { story: 'unknown-status', share: 3, ends: ['delivered'] },
  { story: 'rejected', share: 3, ends: ['rejected'] },
  { story: 'undeliverable', share: 3, ends: ['undeliverable'] },
  // Retried until it is delivered, so it never rests here.
  { story: 'rejected', code: TRY_AGAIN_CODE, share: 6, ends: [] },
  { story: 'no-receipt', share: 2, ends: ['submitted'] },
  { story: 'contradicted', share: 4, ends: ['delivered', 'rejected'], contradicts: true },
  { story: 'reset', share: 2, ends: ['unknown'] },
  { story: 'silence', share: 1, ends: ['unknown'] },
  { story: 'invalid-params', share: 2, ends: ['failed'] },
  { story: 'unavailable', share: 1, ends: ['unknown'] },
];

/** Returns the name of a plot in the sandbox's history. */
const nameOf = ({ story, code }: Plot): string => (code === undefined ? story : `${story} ${code}`);

const byName: ReadonlyMap<string, Plot> = new Map(plots.map((plot) => [nameOf(plot), plot]));

export const plotNamed = (name: string): Plot | undefined => byName.get(name);

const sharesTotal = plots.reduce((sum, { share }) => sum + share, 0);

export function drawPlot(random: Random): Plot {
  let left = random() * sharesTotal;
  return plots.find(({ share }) => (left -= share) < 0) ?? firstPlot();
}

function firstPlot(): Plot {
  const [first] = plots;
  if (first === undefined) throw new Error('there are no plots');
  return first;
}
