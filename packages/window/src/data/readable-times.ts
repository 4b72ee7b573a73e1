import { fullTime } from './times.js';

const ISO = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** The service's sentences name times in UTC for programs; a person reads them in the own zone. */
export const readableTimes = (text: string, now: Date): string =>
  text.replace(ISO, (time) => fullTime(time, now));
