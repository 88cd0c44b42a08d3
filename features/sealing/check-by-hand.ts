/** docs/checkpoints.md: the commands that check the signature on a checkpoint without our software, for a POSIX shell with openssl and xxd. Isomorphic. */
export const checkpointCommands = (vkey: string, file: string): string =>
  [
    `head -3 ${file} > text`,
    `tail -1 ${file} | cut -d' ' -f3 | base64 -d | tail -c +5 > sig`,
    `(printf 302a300506032b6570032100 | xxd -r -p; printf %s '${vkey.split('+').slice(2).join('+')}' | base64 -d | tail -c +2) > key.der`,
    'openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in text -sigfile sig',
  ].join('\n');
