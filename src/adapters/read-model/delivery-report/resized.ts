/** @returns `to`, which begins with what is in `from` */
export function resized<Numbers extends Float64Array | Int32Array | Uint8Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}
