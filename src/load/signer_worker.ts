/** A thread that signs: takes its port with the first message. */
import { createCore } from "../core/mod.ts";
import { serve, transfer } from "../platform/mod.ts";
import { Addresses } from "./addresses.ts";
import { TransferSigner } from "./signer.ts";
import type { SignerService, SignerStart } from "./signers.ts";

function service(signer: TransferSigner): SignerService {
  const whole = (bytes: Uint8Array<ArrayBuffer>) =>
    Promise.resolve(transfer(bytes, [bytes.buffer]));
  return {
    fill: (bytes, from, to) =>
      Promise.resolve(signer.fill(new Addresses(bytes), from, to)),
    begin: (terms, bytes) =>
      Promise.resolve(signer.begin(terms, new Addresses(bytes))),
    sign: (picks) => whole(signer.sign(picks)),
  };
}

addEventListener("message", (event) => {
  const { port, core, secret, keysMax } =
    (event as MessageEvent<SignerStart>).data;
  serve(port, service(new TransferSigner(createCore(core), secret, keysMax)));
}, { once: true });
