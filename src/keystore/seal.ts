import { ErrorCode, fault } from "../errors/mod.ts";

/** log2 of the work that each guess of a passphrase costs: half a second and 128 MiB. */
export const WORK_FACTOR = 17;

/** `secret` under a passphrase: an armored age file. */
export async function seal(
  secret: Uint8Array,
  passphrase: string,
  workFactor = WORK_FACTOR,
): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return armor.encode(await encrypter.encrypt(secret));
}

/** What was sealed. @throws PASSPHRASE_WRONG; KEY_MALFORMED for a damaged file. */
export async function unseal(
  sealed: string,
  passphrase: string,
): Promise<Uint8Array> {
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(armor.decode(sealed));
  } catch (cause) {
    const wrong = cause instanceof Error &&
      cause.message.includes("no identity matched");
    if (wrong) throw fault(ErrorCode.PASSPHRASE_WRONG);
    throw fault(
      ErrorCode.KEY_MALFORMED,
      `the encrypted key is damaged: ${cause}`,
    );
  }
}
