/** Where keys lie. Handed in, so that a keystore touches no file by itself. */
export interface KeyFiles {
  /** Names of the keys that are there. */
  names(): Promise<string[]>;
  /** The file of a key; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Writes a new file that only its owner can read. False, and nothing changed, when there is one. */
  create(name: string, text: string): Promise<boolean>;
}

/** What may be known of a key without its passphrase. */
export interface KeyEntry {
  /** Under which it is kept. */
  name: string;
  /** The account of the key, `rst1…`. */
  address: string;
}

/** Keys by name, each encrypted under a passphrase. */
export interface Keystore {
  /** Every key, by name. */
  list(): Promise<KeyEntry[]>;
  /** Keeps `seed` (32 bytes), encrypted. @throws KEY_EXISTS; USAGE for a bad name or a short passphrase. */
  add(name: string, seed: Uint8Array, passphrase: string): Promise<KeyEntry>;
  /** The seed of a key. @throws KEY_NOT_FOUND, PASSPHRASE_WRONG, KEY_MALFORMED. */
  open(name: string, passphrase: string): Promise<Uint8Array>;
}
