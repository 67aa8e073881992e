const ADDRESS_BYTES = 32;

/** The addresses of all accounts of a load, 32 bytes each, in memory that all threads share. */
export class Addresses {
  readonly bytes: Uint8Array<SharedArrayBuffer>;

  /** `bytes`: what another thread has. */
  constructor(bytes: Uint8Array<SharedArrayBuffer>) {
    this.bytes = bytes;
  }

  static ofCount(accounts: number): Addresses {
    const buffer = new SharedArrayBuffer(accounts * ADDRESS_BYTES);
    return new Addresses(new Uint8Array(buffer));
  }

  get count(): number {
    return this.bytes.length / ADDRESS_BYTES;
  }

  /** A view, not a copy. */
  of(account: number): Uint8Array<SharedArrayBuffer> {
    const start = account * ADDRESS_BYTES;
    return this.bytes.subarray(start, start + ADDRESS_BYTES);
  }

  set(account: number, address: Uint8Array): void {
    this.bytes.set(address, account * ADDRESS_BYTES);
  }
}
