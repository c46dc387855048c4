/** Revocation lists that tests measure a device by. Whoever has the authority's key makes them. */
import { readInputFile } from "../input-file"
import type { Declaration } from "./declaration"

export interface Revocations {
    /**
     * A list on which the certificate stands.
     * @param certificateSerial in hex, as in `CertifiedUnit`
     * @returns DER; undefined if nobody has given one
     */
    listWith(certificateSerial: string, now: Date): Promise<Uint8Array | undefined>
}

/** The one that the maker has made for this test, in a file. @throws InputError if it cannot be read */
export function revocationsIn({ bench: { crl } }: Declaration): Revocations {
    return { listWith: async () => (crl === null ? undefined : readInputFile(crl)) }
}
