/** The program that runs a command. The usage names it, so that the reader can repeat the call. */
export const calledBy: { program: 'npm' | 'waybill' } = { program: 'npm' };

/** Returns the usage with the calls of the program that runs the command. */
export const usageAsCalled = (usage: string): string =>
  calledBy.program === 'npm'
    ? usage.replaceAll(/^( {2})waybill ([\w-]+)/gm, '$1npm run waybill -- $2')
    : usage.replaceAll(/^( {2})npm run ([\w-]+)(?: --)?/gm, '$1waybill $2');
