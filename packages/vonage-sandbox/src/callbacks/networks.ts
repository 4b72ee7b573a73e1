import type { Random } from '../random.js';

/**
 * Networks by calling code: mobile country code and mobile network code of real carriers (ITU-T E.212). Enough for
 * reports by country and network to look like real ones.
 */
const networksByCallingCode: Readonly<Record<string, readonly string[]>> = {
  '1': ['310260', '310410', '311480'],
  '27': ['65501', '65510'],
  '30': ['20201', '20205'],
  '31': ['20404', '20408'],
  '32': ['20601', '20610'],
  '33': ['20801', '20810', '20820'],
  '34': ['21401', '21407'],
  '36': ['21601', '21630'],
  '39': ['22201', '22210'],
  '40': ['22601', '22610'],
  '41': ['22801', '22802'],
  '43': ['23201', '23203'],
  '44': ['23410', '23415', '23420', '23430'],
  '45': ['23801', '23802'],
  '46': ['24001', '24008'],
  '47': ['24201', '24202'],
  '48': ['26001', '26002'],
  '49': ['26201', '26202', '26203'],
  '52': ['334020'],
  '55': ['72405', '72406'],
  '60': ['50212'],
  '61': ['50501', '50502'],
  '64': ['53001'],
  '65': ['52501'],
  '66': ['52001'],
  '81': ['44010', '44020'],
  '82': ['45005'],
  '90': ['28601', '28602'],
  '91': ['40410', '40445', '405857'],
  '234': ['62130', '62120'],
  '254': ['63902'],
  '351': ['26801', '26806'],
  '353': ['27201', '27202'],
  '358': ['24405', '24491'],
  '420': ['23001', '23002'],
  '971': ['42402'],
};

const CALLING_CODE_DIGITS_MAX = 3;

/**
 * Draws a network of the recipient's country.
 * @param to digits in international format
 * @returns null for a country without networks here: then a callback names none, as Vonage's may
 */
export function drawNetworkCode(to: string, random: Random): string | null {
  const drawn = random();
  for (let digits = CALLING_CODE_DIGITS_MAX; digits > 0; digits--) {
    const networks = networksByCallingCode[to.slice(0, digits)];
    if (networks !== undefined) return networks[Math.floor(drawn * networks.length)] ?? null;
  }
  return null;
}
