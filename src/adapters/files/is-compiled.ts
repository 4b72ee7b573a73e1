/** True where threads with modules of their own can begin: in the compiled program, not from its source. */
export const isCompiled = import.meta.url.endsWith('.js');
