/** The program that runs a command, and its name there. The usage names them, so that the reader can repeat the call. */
export const calledBy: { program: 'npm' | 'waybill'; command?: string } = { program: 'npm' };

/** Returns the usage with the calls of the program that runs the command. */
export const usageAsCalled = (usage: string): string =>
  calledBy.program === 'npm'
    ? usage.replaceAll(/^( {2})waybill ([\w-]+)/gm, '$1npm run waybill -- $2')
    : usage
        .replaceAll(/^( {2})npm run ([\w-]+)(?: --)?/gm, '$1waybill $2')
        .replaceAll(/^( {2}waybill) [\w-]+/gm, `$1 ${calledBy.command}`);
