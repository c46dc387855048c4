import { COSE_ES256 } from "../../src/core/cose/algorithms"
import type { Verifier } from "../../src/core/cose/verifier"
import type { Atecc608 } from "../drivers/atecc608"

/** ECDSA on P-256, checked by a secure element: no curve in the program. A verification throws ElementError if the element fails. */
export function elementVerifier(element: Atecc608): Verifier {
    return {
        algorithm: COSE_ES256,
        publicKeyBytes: 64,
        signatureBytes: 64,
        verify: async (publicKey, message, signature, digest, pause) =>
            await element.verify(await digest.sha256([message], pause), await signature.read(64), publicKey),
    }
}
