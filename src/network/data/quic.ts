import { makeCertificate, type OwnCertificate } from "./certificate.ts";

/** A UDP port that speaks QUIC. */
export interface QuicPort {
  readonly port: number;
  listen(
    options: Deno.QuicListenOptions,
  ): Pick<Deno.QuicListener, "incoming" | "stop">;
  /** With `zeroRtt` the connection itself, where the server has left what that takes. */
  connect(options: QuicDial): Deno.QuicConn | Promise<Deno.QuicConn>;
  close(info: Deno.QuicCloseInfo): void;
}

/** Whom to dial, and the only certificates that it may show. */
export type QuicDial =
  & Omit<Deno.ConnectQuicOptions<boolean>, "endpoint">
  & {
    serverCertificateHashes: { algorithm: "sha-256"; value: Uint8Array }[];
  };

/** The QUIC of the data plane: of the platform, or in virtual time. */
export interface Quic {
  /** For a port; valid from the day before `nowMs`. */
  certificate(nowMs: number): Promise<OwnCertificate>;
  /** Port 0 takes a free one. @throws Deno.errors.AddrInUse */
  open(address: { hostname: string; port: number }): QuicPort;
}

/** That of the platform. */
export const PLATFORM_QUIC: Quic = {
  certificate: makeCertificate,
  open(address) {
    const endpoint = new Deno.QuicEndpoint(address);
    return {
      port: endpoint.addr.port,
      listen: (options) => endpoint.listen(options),
      connect: (options) => Deno.connectQuic({ ...options, endpoint }),
      close: (info) => endpoint.close(info),
    };
  },
};
