/** A thread that signs: takes its port with the first message. */
import { createCore } from "../core/mod.ts";
import { serve, transfer } from "../platform/mod.ts";
import { TransferSigner } from "./signer.ts";
import type { SignerService, SignerStart } from "./signers.ts";

function service(signer: TransferSigner): SignerService {
  const whole = (bytes: Uint8Array<ArrayBuffer>) =>
    Promise.resolve(transfer(bytes, [bytes.buffer]));
  return {
    addresses: (from, count) => whole(signer.addresses(from, count)),
    begin: (terms, addresses) =>
      Promise.resolve(signer.begin(terms, addresses)),
    sign: (picks) => whole(signer.sign(picks)),
  };
}

addEventListener("message", (event) => {
  const { port, core, secret, keysMax } =
    (event as MessageEvent<SignerStart>).data;
  serve(port, service(new TransferSigner(createCore(core), secret, keysMax)));
}, { once: true });
