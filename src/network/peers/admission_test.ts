import assert from "node:assert/strict";
import { seedSigner } from "../../platform/mod.ts";
import { peerIdOf } from "../identity.ts";
import { readRecord, signRecord } from "../record.ts";
import { Admission, type AdmissionRules, ANYBODY } from "./admission.ts";
import {
  issueNodeCertificate,
  readNodeCertificate,
} from "./node_certificate.ts";

const NOW = 1_000_000_000;
const EXPIRES = NOW + 1_000;
const chain = new Uint8Array(32).fill(1);
const signer = (number: number) => seedSigner(new Uint8Array(32).fill(number));
const [authority, node, other] = [signer(1), signer(2), signer(3)];
const id = peerIdOf(node.publicKey);
const certified = { ...ANYBODY, authorities: [authority.publicKey.toHex()] };

async function recordWith(nodeCertificate = new Uint8Array()) {
  const signed = await signRecord(node, chain, {
    timeMs: NOW,
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    dataPort: 2,
    certificateHash: new Uint8Array(32),
    nodeCertificate,
  });
  return readRecord(signed, chain, NOW);
}

const issue = (by = authority, of = id, genesis = chain) =>
  issueNodeCertificate(by, genesis, { id: of, expiresMs: EXPIRES });

async function isAdmitted(
  rules: AdmissionRules,
  certificate?: Uint8Array<ArrayBuffer>,
  nowMs = NOW,
): Promise<boolean> {
  const record = await recordWith(certificate);
  return new Admission(rules, chain).refusal(record, nowMs) === 0;
}

Deno.test("without rules anybody is admitted, with a list those on it", async () => {
  assert.ok(await isAdmitted(ANYBODY));
  assert.ok(await isAdmitted({ ...ANYBODY, allow: [id] }));
  const elsewhere = peerIdOf(other.publicKey);
  assert.ok(!await isAdmitted({ ...ANYBODY, allow: [elsewhere] }));
});

Deno.test("where an authority certifies nodes, its certificate counts until it expires or is revoked", async () => {
  assert.ok(!await isAdmitted(certified));
  assert.ok(await isAdmitted(certified, await issue()));
  assert.ok(await isAdmitted(certified, await issue(), EXPIRES - 1));
  assert.ok(!await isAdmitted(certified, await issue(), EXPIRES));
  const revoked = { ...certified, revoked: [id] };
  assert.ok(!await isAdmitted(revoked, await issue()));
});

Deno.test("certificates of others, for others, of other chains, or changed, do not count", async () => {
  assert.ok(!await isAdmitted(certified, await issue(other)));
  const elsewhere = peerIdOf(other.publicKey);
  assert.ok(!await isAdmitted(certified, await issue(authority, elsewhere)));
  const foreign = new Uint8Array(32).fill(9);
  assert.ok(!await isAdmitted(certified, await issue(authority, id, foreign)));
  const certificate = await issue();
  const original = readNodeCertificate(certificate, chain);
  for (let at = 0; at < certificate.length; at++) {
    const changed = certificate.slice();
    changed[at]! ^= 1;
    try {
      // A bit that only says how a field is encoded may change nothing.
      assert.deepEqual(readNodeCertificate(changed, chain), original);
    } catch (error) {
      assert.equal(
        (error as { codeName: string }).codeName,
        "MESSAGE_MALFORMED",
      );
    }
  }
});

Deno.test("who is barred is refused until the bar is lifted", async () => {
  const admission = new Admission(ANYBODY, chain);
  const record = await recordWith();
  admission.bar([id]);
  assert.notEqual(admission.refusal(record, NOW), 0);
  admission.bar([]);
  assert.equal(admission.refusal(record, NOW), 0);
});
