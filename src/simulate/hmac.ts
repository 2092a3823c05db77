/**
 * Stands for HMAC-SHA1 in simulated ConfD packets: both sides use it, nobody attacks it, and it costs a fraction.
 * 40 hex digits, FNV-1a over key and text.
 */
export function simulatedHmac(keyBase64: string, text: string): string {
  let hash = 0x811c9dc5;
  for (const part of [keyBase64, text]) {
    for (let index = 0; index < part.length; index++) {
      hash = Math.imul(hash ^ part.charCodeAt(index), 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0').repeat(5);
}
